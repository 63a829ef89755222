"""Momentum, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last, smoothed
from mojo_compute.kernels.arrays import Floats


def rsi(prices: Floats, period: int, out: Floats) -> None:
    changes = np.diff(prices)
    gain = smoothed(np.maximum(changes, 0.0), period, 1.0 / period)
    loss = smoothed(np.maximum(-changes, 0.0), period, 1.0 / period)
    moved = gain + loss
    fill_last(out, 100.0 * np.divide(gain, moved, out=np.zeros_like(moved), where=moved > 0.0))


def macd(
    prices: Floats,
    fast_period: int,
    slow_period: int,
    signal_period: int,
    macd_line: Floats,
    signal_line: Floats,
    histogram: Floats,
) -> None:
    # The fast average is seeded on the `fast_period` bars before the slow one's first value
    line = ema(prices[slow_period - fast_period :], fast_period) - ema(prices, slow_period)
    signal = ema(line, signal_period)
    fill_last(macd_line, line[signal_period - 1 :])
    fill_last(signal_line, signal)
    histogram[:] = macd_line - signal_line


SERIES = {"rsi": rsi, "macd": macd}
