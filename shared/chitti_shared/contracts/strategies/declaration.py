"""What the declaration of a strategy holds: parameters with bounds, what it needs, what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from chitti_shared.contracts.indicators import Parameter

Needs = Literal["series", "sessions", "panel", "pair", "news"]


@dataclass(frozen=True, slots=True)
class StrategyDeclaration:
    """One strategy that a backtest can be asked for by name.

    Parameters
    ----------
    name : str
        The request's `strategy_id`.
    parameters : tuple of Parameter
        Its own, beside those of `Execution`.
    summary : str
        When it buys and when it sells, in one line.
    source : str
        Where the idea stands.
    needs : {"series", "sessions", "panel", "pair", "news"}
        Bars of a symbol; bars within the day; bars of many symbols; of two; articles beside the bars.
    ordered : tuple of (str, str)
        Pairs of parameters of which the first must be less than the second.
    execution : tuple of (str, value)
        Settings of `Execution` whose default is another one here.
    weights : bool
        Whether it takes a parameter `weights`: symbols and their shares of equity.
    """

    name: str
    parameters: tuple[Parameter, ...]
    summary: str
    source: str
    needs: Needs = "series"
    ordered: tuple[tuple[str, str], ...] = ()
    execution: tuple[tuple[str, Any], ...] = ()
    weights: bool = False
