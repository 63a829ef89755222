"""The moving averages that an `ma_type` names, readable: one value for each window, from the first whole one on."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from chitti_shared.contracts.indicators import average_types as types

from mojo_compute.engines.readable.windows import ema, smoothed
from mojo_compute.kernels.arrays import Floats


def sma(values: Floats, period: int) -> Floats:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, period).mean(axis=1))


def wma(values: Floats, period: int) -> Floats:
    weights = np.arange(1.0, period + 1.0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, period) @ (weights / weights.sum()))


def dema(values: Floats, period: int) -> Floats:
    once = ema(values, period)
    twice = ema(once, period)
    return 2.0 * once[-len(twice) :] - twice


def tema(values: Floats, period: int) -> Floats:
    once = ema(values, period)
    twice = ema(once, period)
    thrice = ema(twice, period)
    return 3.0 * (once[-len(thrice) :] - twice[-len(thrice) :]) + thrice


def trima(values: Floats, period: int) -> Floats:
    return sma(sma(values, period // 2 + 1), (period + 1) // 2)


def kama(values: Floats, period: int) -> Floats:
    steps = np.abs(np.diff(values))
    fastest, slowest = 2.0 / 3.0, 2.0 / 31.0
    average = float(values[period - 1])
    found = []
    for now in range(period, len(values)):
        way = float(steps[now - period : now].sum())
        net = abs(float(values[now] - values[now - period]))
        efficiency = 1.0 if way <= net else net / way
        average += (efficiency * (fastest - slowest) + slowest) ** 2 * (float(values[now]) - average)
        found.append(average)
    return np.array(found)


def t3(values: Floats, period: int, factor: float = 0.7) -> Floats:
    averages = [values]
    for _ in range(6):
        averages.append(ema(averages[-1], period))
    shares = (
        (3, (1.0 + factor) ** 3),
        (4, -3.0 * factor * (1.0 + factor) ** 2),
        (5, 3.0 * factor**2 * (1.0 + factor)),
        (6, -(factor**3)),
    )
    return np.asarray(np.sum([share * averages[number][-len(averages[6]) :] for number, share in shares], axis=0))


def hma(values: Floats, period: int) -> Floats:
    slow = wma(values, period)
    return wma(2.0 * wma(values, period // 2)[-len(slow) :] - slow, math.isqrt(period))


def zlema(values: Floats, period: int) -> Floats:
    lag = (period - 1) // 2
    return ema(2.0 * values[lag:] - values[: len(values) - lag], period)


def rma(values: Floats, period: int) -> Floats:
    return smoothed(values, period, 1.0 / period)


AVERAGES: dict[int, Callable[[Floats, int], Floats]] = {
    types.SMA: sma,
    types.EMA: ema,
    types.WMA: wma,
    types.DEMA: dema,
    types.TEMA: tema,
    types.TRIMA: trima,
    types.KAMA: kama,
    types.T3: t3,
    types.HMA: hma,
    types.ZLEMA: zlema,
    types.RMA: rma,
}


def average(kind: int, values: Floats, period: int, own: int = types.SMA) -> Floats:
    """The average of that type; `own` is the one that a type left open stands for."""
    if period == 1 or kind == types.DISABLED:
        return values
    return AVERAGES[own if kind == types.DEFAULT else kind](values, period)
