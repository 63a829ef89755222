"""One symbol's history as columns: what the exchange printed, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MONTH = 20  # sessions that volatility and usual volume are taken over
YEAR = 252  # sessions of a 52-week high or low


@dataclass(frozen=True, slots=True)
class Bars:
    """Daily bars of one symbol, oldest first; all columns of one length n >= 1.

    Parameters
    ----------
    dates : tuple of date
        Trading days, rising.
    open, high, low, close : ndarray of float64, shape (n,)
        Rupees.
    volume : ndarray of float64, shape (n,)
        Shares.
    """

    symbol: str
    dates: tuple[date, ...]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars with their indicators; NaN where a value needs more history than there is.

    `change` and `change_5` are returns as fractions over 1 and 5 sessions, `volatility` the
    deviation (ddof 1) of the 20 changes before the bar, `volume_ratio` the bar's volume over
    the mean of the 20 before, `prior_high` and `prior_low` the extremes of the 252 bars
    before. Nothing at bar t reads a later bar.
    """

    bars: Bars
    sma_20: Floats
    sma_50: Floats
    rsi_14: Floats
    change: Floats
    change_5: Floats
    volatility: Floats
    volume_ratio: Floats
    prior_high: Floats
    prior_low: Floats

    @property
    def close(self) -> Floats:
        return self.bars.close

    def __len__(self) -> int:
        return len(self.bars.dates)


def columns_of(bars: Bars, sma_20: Floats, sma_50: Floats, rsi_14: Floats) -> Columns:
    """Join bars with the indicators computed on them (same length, NaN in warm-up)."""
    change = returns(bars.close, 1)
    return Columns(
        bars=bars,
        sma_20=sma_20,
        sma_50=sma_50,
        rsi_14=rsi_14,
        change=change,
        change_5=returns(bars.close, 5),
        volatility=_deviation_before(change, MONTH),
        volume_ratio=_ratio(bars.volume, _mean_before(bars.volume, MONTH)),
        prior_high=extreme_before(bars.high, YEAR, highest=True),
        prior_low=extreme_before(bars.low, YEAR, highest=False),
    )


def returns(close: Floats, sessions: int) -> Floats:
    """Return of each bar over the `sessions` before it, as a fraction; NaN in the first ones."""
    out = np.full(len(close), np.nan)
    out[sessions:] = close[sessions:] / close[:-sessions] - 1.0
    return out


def previous(column: NDArray[np.float64]) -> Floats:
    """The column one bar later: each bar sees its predecessor's value."""
    out = np.full(len(column), np.nan)
    out[1:] = column[:-1]
    return out


def entered(holds: Bools) -> Bools:
    """Bars where a condition holds that did not hold on the bar before."""
    out = holds.copy()
    out[1:] &= ~holds[:-1]
    return out


def _windows_before(column: Floats, length: int) -> Floats | None:
    """The `length` values before each bar from index `length` on; None: too short for one."""
    return sliding_window_view(column[:-1], length) if len(column) > length else None


def _mean_before(column: Floats, length: int) -> Floats:
    out = np.full(len(column), np.nan)
    windows = _windows_before(column, length)
    if windows is not None:
        out[length:] = windows.mean(axis=1)
    return out


def _deviation_before(column: Floats, length: int) -> Floats:
    out = np.full(len(column), np.nan)
    windows = _windows_before(column, length)
    if windows is not None:
        out[length:] = windows.std(axis=1, ddof=1)
    return out


def extreme_before(column: Floats, length: int, *, highest: bool) -> Floats:
    """Highest or lowest of the `length` values before each bar; NaN in the first `length` bars.

    Van Herk and Gil-Werman: running extremes from both ends of blocks of `length` give any
    window's extreme from two values.
    """
    out = np.full(len(column), np.nan)
    windows = len(column) - length
    if windows <= 0:
        return out
    pick, worst = (np.maximum, -np.inf) if highest else (np.minimum, np.inf)
    blocks = np.full((-(-len(column) // length), length), worst)
    blocks.ravel()[: len(column)] = column
    ahead = pick.accumulate(blocks, axis=1).ravel()
    back = pick.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    out[length:] = pick(back[:windows], ahead[length - 1 : length - 1 + windows])
    return out


def _ratio(above: Floats, below: Floats) -> Floats:
    """Quotient, NaN where the divisor is 0 or missing."""
    out = np.full(len(above), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out
