"""Strategies within the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Data, Times
from mojo_compute.backtesting.signals import Flags, Signals
from mojo_compute.backtesting.strategies.lines import Columns
from mojo_compute.backtesting.strategies.series import own_bars
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.arrays import Floats

_MINUTE = np.timedelta64(60, "s")


class OpeningRangeBreakout(Strategy):
    """In where the day's first range is left, out at a time of day.

    A day begins with its first bar. How long a bar lasts is taken from the first two of one day.

    Parameters
    ----------
    name : str
    parameters : mapping
        `range_minutes`, `exit_minutes`, `range_stop`.
    """

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self.parameters = parameters

    def signals(self, data: Data) -> Signals:
        bars = data.bars
        if bars.times is None or bool((bars.times == bars.times.astype("datetime64[D]")).all()):
            raise InvalidInput(
                f"{self.name} needs bars within the day, found daily ones or none with times",
                field="dates",
                constraint="dates with a time of day",
            )
        long, short, out = (np.zeros(bars.close.shape, np.bool_) for _ in range(3))
        distance = np.full(bars.close.shape, np.nan)
        for row in range(len(bars.close)):
            columns, present = own_bars(bars, row)
            times = bars.times[present]
            if len(times):
                found = self._of_one(columns, times)
                long[row, present], short[row, present], out[row, present], distance[row, present] = found
        stops = distance if self.parameters["range_stop"] else None
        return Signals(long, out, short, out, stop_distance=stops)

    def _of_one(self, columns: Columns, times: Times) -> tuple[Flags, Flags, Flags, Floats]:
        days = times.astype("datetime64[D]")
        first = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
        day = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(times))))
        passed = times - times[first][day]
        ranging = passed < self.parameters["range_minutes"] * _MINUTE
        high = np.maximum.reduceat(np.where(ranging, columns["high"], -np.inf), first)[day]
        low = np.minimum.reduceat(np.where(ranging, columns["low"], np.inf), first)[day]

        closing = passed + _length(times, days) >= self.parameters["exit_minutes"] * _MINUTE
        free = ~ranging & ~closing
        close = columns["close"]
        long = _first_of_day(free & (close > high), first, day)
        short = _first_of_day(free & (close < low), first, day)
        closing[first] = True  # what the day before left open, having ended early
        distance = np.where(long, close - low, np.where(short, high - close, np.nan))
        return long, short, closing, distance


def _length(times: Times, days: Times) -> np.timedelta64:
    """How long a bar lasts."""
    together = np.flatnonzero(days[1:] == days[:-1])
    if not len(together):
        return np.timedelta64(0, "s")
    at = int(together[0])
    length: np.timedelta64 = times[at + 1] - times[at]
    return length


def _first_of_day(flags: Flags, first: npt.NDArray[np.intp], day: npt.NDArray[np.intp]) -> Flags:
    numbers = np.where(flags, np.arange(len(flags)), len(flags))
    earliest = np.minimum.reduceat(numbers, first)[day]
    found: Flags = flags & (numbers == earliest)
    return found
