"""The strategy that a name means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mojo_compute.backtesting.strategies.lines import CROSSING_STRATEGIES
from mojo_compute.backtesting.strategies.pairs import PairsZscore
from mojo_compute.backtesting.strategies.parameters import declaration_of, own_parameters
from mojo_compute.backtesting.strategies.portfolios import EqualWeight, FixedWeights, InverseVolatility, MomentumRank
from mojo_compute.backtesting.strategies.sentiment import NewsSentiment
from mojo_compute.backtesting.strategies.series import CrossingStrategy
from mojo_compute.backtesting.strategies.sessions import OpeningRangeBreakout
from mojo_compute.backtesting.strategies.strategy import Strategy

_MAKERS: dict[str, Callable[[str, Mapping[str, Any]], Strategy]] = {
    **dict.fromkeys(CROSSING_STRATEGIES, CrossingStrategy),
    "opening_range_breakout": OpeningRangeBreakout,
    "momentum_rank": MomentumRank,
    "pairs_zscore": PairsZscore,
    "equal_weight": EqualWeight,
    "inverse_volatility": InverseVolatility,
    "fixed_weights": FixedWeights,
    "news_sentiment": NewsSentiment,
}


def make(strategy_id: str, parameters: Mapping[str, Any] | None = None) -> Strategy:
    """A strategy by its name.

    Parameters
    ----------
    strategy_id : str
        One of `chitti_shared.contracts.strategies.STRATEGIES`.
    parameters : mapping, optional
        Its own; those that are not given are as declared.

    Raises
    ------
    NotFound
        No strategy has that name.
    InvalidInput
        A parameter that it has not, of a wrong type, out of bounds or out of order.
    """
    declared = declaration_of(strategy_id)
    return _MAKERS[strategy_id](strategy_id, own_parameters(declared, parameters or {}))
