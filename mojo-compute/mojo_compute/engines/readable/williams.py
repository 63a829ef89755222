"""Bill Williams' oscillators and fractals, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.pressure import window_sums
from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def spread(high: Floats, low: Floats, fast: float, slow: float) -> Floats:
    middle = (high + low) / 2.0
    first = int(max(fast, slow))
    sooner, later = (window_sums(middle, period)[first - int(period) :] / period for period in (fast, slow))
    return sooner - later


def ao(high: Floats, low: Floats, fast_period: float, slow_period: float, out: Floats) -> None:
    fill_last(out, spread(high, low, fast_period, slow_period))


def ac(high: Floats, low: Floats, fast_period: float, slow_period: float, signal_period: float, out: Floats) -> None:
    found = spread(high, low, fast_period, slow_period)
    fill_last(out, found[int(signal_period) - 1 :] - window_sums(found, signal_period) / signal_period)


def fractal(high: Floats, low: Floats, left_bars: float, right_bars: float, highs: Floats, lows: Floats) -> None:
    left, right = int(left_bars), int(right_bars)
    for out, values in ((highs, high), (lows, -low)):
        windows = np.lib.stride_tricks.sliding_window_view(values, left + right + 1)
        others = np.delete(windows, left, axis=1).max(axis=1)
        fill_last(out, np.where(windows[:, left] > others, 100.0, 0.0))


SERIES = {"ao": ao, "ac": ac, "fractal": fractal}
