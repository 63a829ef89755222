"""Distances from where prices have been, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def cci(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    price = (high + low + close) / 3.0

    def index(windows: Floats, axis: int) -> Floats:
        mean = windows.mean(axis=axis)
        away = windows[:, -1] - mean
        deviation = np.abs(windows - mean[:, np.newaxis]).mean(axis=axis)
        least = 1e-14 * np.abs(mean)
        lively = (np.abs(away) > least) & (deviation > least)
        return np.divide(away, 0.015 * deviation, out=np.zeros_like(mean), where=lively)

    fill_windowed(index, price, int(period), out)


SERIES = {"cci": cci}
