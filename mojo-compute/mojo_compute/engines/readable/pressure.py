"""Buying against selling, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last
from mojo_compute.kernels.arrays import Floats


def window_sums(values: Floats, period: float) -> Floats:
    """Of each `period` values that follow each other."""
    sums: Floats = np.lib.stride_tricks.sliding_window_view(values, int(period)).sum(axis=1)
    return sums


def bop(opened: Floats, high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:] = 0.0
    np.divide(close - opened, high - low, out=out, where=high > low)


def imi(opened: Floats, close: Floats, period: float, out: Floats) -> None:
    rises = window_sums(np.maximum(close - opened, 0.0), period)
    bodies = window_sums(np.abs(close - opened), period)
    fill_last(out, 100.0 * np.divide(rises, bodies, out=np.full_like(bodies, 0.5), where=bodies > 0.0))


def mfi(high: Floats, low: Floats, close: Floats, volume: Floats, period: float, out: Floats) -> None:
    price = (high + low + close) / 3.0
    change = np.diff(price)
    moved = np.abs(change) > 1e-14 * (np.abs(price[1:]) + np.abs(price[:-1]))
    flow = np.where(moved, price[1:] * volume[1:], 0.0)
    inward = window_sums(np.where(change > 0.0, flow, 0.0), period)
    both = window_sums(flow, period)
    fill_last(out, 100.0 * np.divide(inward, both, out=np.zeros_like(both), where=both > 0.0))


def qstick(opened: Floats, close: Floats, period: float, out: Floats) -> None:
    fill_last(out, window_sums(close - opened, period) / period)


def wad(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    last = np.concatenate([close[:1], close[:-1]])
    bought = np.where(close > last, close - np.minimum(low, last), 0.0)
    sold = np.where(close < last, np.maximum(high, last) - close, 0.0)
    out[:] = np.cumsum(bought - sold)


def eri(high: Floats, low: Floats, close: Floats, period: float, bulls: Floats, bears: Floats) -> None:
    average = ema(close, int(period))
    fill_last(bulls, high[int(period) - 1 :] - average)
    fill_last(bears, low[int(period) - 1 :] - average)


SERIES = {"bop": bop, "imi": imi, "mfi": mfi, "qstick": qstick, "wad": wad, "eri": eri}
