"""Averages of averages, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last
from mojo_compute.kernels.arrays import Floats


def percent_of(part: Floats, whole: Floats) -> Floats:
    return 100.0 * np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0.0)


def trix(prices: Floats, period: int, out: Floats) -> None:
    thrice = ema(ema(ema(prices, period), period), period)
    before = thrice[:-1]
    fill_last(out, 100.0 * np.divide(thrice[1:] - before, before, out=np.zeros_like(before), where=before != 0.0))


def tsi(prices: Floats, first_period: int, second_period: int, out: Floats) -> None:
    changes = np.diff(prices)
    signed, sizes = (ema(ema(values, first_period), second_period) for values in (changes, np.abs(changes)))
    fill_last(out, percent_of(signed, sizes))


def smi(
    high: Floats,
    low: Floats,
    close: Floats,
    period: int,
    fast_period: int,
    slow_period: int,
    signal_period: int,
    index: Floats,
    signal: Floats,
) -> None:
    highest, lowest = (
        extreme(np.lib.stride_tricks.sliding_window_view(values, period), axis=1)
        for extreme, values in ((np.max, high), (np.min, low))
    )
    off = close[period - 1 :] - (highest + lowest) / 2.0
    off, half = (ema(ema(values, slow_period), fast_period) for values in (off, (highest - lowest) / 2.0))
    values = percent_of(off, half)
    fill_last(index, values[signal_period - 1 :])
    fill_last(signal, ema(values, signal_period))


SERIES = {"trix": trix, "tsi": tsi, "smi": smi}
