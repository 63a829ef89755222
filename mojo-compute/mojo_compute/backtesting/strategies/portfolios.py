"""Strategies that hold shares of equity: decided on a calendar, restored on drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import CALENDARS
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute import indicators as ta
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.periods import Numbers, drifted, rebalance_bars
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.series import own_bars
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.arrays import Floats


class Portfolio(Strategy):
    """Weights, decided on the first bar of each period.

    A class of one's own says in `targets` what is held from which bar on.

    Parameters
    ----------
    name : str
    parameters : mapping
        `rebalance`: the calendar, by name or number; `drift`: how far a share of equity may be from its weight
        before all weights are restored, 0: as far as it goes.
    """

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self.parameters = parameters
        calendar = parameters.get("rebalance", "monthly")
        self._calendar = calendar if isinstance(calendar, str) else CALENDARS[calendar]
        self._drift = float(parameters.get("drift", 0.0))

    def targets(self, bars: Bars, decisions: Numbers) -> Floats:
        """Shares of equity, shape (m, len(decisions)); NaN: that position is left as it is."""
        raise NotImplementedError

    def signals(self, data: Data) -> Signals:
        bars = data.bars
        weights = np.full(bars.close.shape, np.nan)
        decisions = rebalance_bars(bars, self._calendar, self.lookback)
        if len(decisions):
            weights[:, decisions] = self.targets(bars, decisions)
            if self._drift:
                _restore(weights, bars.close, decisions, self._drift)
        return Signals(weights=weights)


def _restore(weights: Floats, closes: Floats, decisions: Numbers, threshold: float) -> None:
    """Say the weights of each decision again wherever the portfolio has drifted from them."""
    n = closes.shape[1]
    for bar, last in zip(decisions.tolist(), [*decisions[1:].tolist(), n], strict=True):
        said = weights[:, bar].copy()
        while (bar := drifted(closes, said, bar, last, threshold)) < last:
            weights[:, bar] = said


class EqualWeight(Portfolio):
    """Every symbol that has a bar on the decision's day the same share."""

    def targets(self, bars: Bars, decisions: Numbers) -> Floats:
        present = np.isfinite(bars.close[:, decisions])
        count = np.maximum(present.sum(axis=0), 1)
        return np.where(present, self.parameters["gross"] / count, np.nan)


class InverseVolatility(Portfolio):
    """Shares as one over the deviation of the last returns; nothing of what has too few, or never moved."""

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        super().__init__(name, parameters)
        self.lookback = int(parameters["window"])

    def targets(self, bars: Bars, decisions: Numbers) -> Floats:
        deviations = np.full(bars.close.shape, np.nan)
        for row in range(len(bars.close)):
            columns, present = own_bars(bars, row)
            close = columns["close"]
            if len(close) > self.lookback:
                own = np.full(len(close), np.nan)
                own[1:] = ta.stddev(close[1:] / close[:-1] - 1.0, self.lookback)
                deviations[row, present] = own
        chosen = deviations[:, decisions]
        calm = np.divide(1.0, chosen, out=np.zeros_like(chosen), where=chosen > 0.0)
        total = calm.sum(axis=0)
        shares = self.parameters["gross"] * np.divide(calm, total, out=np.zeros_like(calm), where=total > 0.0)
        return np.where(np.isfinite(bars.close[:, decisions]), shares, np.nan)


class FixedWeights(Portfolio):
    """The given shares, by symbol; a symbol that has none is not held.

    Parameters
    ----------
    name : str
    parameters : mapping
        `weights`: mapping of symbol to share of equity, negative: short; `rebalance`, `drift`.
    """

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        super().__init__(name, parameters)
        self.settings = {"direction": "both"}

    def targets(self, bars: Bars, decisions: Numbers) -> Floats:
        shares = self.parameters["weights"]
        for symbol in shares:
            if symbol not in bars.symbols:
                raise InvalidInput(
                    f"weights name {symbol!r}, which is no symbol of the data{nearest(symbol, bars.symbols)}",
                    field=f"weights.{symbol}",
                    constraint="a symbol of the data",
                )
        column = np.array([[shares.get(symbol, 0.0)] for symbol in bars.symbols])
        return np.repeat(column, len(decisions), axis=1)


class MomentumRank(Portfolio):
    """The symbols that rose most are held, those that fell most are sold short."""

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        super().__init__(name, parameters)
        self.settings = {"direction": "both"}
        self.lookback = int(parameters["lookback"] + parameters["skip"])

    def targets(self, bars: Bars, decisions: Numbers) -> Floats:
        own = self.parameters
        top, bottom = own["top"], own["bottom"]
        scores = self._scores(bars)[:, decisions]
        count = np.isfinite(scores).sum(axis=0)
        ranks = np.argsort(np.argsort(-scores, axis=0, kind="stable"), axis=0)  # the best 0, what has none last
        longs = np.minimum(top, count)
        shorts = np.minimum(bottom, count - longs)
        share = own["gross"] / (top + bottom)
        weights = np.where(ranks < longs, share, np.where((ranks >= count - shorts) & (ranks < count), -share, 0.0))
        return np.where(np.isfinite(bars.close[:, decisions]), weights, np.nan)

    def _scores(self, bars: Bars) -> Floats:
        """Return over `lookback` own bars that ended `skip` own bars ago, shape (m, n); NaN: none."""
        skip, lookback = self.parameters["skip"], self.parameters["lookback"]
        scores = np.full(bars.close.shape, np.nan)
        for row in range(len(scores)):
            columns, present = own_bars(bars, row)
            close = columns["close"]
            if len(close) > self.lookback:
                own = np.full(len(close), np.nan)
                own[self.lookback :] = close[lookback : len(close) - skip] / close[: -self.lookback] - 1.0
                scores[row, present] = own
        return scores
