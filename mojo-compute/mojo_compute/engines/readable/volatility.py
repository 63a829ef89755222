"""Volatility, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_last, smoothed
from mojo_compute.kernels.arrays import Floats


def true_ranges(high: Floats, low: Floats, close: Floats) -> Floats:
    """Of every bar but the first: its range, with the close before inside it."""
    return np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])


def trange(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    fill_last(out, true_ranges(high, low, close))


def atr(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    fill_last(out, smoothed(true_ranges(high, low, close), period, 1.0 / period))


def natr(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    atr(high, low, close, period, out)
    if period > 1:
        out *= np.divide(100.0, close, out=np.zeros_like(close), where=close != 0.0)


SERIES = {"trange": trange, "atr": atr, "natr": natr}
