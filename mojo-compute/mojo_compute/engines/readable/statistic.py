"""Statistics of a window, readable."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mojo_compute.engines.readable.windows import fill_last, fill_windowed
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


def percentile(values: Floats, period: int, percentile: float, out: Floats) -> None:
    """By nearest rank."""
    rank = max(math.ceil(percentile * period / 100.0), 1)

    def ranked(windows: Floats, axis: int) -> Floats:
        return np.asarray(np.sort(windows, axis=axis)[:, rank - 1])

    fill_windowed(ranked, values, int(period), out)


def percentrank(values: Floats, period: int, out: Floats) -> None:
    def rank(windows: Floats, axis: int) -> Floats:
        return np.asarray(np.mean(windows[:, :-1] < windows[:, -1:], axis=axis) * 100.0)

    fill_windowed(rank, values, int(period) + 1, out)


def _windows_about_means(values: Floats, period: int) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(values, int(period))
    centred = windows - windows[:, -1:]  # exactly 0 where nothing moves
    return np.asarray(centred - centred.mean(axis=1, keepdims=True))


def _ratio(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.divide(one, other, out=np.zeros_like(one), where=other > 0.0))


def correl(one: Floats, other: Floats, period: int, out: Floats) -> None:
    x, y = _windows_about_means(one, period), _windows_about_means(other, period)
    spread = np.sqrt((x * x).sum(axis=1)) * np.sqrt((y * y).sum(axis=1))
    fill_last(out, _ratio((x * y).sum(axis=1), spread))


def beta(one: Floats, other: Floats, period: int, out: Floats) -> None:
    def returns(values: Floats) -> Floats:
        before = values[:-1]
        return np.divide(np.diff(values), before, out=np.zeros_like(before), where=before != 0.0)

    x, y = _windows_about_means(returns(one), period), _windows_about_means(returns(other), period)
    fill_last(out, _ratio((x * y).sum(axis=1), (x * x).sum(axis=1)))


SERIES: dict[str, Callable[..., None]] = {
    "beta": beta,
    "correl": correl,
    "linearreg": linearreg,
    "linearreg_angle": linearreg_angle,
    "linearreg_intercept": linearreg_intercept,
    "linearreg_slope": linearreg_slope,
    "percentile": percentile,
    "percentrank": percentrank,
    "stddev": stddev,
    "tsf": tsf,
    "var": var,
}
