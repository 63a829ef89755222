"""Momentum, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last, smoothed
from mojo_compute.kernels.arrays import Floats


def gains_and_losses(prices: Floats, period: int) -> tuple[Floats, Floats]:
    """Rises and falls from bar to bar, smoothed as Wilder does."""
    changes = np.diff(prices)
    gains, losses = np.maximum(changes, 0.0), np.maximum(-changes, 0.0)
    return smoothed(gains, period, 1.0 / period), smoothed(losses, period, 1.0 / period)


def rsi(prices: Floats, period: int, out: Floats) -> None:
    gain, loss = gains_and_losses(prices, period)
    moved = gain + loss
    fill_last(out, 100.0 * np.divide(gain, moved, out=np.zeros_like(moved), where=moved > 0.0))


def cmo(prices: Floats, period: int, out: Floats) -> None:
    gain, loss = gains_and_losses(prices, period)
    moved = gain + loss
    fill_last(out, 100.0 * np.divide(gain - loss, moved, out=np.zeros_like(moved), where=moved > 0.0))


def fill_convergence(
    line: Floats, signal_period: int, macd_line: Floats, signal_line: Floats, histogram: Floats
) -> None:
    signal = ema(line, signal_period)
    fill_last(macd_line, line[signal_period - 1 :])
    fill_last(signal_line, signal)
    histogram[:] = macd_line - signal_line


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
    fill_convergence(line, signal_period, macd_line, signal_line, histogram)


def macdfix(prices: Floats, signal_period: int, macd_line: Floats, signal_line: Floats, histogram: Floats) -> None:
    line = smoothed(prices[26 - 12 :], 12, 0.15) - smoothed(prices, 26, 0.075)
    fill_convergence(line, signal_period, macd_line, signal_line, histogram)


SERIES = {"rsi": rsi, "cmo": cmo, "macd": macd, "macdfix": macdfix}
