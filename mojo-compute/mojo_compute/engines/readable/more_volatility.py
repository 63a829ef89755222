"""Volatility that TA-Lib does not measure, readable."""

from __future__ import annotations

import math

import numpy as np

from mojo_compute.engines.readable.more_statistic import centred
from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def true_ranges(high: Floats, low: Floats, close: Floats) -> Floats:
    """Of every bar but the first."""
    return np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])


def variance(windows: Floats, axis: int, ddof: int = 0) -> Floats:
    """0 exactly for a window of equal values."""
    found: Floats = (centred(windows) ** 2).sum(axis=axis) / (windows.shape[axis] - ddof)
    return found


def sample_variance(windows: Floats, axis: int) -> Floats:
    return variance(windows, axis, ddof=1)


def over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where nothing can be divided by."""
    return np.divide(numerator, denominator, out=np.full_like(denominator, np.nan), where=denominator > 0.0)


def ibs(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:] = over(close - low, high - low)


def chop(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    highest, lowest, walked = np.empty_like(high), np.empty_like(high), np.full_like(high, np.nan)
    fill_windowed(np.max, high, period, highest)
    fill_windowed(np.min, low, period, lowest)
    fill_windowed(np.sum, true_ranges(high, low, close), period, walked[1:])
    out[:] = 100.0 * np.log10(over(walked, highest - lowest)) / math.log10(period)


def rwi(high: Floats, low: Floats, close: Floats, period: int, rwi_high: Floats, rwi_low: Floats) -> None:
    ranges = np.concatenate([[0.0], true_ranges(high, low, close)])
    rwi_high[:period] = rwi_low[:period] = np.nan
    rwi_high[period:] = rwi_low[period:] = 0.0
    for bars in range(2, period + 1):
        walked = np.empty_like(high)
        fill_windowed(np.mean, ranges, bars, walked)
        expected = walked[period:] * math.sqrt(bars)
        up = over(high[period:] - low[period - bars : -bars], expected)
        down = over(high[period - bars : -bars] - low[period:], expected)
        rwi_high[period:] = np.fmax(rwi_high[period:], up)
        rwi_low[period:] = np.fmax(rwi_low[period:], down)


def ui(close: Floats, period: int, out: Floats) -> None:
    highest, mean = np.empty_like(close), np.empty_like(close)
    fill_windowed(np.max, close, period, highest)
    falls = 100.0 * (close - highest) / highest
    fill_windowed(np.mean, falls**2, period, mean)
    out[:] = np.sqrt(mean)


def bb_width(close: Floats, period: int, std_dev: float, out: Floats) -> None:
    middle, spread = np.empty_like(close), np.empty_like(close)
    fill_windowed(np.mean, close, period, middle)
    fill_windowed(variance, close, period, spread)
    out[:] = 100.0 * 2.0 * std_dev * np.sqrt(spread) / middle


def bb_percent(close: Floats, period: int, std_dev: float, out: Floats) -> None:
    def statistic(windows: Floats, axis: int) -> Floats:
        half = std_dev * np.sqrt(variance(windows, axis))
        return over(centred(windows)[:, -1] + half, 2.0 * half)

    fill_windowed(statistic, close, period, out)


def thermo(
    high: Floats,
    low: Floats,
    period: int,
    long_factor: float,
    short_factor: float,
    values: Floats,
    average: Floats,
    below_long: Floats,
    above_short: Floats,
) -> None:
    moves = np.maximum(np.abs(np.diff(high)), np.abs(np.diff(low)))
    mean = ema(moves, period)
    fill_last(values, moves[period - 1 :])
    fill_last(average, mean)
    fill_last(below_long, np.where(moves[period - 1 :] < long_factor * mean, 1.0, 0.0))
    fill_last(above_short, np.where(moves[period - 1 :] > short_factor * mean, 1.0, 0.0))


def historical_vol(close: Floats, period: int, bars_per_year: float, out: Floats) -> None:
    found = np.empty(len(close) - 1)
    fill_windowed(sample_variance, np.log(close[1:] / close[:-1]), period, found)
    fill_last(out, np.sqrt(bars_per_year * found))


def parkinson(high: Floats, low: Floats, period: int, bars_per_year: float, out: Floats) -> None:
    fill_windowed(np.mean, np.log(high / low) ** 2, period, out)
    out[:] = np.sqrt(bars_per_year * out / (4.0 * math.log(2.0)))


def garman_klass(
    opened: Floats, high: Floats, low: Floats, close: Floats, period: int, bars_per_year: float, out: Floats
) -> None:
    each = 0.5 * np.log(high / low) ** 2 - (2.0 * math.log(2.0) - 1.0) * np.log(close / opened) ** 2
    fill_windowed(np.mean, each, period, out)
    out[:] = root(bars_per_year * out)


def root(values: Floats) -> Floats:
    """The square root; NaN for less than 0, which bars give that open or close beyond their range."""
    return np.sqrt(np.where(values >= 0.0, values, np.nan))


def rogers_satchell_of(opened: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    each: Floats = np.log(high / close) * np.log(high / opened) + np.log(low / close) * np.log(low / opened)
    return each


def rogers_satchell(
    opened: Floats, high: Floats, low: Floats, close: Floats, period: int, bars_per_year: float, out: Floats
) -> None:
    fill_windowed(np.mean, rogers_satchell_of(opened, high, low, close), period, out)
    out[:] = root(bars_per_year * out)


def yang_zhang(
    opened: Floats, high: Floats, low: Floats, close: Floats, period: int, bars_per_year: float, out: Floats
) -> None:
    night, day, inside = (np.full_like(close, np.nan) for _ in range(3))
    share = 0.34 / (1.34 + (period + 1) / (period - 1))
    fill_windowed(sample_variance, np.log(opened[1:] / close[:-1]), period, night[1:])
    fill_windowed(sample_variance, np.log(close[1:] / opened[1:]), period, day[1:])
    fill_windowed(np.mean, rogers_satchell_of(opened, high, low, close)[1:], period, inside[1:])
    out[:] = root(bars_per_year * (night + share * day + (1.0 - share) * inside))


def ewma_vol(close: Floats, decay: float, bars_per_year: float, out: Floats) -> None:
    squares = np.log(close[1:] / close[:-1]) ** 2
    out[0] = np.nan
    found = 0.0
    for at, square in enumerate(squares.tolist(), 1):
        found = square if at == 1 else decay * found + (1.0 - decay) * square
        out[at] = math.sqrt(bars_per_year * found)


SERIES = {
    "ibs": ibs,
    "chop": chop,
    "rwi": rwi,
    "ui": ui,
    "bb_width": bb_width,
    "bb_percent": bb_percent,
    "thermo": thermo,
    "historical_vol": historical_vol,
    "parkinson": parkinson,
    "garman_klass": garman_klass,
    "rogers_satchell": rogers_satchell,
    "yang_zhang": yang_zhang,
    "ewma_vol": ewma_vol,
}
