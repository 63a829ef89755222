"""A price against the one some bars before, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def mom(prices: Floats, period: int, out: Floats) -> None:
    fill_last(out, prices[period:] - prices[:-period])


def rocr(prices: Floats, period: int, out: Floats) -> None:
    before = prices[:-period]
    fill_last(out, np.divide(prices[period:], before, out=np.zeros_like(before), where=before != 0.0))


def rocr100(prices: Floats, period: int, out: Floats) -> None:
    rocr(prices, period, out)
    out *= 100.0


def rocp(prices: Floats, period: int, out: Floats) -> None:
    before = prices[:-period]
    change = prices[period:] - before
    fill_last(out, np.divide(change, before, out=np.zeros_like(before), where=before != 0.0))


def roc(prices: Floats, period: int, out: Floats) -> None:
    rocp(prices, period, out)
    out *= 100.0


SERIES = {"mom": mom, "roc": roc, "rocp": rocp, "rocr": rocr, "rocr100": rocr100}
