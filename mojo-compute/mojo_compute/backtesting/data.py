"""What a strategy may look at: bars, and articles as they were first seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one or more symbols on one calendar, oldest first; C-contiguous float64 arrays of one shape.

    Parameters
    ----------
    open, high, low, close : ndarray, shape (m, n)
        A row for each symbol. NaN in all of them: the symbol has no bar there.
    volume : ndarray, shape (m, n), or None
        None: not known.
    times : ndarray of datetime64[s], shape (n,), or None
        When each bar begins, in India; midnight of its day for daily bars. None: bars are known by number only.
    symbols : tuple of str
        One for each row.
    """

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats | None = None
    times: Times | None = None
    symbols: tuple[str, ...] = ("",)

    def __len__(self) -> int:
        return int(self.close.shape[1])

    def until(self, bar: int) -> Bars:
        """Bars 0 ... `bar`, copied, as they were known when that bar had closed."""

        def cut(values: Floats) -> Floats:
            return np.ascontiguousarray(values[:, : bar + 1])

        return Bars(
            cut(self.open),
            cut(self.high),
            cut(self.low),
            cut(self.close),
            volume=None if self.volume is None else cut(self.volume),
            times=None if self.times is None else self.times[: bar + 1],
            symbols=self.symbols,
        )


@dataclass(frozen=True, slots=True)
class News:
    """Articles about symbols, oldest first by `first_seen`; one row for each article and symbol.

    Parameters
    ----------
    first_seen, published : ndarray of datetime64[s], shape (k,)
        In India. What is decided at time t may use `first_seen <= t` only; `published` may be NaT.
    rows : ndarray of int32, shape (k,)
        Which row of the bars it is about.
    scores : ndarray, shape (k,)
        Sentiment towards the symbol, -1 ... 1.
    """

    first_seen: Times
    published: Times
    rows: npt.NDArray[np.int32]
    scores: Floats


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that decisions are made of."""

    bars: Bars
    news: News | None = None

    def until(self, bar: int) -> Data:
        """What was known when bar `bar` had closed."""
        bars = self.bars.until(bar)
        if self.news is None:
            return Data(bars)
        seen = int(np.searchsorted(self.news.first_seen, closing_time(self.bars, bar), "right"))
        told = self.news
        return Data(bars, News(told.first_seen[:seen], told.published[:seen], told.rows[:seen], told.scores[:seen]))


SESSION_END = np.timedelta64(15 * 3600 + 30 * 60, "s")


def closing_time(bars: Bars, bar: int) -> np.datetime64:
    """When a bar has closed: the session's end of a daily one, the beginning of the next of a shorter one."""
    assert bars.times is not None
    day = bars.times[bar].astype("datetime64[D]")
    end: np.datetime64 = day.astype("datetime64[s]") + SESSION_END
    if bars.times[bar] == day:
        return end
    end = max(end, bars.times[bar])
    follows = bar + 1 < len(bars) and bars.times[bar + 1].astype("datetime64[D]") == day
    return bars.times[bar + 1] if follows else end
