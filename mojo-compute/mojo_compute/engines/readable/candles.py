"""What readable candlestick patterns share: candles, bounds for their bodies and shadows, the frame of a pattern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

Flags = npt.NDArray[np.bool_]
Judge = Callable[..., Floats]
SERIES: dict[str, Callable[..., None]] = {}  # every pattern's, by its name


class Candle:
    """One candle of a pattern: for each place where the pattern may end, that bar's prices."""

    def __init__(self, opened: Floats, high: Floats, low: Floats, close: Floats) -> None:
        self.open, self.high, self.low, self.close = opened, high, low, close
        self.top, self.bottom = np.maximum(opened, close), np.minimum(opened, close)  # of the body
        self.body = np.abs(close - opened)
        self.upper, self.lower = high - self.top, self.bottom - low  # shadows
        self.range = high - low
        self.white, self.black = close >= opened, close < opened
        self.sign = np.where(self.white, 1.0, -1.0)

    def gaps_up(self, before: Candle) -> Flags:
        """Body from body."""
        return self.bottom > before.top

    def gaps_down(self, before: Candle) -> Flags:
        return self.top < before.bottom


@dataclass(frozen=True)
class Setting:
    """A bound: the mean of a length over the bars before, times a factor."""

    length: Callable[[Candle], Floats]
    period: int
    factor: float


BODY = Setting(lambda candle: candle.body, 10, 1.0)  # longer: long; shorter: short
DOJI = Setting(lambda candle: candle.range, 10, 0.1)
SHADOW_SHORT = Setting(lambda candle: candle.upper + candle.lower, 10, 0.5)
SHADOW_TINY = DOJI
NEAR = Setting(lambda candle: candle.range, 5, 0.2)
FAR = Setting(lambda candle: candle.range, 5, 0.6)
EQUAL = Setting(lambda candle: candle.range, 5, 0.05)


class Bars:
    """A series as the candles of a pattern that may end at any bar from `start` on."""

    def __init__(self, prices: tuple[Floats, Floats, Floats, Floats], start: int) -> None:
        self._all = Candle(*prices)
        self._prices, self._start, self._length = prices, start, len(prices[0])

    def ago(self, bars: int) -> Candle:
        return Candle(*(one[self._start - bars : self._length - bars] for one in self._prices))

    def bound(self, setting: Setting, ago: int) -> Floats:
        """For the candle `ago`, from the bars before it.

        The total goes from bar to bar as TA-Lib's does: it decides where a length is the bound to the last digit.
        """
        lengths, period = setting.length(self._all), setting.period
        first = self._start - ago
        seed = np.cumsum(lengths[first - period : first])[-1:]
        changes = lengths[first : self._length - ago - 1] - lengths[first - period : self._length - ago - 1 - period]
        return setting.factor * (np.cumsum(np.concatenate([seed, changes])) / period)


def signal(value: float | Floats, found: Flags) -> Floats:
    """That value where the pattern is, 0 elsewhere."""
    return np.where(found, value, 0.0)


def within(value: Floats, about: Floats, reach: Floats) -> Flags:
    return np.logical_and(value <= about + reach, value >= about - reach)


def pattern(name: str, lookback: int, start: int | None = None) -> Callable[[Judge], Judge]:
    """Make a series kernel of a function of `Bars` that says what to answer from bar `start` (`lookback`) on."""

    def decorate(judge: Judge) -> Judge:
        def series(*arguments: Any) -> None:
            opened, high, low, close, *parameters, out = arguments
            first = lookback if start is None else start
            out[first:] = judge(Bars((opened, high, low, close), first), *parameters)
            out[:lookback] = np.nan

        SERIES[name] = series
        return judge

    return decorate
