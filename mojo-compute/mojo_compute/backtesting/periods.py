"""When periods begin, when bars close, when a portfolio has drifted from its weights; all of it known at the bar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.strategies import CALENDARS
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import SESSION_END, Bars, Times
from mojo_compute.kernels.arrays import Floats

Numbers = npt.NDArray[np.intp]  # of bars

_MONDAY = 3  # 1970-01-01 was a Thursday: the week of day d is the one numbered (d + 3) // 7
_LEAST, _MOST = 16, 4_096  # bars that are looked at in one go for the first that has drifted: ever more


def _months(times: Times) -> npt.NDArray[np.int64]:
    return times.astype("datetime64[M]").astype(np.int64)


def _days(times: Times) -> npt.NDArray[np.int64]:
    return times.astype("datetime64[D]").astype(np.int64)


_PERIODS: dict[str, Callable[[Times], npt.NDArray[np.int64]]] = {
    "daily": _days,
    "weekly": lambda times: (_days(times) + _MONDAY) // 7,
    "monthly": _months,
    "quarterly": lambda times: _months(times) // 3,
    "yearly": lambda times: _months(times) // 12,
}


def rebalance_bars(bars: Bars, every: str, first: int = 0) -> Numbers:
    """The bars on which a portfolio is decided about anew: the first bar of each period.

    That a bar is the last one of its month is not known before the next month begins; that it is the first one is.

    Parameters
    ----------
    bars : Bars
    every : {"never", "daily", "weekly", "monthly", "quarterly", "yearly"}
        Weeks begin on Mondays. "never": bar `first` alone.
    first : int
        The first bar on which there is something to decide by; it is one of them, whatever the day.

    Raises
    ------
    InvalidInput
        A calendar for bars without dates.
    """
    if every not in CALENDARS:
        raise InvalidInput(
            f"rebalance must be one of {', '.join(CALENDARS)}, found {every!r}",
            field="rebalance",
            constraint="a calendar",
        )
    if first >= len(bars):
        return np.empty(0, np.intp)
    if every == "never":
        return np.array([first])
    if bars.times is None:
        raise InvalidInput(
            f"a {every} rebalance needs bars with dates", field="rebalance", constraint="dates, or rebalance never"
        )
    periods = _PERIODS[every](bars.times[first:])
    starts = np.flatnonzero(np.diff(periods)) + 1
    return np.concatenate(([first], starts + first))


def closing_times(bars: Bars) -> Times:
    """When each bar has closed: the session's end of a daily one, the beginning of the next of a shorter one."""
    times = bars.times
    if times is None:
        raise InvalidInput("bars without dates close at no known time", field="dates", constraint="dates")
    days = times.astype("datetime64[D]")
    ends: Times = np.maximum(days.astype("datetime64[s]") + SESSION_END, times)
    within = (days[1:] == days[:-1]) & (times[:-1] != days[:-1])
    ends[:-1][within] = times[1:][within]
    return ends


def drifted(closes: Floats, weights: Floats, bar: int, last: int, threshold: float) -> int:
    """The first bar behind `bar` on which a share of equity is more than `threshold` away from its weight.

    What was bought by `weights` at the closes of `bar` is held as it is; what they leave of equity is cash.

    Parameters
    ----------
    closes : ndarray, shape (m, n)
        A missing one stands for the last before it.
    weights : ndarray, shape (m,)
        NaN: not held.
    bar, last : int
        The bars bar + 1 ... last - 1 are looked at.

    Returns
    -------
    int
        `last` if there is none.
    """
    held = np.flatnonzero(np.isfinite(weights) & (weights != 0) & np.isfinite(closes[:, bar]))
    shares = weights[held, np.newaxis]
    latest = closes[held, bar]
    paid = latest[:, np.newaxis]
    cash = 1.0 - shares.sum()
    start, step = bar + 1, _LEAST
    while start < last:
        seen = carried(closes[held, start : min(start + step, last)], latest)
        worth = shares * (seen / paid)
        away = np.abs(worth / (cash + worth.sum(axis=0)) - shares)
        found = np.flatnonzero(away.max(axis=0, initial=0.0) > threshold)
        if len(found):
            return start + int(found[0])
        latest = seen[:, -1]
        start, step = start + step, min(2 * step, _MOST)
    return last


def carried(closes: Floats, before: Floats) -> Floats:
    """Closes with the last one before in the place of a missing one, to value what is held.

    Parameters
    ----------
    closes : ndarray, shape (m, n)
    before : ndarray, shape (m,)
        Those of the bar before the first.
    """
    missing = np.isnan(closes)
    if not missing.any():
        return closes
    table = np.column_stack((before, closes))
    known = np.where(np.isnan(table), 0, np.arange(table.shape[1]))
    np.maximum.accumulate(known, axis=1, out=known)
    filled: Floats = np.take_along_axis(table, known, axis=1)[:, 1:]
    return filled
