"""Statistics of a window, readable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def var(values: Floats, period: int, std_dev: float, out: Floats) -> None:
    fill_windowed(np.var, values, period, out)


def stddev(values: Floats, period: int, std_dev: float, out: Floats) -> None:
    fill_windowed(np.std, values, period, out)
    out *= std_dev


def _lines(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Slope and mean of each window; the line passes through the mean in the middle of the window."""
    slope, mean = np.empty_like(values), np.empty_like(values)
    steps = np.arange(period) - (period - 1) / 2

    def slopes(windows: Floats, axis: int) -> Floats:
        centred = windows - windows.mean(axis=axis, keepdims=True)
        return np.asarray(centred @ steps / (steps @ steps))

    fill_windowed(slopes, values, period, slope)
    fill_windowed(np.mean, values, period, mean)
    return slope, mean


def linearreg(values: Floats, period: int, out: Floats) -> None:
    slope, mean = _lines(values, period)
    out[:] = mean + slope * (period - 1) / 2


def linearreg_intercept(values: Floats, period: int, out: Floats) -> None:
    slope, mean = _lines(values, period)
    out[:] = mean - slope * (period - 1) / 2


def tsf(values: Floats, period: int, out: Floats) -> None:
    slope, mean = _lines(values, period)
    out[:] = mean + slope * (period + 1) / 2


def linearreg_slope(values: Floats, period: int, out: Floats) -> None:
    out[:] = _lines(values, period)[0]


def linearreg_angle(values: Floats, period: int, out: Floats) -> None:
    out[:] = np.degrees(np.arctan(_lines(values, period)[0]))


SERIES: dict[str, Callable[..., None]] = {
    "linearreg": linearreg,
    "linearreg_angle": linearreg_angle,
    "linearreg_intercept": linearreg_intercept,
    "linearreg_slope": linearreg_slope,
    "stddev": stddev,
    "tsf": tsf,
    "var": var,
}
