"""Averages and bands, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.averages import average
from mojo_compute.engines.readable.windows import fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def sma(prices: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.mean, prices, period, out)


def bollinger(
    prices: Floats,
    period: int,
    std_dev_up: float,
    std_dev_down: float,
    ma_type: int,
    upper: Floats,
    middle: Floats,
    lower: Floats,
) -> None:
    deviation = np.empty_like(prices)
    fill_windowed(np.std, prices, period, deviation)
    fill_last(middle, average(ma_type, prices, period))
    middle[: period - 1] = np.nan
    upper[:] = middle + std_dev_up * deviation
    lower[:] = middle - std_dev_down * deviation


def midpoint(prices: Floats, period: int, out: Floats) -> None:
    midprice(prices, prices, period, out)


def midprice(high: Floats, low: Floats, period: int, out: Floats) -> None:
    lowest = np.empty_like(low)
    fill_windowed(np.max, high, period, out)
    fill_windowed(np.min, low, period, lowest)
    out += lowest
    out /= 2.0


SERIES = {"sma": sma, "bollinger": bollinger, "midpoint": midpoint, "midprice": midprice}
