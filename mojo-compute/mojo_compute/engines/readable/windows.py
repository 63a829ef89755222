"""What the readable kernels share: windows, and averages that step from bar to bar."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import numpy as np

from mojo_compute.kernels.arrays import Floats

_CHUNK = 1 << 22  # values looked at in one go: 32 MB


def fill_windowed(statistic: Callable[..., Floats], prices: Floats, period: int, out: Floats) -> None:
    """`statistic(windows, axis=1)` of the last `period` bars of each bar; NaN in the warm-up."""
    out[: period - 1] = np.nan
    windows = np.lib.stride_tricks.sliding_window_view(prices, period)
    rows = max(_CHUNK // period, 1)
    for first in range(0, len(windows), rows):
        part = statistic(windows[first : first + rows], axis=1)
        out[period - 1 + first : period - 1 + first + len(part)] = part


def smoothed(values: Floats, period: int, weight: float) -> Floats:
    """Exponential average from the mean of the first `period` values on, one value for each; n - period + 1 of them."""

    def step(average: float, value: float) -> float:
        return average + weight * (value - average)

    seed = float(values[:period].mean())
    return np.fromiter(accumulate(values[period:].tolist(), step, initial=seed), float, len(values) - period + 1)


def ema(values: Floats, period: int) -> Floats:
    """`smoothed` with the weight 2 / (period + 1)."""
    return smoothed(values, period, 2.0 / (period + 1.0))


def fill_last(out: Floats, values: Floats) -> None:
    """`values` at the end of `out`, NaN before."""
    out[: len(out) - len(values)] = np.nan
    out[len(out) - len(values) :] = values
