"""Averages and bands, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def sma(prices: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.mean, prices, period, out)


def bollinger(
    prices: Floats,
    period: int,
    std_dev_up: float,
    std_dev_down: float,
    upper: Floats,
    middle: Floats,
    lower: Floats,
) -> None:
    deviation = np.empty_like(prices)
    fill_windowed(np.std, prices, period, deviation)
    fill_windowed(np.mean, prices, period, middle)
    upper[:] = middle + std_dev_up * deviation
    lower[:] = middle - std_dev_down * deviation


SERIES = {"sma": sma, "bollinger": bollinger}
