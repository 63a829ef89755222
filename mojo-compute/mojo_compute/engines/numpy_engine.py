"""The readable kernel set: works without a compiler, and is an oracle in the tests.

Windowed kernels look at every window, so a missing bar makes exactly the windows that
hold it missing. Recursive ones step from bar to bar in Python.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import numpy as np

from mojo_compute.kernels.arrays import Floats

_CHUNK = 1 << 22  # values looked at in one go: 32 MB


def _fill_windowed(statistic: Callable[..., Floats], prices: Floats, period: int, out: Floats) -> None:
    out[: period - 1] = np.nan
    windows = np.lib.stride_tricks.sliding_window_view(prices, period)
    rows = max(_CHUNK // period, 1)
    for first in range(0, len(windows), rows):
        part = statistic(windows[first : first + rows], axis=1)
        out[period - 1 + first : period - 1 + first + len(part)] = part


def sma_into(prices: Floats, period: int, out: Floats) -> None:
    _fill_windowed(np.mean, prices, period, out)


def bollinger_into(
    prices: Floats,
    period: int,
    std_dev_up: float,
    std_dev_down: float,
    upper: Floats,
    middle: Floats,
    lower: Floats,
) -> None:
    deviation = np.empty_like(prices)
    _fill_windowed(np.std, prices, period, deviation)
    _fill_windowed(np.mean, prices, period, middle)
    upper[:] = middle + std_dev_up * deviation
    lower[:] = middle - std_dev_down * deviation


def _smoothed(values: Floats, period: int, weight: float) -> Floats:
    """Exponential average from the mean of the first `period` values on, one value for each."""

    def step(average: float, value: float) -> float:
        return average + weight * (value - average)

    seed = float(values[:period].mean())
    return np.fromiter(accumulate(values[period:].tolist(), step, initial=seed), float, len(values) - period + 1)


def rsi_into(prices: Floats, period: int, out: Floats) -> None:
    changes = np.diff(prices)
    gain = _smoothed(np.maximum(changes, 0.0), period, 1.0 / period)
    loss = _smoothed(np.maximum(-changes, 0.0), period, 1.0 / period)
    moved = gain + loss
    out[:period] = np.nan
    out[period:] = 100.0 * np.divide(gain, moved, out=np.zeros_like(moved), where=moved > 0.0)


def macd_into(
    prices: Floats,
    fast_period: int,
    slow_period: int,
    signal_period: int,
    macd_line: Floats,
    signal_line: Floats,
    histogram: Floats,
) -> None:
    # The fast average is seeded on the `fast_period` bars before the slow one's first value
    fast = _smoothed(prices[slow_period - fast_period :], fast_period, 2.0 / (fast_period + 1.0))
    slow = _smoothed(prices, slow_period, 2.0 / (slow_period + 1.0))
    line = fast - slow
    signal = _smoothed(line, signal_period, 2.0 / (signal_period + 1.0))
    first = slow_period + signal_period - 2
    for out, values in ((macd_line, line[signal_period - 1 :]), (signal_line, signal)):
        out[:first] = np.nan
        out[first:] = values
    histogram[:] = macd_line - signal_line


SERIES = {"sma": sma_into, "rsi": rsi_into, "macd": macd_into, "bollinger": bollinger_into}
