"""What averages that rise or fall say, and the fading of signals, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.momentum import macd
from mojo_compute.engines.readable.windows import ema, fill_last
from mojo_compute.kernels.arrays import Floats


def directions(values: Floats, bars: int, scale: Floats) -> Floats:
    """1 up, -1 down, 0 where less than rounding moved them, since so many bars ago."""
    change = values[bars:] - values[:-bars]
    return np.where(np.abs(change) > 1e-12 * np.abs(scale[bars:]), np.sign(change), 0.0)


def amat(close: Floats, fast_period: int, slow_period: int, run: int, long_run: Floats, short_run: Floats) -> None:
    fast, slow = ema(close, fast_period)[slow_period - fast_period :], ema(close, slow_period)
    quick, moved = directions(fast, run, fast), directions(slow, run, slow) != 0.0
    fill_last(long_run, np.where(moved & (quick > 0.0), 1.0, 0.0))
    fill_last(short_run, np.where(moved & (quick < 0.0), 1.0, 0.0))


def elder_impulse(
    close: Floats, period: int, fast_period: int, slow_period: int, signal_period: int, out: Floats
) -> None:
    average, line, signal, histogram = (np.full_like(close, np.nan) for _ in range(4))
    fill_last(average, ema(close, period))
    macd(close, fast_period, slow_period, signal_period, line, signal, histogram)
    first = max(period, slow_period + signal_period - 1) - 1
    trend = directions(average[first:], 1, average[first:])
    force = directions(histogram[first:], 1, average[first:])
    fill_last(out, np.where(trend == force, trend, 0.0))


def decay(close: Floats, period: int, out: Floats) -> None:
    out[0] = close[0]
    for at in range(1, len(close)):
        out[at] = max(close[at], out[at - 1] - 1.0 / period)


SERIES = {"amat": amat, "elder_impulse": elder_impulse, "decay": decay}
