"""Volatility, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed, smoothed
from mojo_compute.kernels.arrays import Floats


def true_ranges(high: Floats, low: Floats, close: Floats) -> Floats:
    """Of every bar but the first: its range, with the close before inside it."""
    return np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])


def trange(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    fill_last(out, true_ranges(high, low, close))


def atr(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    fill_last(out, smoothed(true_ranges(high, low, close), period, 1.0 / period))


def natr(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    atr(high, low, close, period, out)
    if period > 1:
        out *= np.divide(100.0, close, out=np.zeros_like(close), where=close != 0.0)


def adr(high: Floats, low: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.mean, high - low, period, out)


def cvi(high: Floats, low: Floats, period: int, roc_period: int, out: Floats) -> None:
    average = ema(high - low, period)
    now, before = average[roc_period:], average[:-roc_period]
    fill_last(out, 100.0 * np.divide(now - before, before, out=np.zeros_like(now), where=before != 0.0))


def massi(high: Floats, low: Floats, fast_period: int, slow_period: int, out: Floats) -> None:
    once = ema(high - low, fast_period)
    twice = ema(once, fast_period)
    ratios = np.divide(once[fast_period - 1 :], twice, out=np.ones_like(twice), where=twice != 0.0)
    sums = np.empty_like(ratios)
    fill_windowed(np.sum, ratios, slow_period, sums)
    fill_last(out, sums)


def rvi(prices: Floats, period: int, std_dev_period: int, out: Floats) -> None:
    deviation = np.empty_like(prices)
    fill_windowed(np.std, prices, std_dev_period, deviation)
    known = slice(std_dev_period - 1, None)
    change = np.diff(prices, prepend=prices[0])
    up = smoothed(np.where(change > 0.0, deviation, 0.0)[known], period, 1.0 / period)
    down = smoothed(np.where(change < 0.0, deviation, 0.0)[known], period, 1.0 / period)
    both = up + down
    fill_last(out, 100.0 * np.divide(up, both, out=np.full_like(both, 0.5), where=both != 0.0))


SERIES = {
    "adr": adr,
    "atr": atr,
    "cvi": cvi,
    "massi": massi,
    "natr": natr,
    "rvi": rvi,
    "trange": trange,
}
