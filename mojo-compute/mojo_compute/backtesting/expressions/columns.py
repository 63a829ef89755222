"""The series of one symbol that expressions read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Data, News, Times
from mojo_compute.backtesting.expressions.articles import Told, told_by_bar
from mojo_compute.backtesting.periods import closing_times
from mojo_compute.backtesting.signals import Flags
from mojo_compute.kernels.arrays import Floats
from mojo_compute.kernels.checks import all_finite


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars of one symbol, those it does not have left out.

    Parameters
    ----------
    row : int
        The symbol's row in the data.
    present : ndarray of bool, or None
        Which bars of the data it has; None: all of them.
    data : Data
        What they are taken of.
    """

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats | None
    times: Times | None
    row: int
    present: Flags | None
    data: Data

    def __len__(self) -> int:
        return len(self.close)

    def series(self, name: str) -> Floats:
        """A series of the language. Errors: InvalidInput, if the data has no volume or no dates."""
        return _SERIES[name](self)

    def told(self) -> Told:
        """How many articles each bar brought, and the sum of their scores. Errors: InvalidInput, without articles."""
        news, begins = _news(self.data), _times(self)
        closes = closing_times(self.data.bars)
        return told_by_bar(news, self.row, begins[:1], closes if self.present is None else closes[self.present])


def columns_of(data: Data, row: int) -> Columns:
    """The bars of one row."""
    bars = data.bars
    close, volume, times = bars.close[row], bars.volume, bars.times
    if all_finite(close, 0):
        known = None if volume is None else volume[row]
        return Columns(bars.open[row], bars.high[row], bars.low[row], close, known, times, row, None, data)
    present = ~np.isnan(close)
    return Columns(
        bars.open[row][present],
        bars.high[row][present],
        bars.low[row][present],
        close[present],
        None if volume is None else volume[row][present],
        None if times is None else times[present],
        row,
        present,
        data,
    )


def _news(data: Data) -> News:
    if data.news is None:
        raise InvalidInput("the strategy reads articles; the data has none", field="news", constraint="articles")
    return data.news


def _volume(columns: Columns) -> Floats:
    if columns.volume is None:
        raise InvalidInput(
            "the strategy reads volume; the bars have none", field="volume", constraint="bars with volume"
        )
    return columns.volume


def _times(columns: Columns) -> Times:
    if columns.times is None:
        raise InvalidInput("the strategy reads dates; the bars have none", field="dates", constraint="with dates")
    return columns.times


def _days(columns: Columns) -> Floats:
    return _times(columns).astype("datetime64[D]").astype(np.float64)


def _weekday(columns: Columns) -> Floats:
    return (_days(columns) + 3.0) % 7.0 + 1.0  # day 0, 1 January 1970, was a Thursday


def _day(columns: Columns) -> Floats:
    days = _times(columns).astype("datetime64[D]")
    day: Floats = (days - days.astype("datetime64[M]")).astype(np.float64)
    return day + 1.0


def _month(columns: Columns) -> Floats:
    return _times(columns).astype("datetime64[M]").astype(np.float64) % 12.0 + 1.0


def _time(columns: Columns) -> Floats:
    times = _times(columns)
    minutes: Floats = (times - times.astype("datetime64[D]")).astype("timedelta64[m]").astype(np.float64)
    return minutes + 40.0 * np.floor(minutes / 60.0)  # an hour counts 100 instead of 60


_SERIES: dict[str, Callable[[Columns], Floats]] = {
    "open": lambda columns: columns.open,
    "high": lambda columns: columns.high,
    "low": lambda columns: columns.low,
    "close": lambda columns: columns.close,
    "volume": _volume,
    "typical": lambda columns: (columns.high + columns.low + columns.close) / 3.0,
    "hl2": lambda columns: (columns.high + columns.low) / 2.0,
    "ohlc4": lambda columns: (columns.open + columns.high + columns.low + columns.close) / 4.0,
    "weekday": _weekday,
    "day": _day,
    "month": _month,
    "time": _time,
}
