"""Curves of a run: how far it is below its peak, what each month brought, what it was worth of late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mojo_compute.backtesting.data import Times
from mojo_compute.indicators import rolling_sharpe as sharpe_of_prices
from mojo_compute.kernels.arrays import Floats


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One stretch under water.

    Parameters
    ----------
    peak : int
        The last bar at the peak before; -1: what was paid in.
    trough : int
        The lowest bar.
    end : int or None
        The first bar at or above that peak again; None: it is not there yet.
    depth : float
        At the trough, a fraction below 0.
    bars : int
        From the peak to the end, or to the last bar.
    """

    peak: int
    trough: int
    end: int | None
    depth: float
    bars: int


def drawdown_curve(equity: Floats, initial: float) -> Floats:
    """Each bar's distance from the highest equity so far, what was paid in counted: fractions, 0 or less."""
    peaks = np.maximum.accumulate(equity)
    return equity / np.maximum(peaks, initial, out=peaks) - 1.0


def worst_drawdowns(equity: Floats, initial: float, count: int = 5) -> list[Drawdown]:
    """The deepest stretches under water, the deepest first, equally deep ones by time."""
    below = drawdown_curve(equity, initial)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], below < 0.0, [False]])))
    firsts, ends = edges[::2], edges[1::2]
    depths = np.minimum.reduceat(below, firsts) if len(firsts) else below[:0]
    # the last stretch's minimum was taken to the end of the array, the others' to the next beginning: at most 0 is in
    found = []
    for at in np.argsort(depths, kind="stable")[:count]:
        first, end = int(firsts[at]), int(ends[at])
        trough = first + int(np.argmin(below[first:end]))
        over = end < len(below)
        last = end if over else end - 1
        found.append(Drawdown(first - 1, trough, end if over else None, float(depths[at]), last - first + 1))
    return found


def monthly_returns(equity: Floats, initial: float, times: Times) -> dict[str, float]:
    """Return of each calendar month that has a bar, by its name (`2025-09`), oldest first.

    The first month's is taken of what was paid in. A month that began with nothing left is not told.
    """
    months = times.astype("datetime64[M]")
    last = np.flatnonzero(np.concatenate([months[1:] != months[:-1], [True]]))
    ends = equity[last]
    before = np.concatenate([[initial], ends[:-1]])
    told = zip(np.datetime_as_string(months[last]), ends.tolist(), before.tolist(), strict=True)
    return {str(month): end / start - 1.0 for month, end, start in told if start > 0.0}


def rolling_sharpe(
    equity: Floats, initial: float, periods: float, *, window: int = 126, risk_free_rate: float = 0.0
) -> Floats:
    """Annual Sharpe ratio of each bar's newest `window` returns; NaN before there are so many.

    Errors: invalid_input where there are fewer bars than the window.
    """
    return sharpe_of_prices(np.concatenate([[initial], equity]), window, risk_free_rate, periods)[1:]
