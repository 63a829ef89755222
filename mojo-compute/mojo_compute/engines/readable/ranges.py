"""Where a price stands in the range of its window, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def bars_since(windows: Floats, extreme: Floats) -> Floats:
    """How many bars before its end each window last touched its extreme."""
    return np.asarray(np.argmax(windows[:, ::-1] == extreme[:, np.newaxis], axis=1), dtype=np.float64)


def since_highest(windows: Floats, axis: int) -> Floats:
    return bars_since(windows, windows.max(axis=axis))


def since_lowest(windows: Floats, axis: int) -> Floats:
    return bars_since(windows, windows.min(axis=axis))


def willr(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    highest, lowest = np.empty_like(high), np.empty_like(low)
    fill_windowed(np.max, high, period, highest)
    fill_windowed(np.min, low, period, lowest)
    width = highest - lowest
    out[:] = np.divide(highest - close, width, out=width * 0.0, where=width != 0.0) * -100.0


def aroon(high: Floats, low: Floats, period: int, down: Floats, up: Floats) -> None:
    fill_windowed(since_lowest, low, period + 1, down)
    fill_windowed(since_highest, high, period + 1, up)
    down[:] = 100.0 * (period - down) / period
    up[:] = 100.0 * (period - up) / period


def aroonosc(high: Floats, low: Floats, period: int, out: Floats) -> None:
    down, up = np.empty_like(low), np.empty_like(high)
    aroon(high, low, period, down, up)
    out[:] = up - down


def ultosc(high: Floats, low: Floats, close: Floats, period1: int, period2: int, period3: int, out: Floats) -> None:
    before = close[:-1]
    true_low = np.minimum(low[1:], before)
    pressure = close[1:] - true_low
    ranged = np.maximum(high[1:], before) - true_low
    total = np.zeros(len(close) - max(period1, period2, period3))
    for weight, period in zip((4.0, 2.0, 1.0), sorted((period1, period2, period3)), strict=True):
        pressures, ranges = np.empty_like(pressure), np.empty_like(ranged)
        fill_windowed(np.sum, pressure, period, pressures)
        fill_windowed(np.sum, ranged, period, ranges)
        moved = ranges > 0.0
        share = np.divide(pressures, ranges, out=np.zeros_like(ranges), where=moved)
        total += weight * share[-len(total) :]
    fill_last(out, 100.0 * total / 7.0)


SERIES = {"willr": willr, "aroon": aroon, "aroonosc": aroonosc, "ultosc": ultosc}
