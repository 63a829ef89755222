"""Distances from where prices have been, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def cci(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    price = (high + low + close) / 3.0

    def index(windows: Floats, axis: int) -> Floats:
        mean = windows.mean(axis=axis)
        away = windows[:, -1] - mean
        deviation = np.abs(windows - mean[:, np.newaxis]).mean(axis=axis)
        least = 1e-14 * np.abs(mean)
        lively = (np.abs(away) > least) & (deviation > least)
        found: Floats = np.divide(away, 0.015 * deviation, out=np.zeros_like(mean), where=lively)
        return found

    fill_windowed(index, price, int(period), out)


def dpo(close: Floats, period: float, out: Floats) -> None:
    ago = int(period) // 2 + 1
    mean = np.empty_like(close)
    fill_windowed(np.mean, close, int(period), mean)
    fill_last(out, (np.roll(close, ago) - mean)[max(int(period) - 1, ago) :])


def fosc(close: Floats, period: float, out: Floats) -> None:
    n = int(period)
    windows = np.lib.stride_tricks.sliding_window_view(close[:-1], n)
    steps = np.arange(n) - (n - 1) / 2.0  # about the middle of the window
    slope = windows @ steps / (steps @ steps)
    expected = windows.mean(axis=1) + slope * (n + 1) / 2.0
    price = close[n:]
    fill_last(out, np.divide(100.0 * (price - expected), price, out=np.zeros_like(price), where=price != 0.0))


def rates(close: Floats, period: int) -> Floats:
    """Change over `period` bars in per cent; 0 from a price of 0."""
    base = close[:-period]
    return 100.0 * np.divide(close[period:] - base, base, out=np.zeros_like(base), where=base != 0.0)


def coppock(close: Floats, wma_period: float, roc1_period: float, roc2_period: float, out: Floats) -> None:
    first = int(max(roc1_period, roc2_period))
    paces = (
        rates(close, int(roc1_period))[first - int(roc1_period) :]
        + rates(close, int(roc2_period))[first - int(roc2_period) :]
    )
    weights = np.arange(1.0, wma_period + 1.0)
    fill_last(out, np.lib.stride_tricks.sliding_window_view(paces, int(wma_period)) @ weights / weights.sum())


SERIES = {"cci": cci, "dpo": dpo, "fosc": fosc, "coppock": coppock}
