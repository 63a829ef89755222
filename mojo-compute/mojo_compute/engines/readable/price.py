"""Prices of a bar, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def avgprice(opened: Floats, high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:] = np.mean([opened, high, low, close], axis=0)


def medprice(high: Floats, low: Floats, out: Floats) -> None:
    out[:] = np.mean([high, low], axis=0)


def typprice(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:] = np.mean([high, low, close], axis=0)


def wclprice(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:] = np.mean([high, low, close, close], axis=0)


def avgdev(prices: Floats, period: int, out: Floats) -> None:
    def deviation(windows: Floats, axis: int) -> Floats:
        found: Floats = np.abs(windows - windows.mean(axis=axis, keepdims=True)).mean(axis=axis)
        return found

    fill_windowed(deviation, prices, period, out)


def ha(
    opened: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    haopen: Floats,
    hahigh: Floats,
    halow: Floats,
    haclose: Floats,
) -> None:
    avgprice(opened, high, low, close, haclose)
    haopen[0] = (opened[0] + close[0]) / 2.0
    for i in range(1, len(close)):
        haopen[i] = (haopen[i - 1] + haclose[i - 1]) / 2.0
    hahigh[:] = np.max([high, haopen, haclose], axis=0)
    halow[:] = np.min([low, haopen, haclose], axis=0)


SERIES = {
    "avgdev": avgdev,
    "avgprice": avgprice,
    "ha": ha,
    "medprice": medprice,
    "typprice": typprice,
    "wclprice": wclprice,
}
