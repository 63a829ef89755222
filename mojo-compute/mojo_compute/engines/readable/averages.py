"""Moving averages, readable.

`average` and what it chooses from give the values behind the warm-up only.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mojo_compute.engines.readable.windows import ema as exponential
from mojo_compute.engines.readable.windows import fill_last, smoothed
from mojo_compute.kernels.arrays import Floats

_RAD = 180.0 / math.pi


def _windows(values: Floats, period: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, period)


def plain(values: Floats, period: int) -> Floats:
    means: Floats = _windows(values, period).mean(axis=1)
    return means


def weighted(values: Floats, period: int, weights: Floats | None = None) -> Floats:
    """Mean with the weights of a window, oldest first; 1, 2, ... period where none are given."""
    chosen = np.arange(1.0, period + 1.0) if weights is None else weights
    means: Floats = _windows(values, period) @ (chosen / chosen.sum())
    return means


def double(values: Floats, period: int) -> Floats:
    once = exponential(values, period)
    twice = exponential(once, period)
    return 2.0 * once[period - 1 :] - twice


def triple(values: Floats, period: int) -> Floats:
    once = exponential(values, period)
    twice = exponential(once, period)
    thrice = exponential(twice, period)
    return 3.0 * once[2 * (period - 1) :] - 3.0 * twice[period - 1 :] + thrice


def triangular(values: Floats, period: int) -> Floats:
    rising = np.arange(1.0, period + 1.0)
    return weighted(values, period, np.minimum(rising, rising[::-1]))


def kaufman(values: Floats, period: int) -> Floats:
    ways = np.abs(values[period:] - values[:-period])
    paths = _windows(np.abs(np.diff(values)), period).sum(axis=1)
    straight = (paths <= ways) | (paths < 1e-14)
    efficiency = np.divide(ways, paths, out=np.ones_like(ways), where=~straight)
    weights = (efficiency * (2.0 / 3.0 - 2.0 / 31.0) + 2.0 / 31.0) ** 2
    average, found = values[period - 1], []
    for value, weight in zip(values[period:], weights, strict=True):
        average += weight * (value - average)
        found.append(average)
    return np.array(found)


def tillson(values: Floats, period: int, factor: float = 0.7) -> Floats:
    """The third power of `(1 + factor) * EMA - factor * EMA of EMA`, each EMA with its own seed."""
    chain = [values]
    for _ in range(6):
        chain.append(exponential(chain[-1], period))
    third, fourth, fifth, sixth = (one[len(one) - len(chain[6]) :] for one in chain[3:])
    more = 1.0 + factor
    return more**3 * third - 3.0 * more**2 * factor * fourth + 3.0 * more * factor**2 * fifth - factor**3 * sixth


def hull(values: Floats, period: int) -> Floats:
    half = weighted(values, period // 2)
    lagless = 2.0 * half[period - period // 2 :] - weighted(values, period)
    return weighted(lagless, math.isqrt(period))


def lagless(values: Floats, period: int) -> Floats:
    lag = (period - 1) // 2
    return exponential(2.0 * values[lag:] - values[: len(values) - lag], period)


def wilder(values: Floats, period: int) -> Floats:
    return smoothed(values, period, 1.0 / period)


def mesa(values: Floats, fast_limit: float, slow_limit: float) -> tuple[Floats, Floats]:
    """Both of MESA's averages from the 33rd bar on, in the words of Ehlers' own program."""
    prices = values.tolist()
    count = len(prices)
    smooth, detrender, i1, q1 = ([0.0] * count for _ in range(4))
    i2 = q2 = real = imaginary = period = phase = average = following = 0.0
    averages, followings = [], []
    total = prices[0] + prices[1] + prices[2]
    running = prices[0] + 2.0 * prices[1] + 3.0 * prices[2]

    def hilbert(series: list[float], at: int) -> float:
        before = [series[at - back] if at >= back else 0.0 for back in (0, 6, 4, 2)]
        return (
            0.0962 * before[0] - 0.0962 * before[1] - 0.5769 * before[2] + 0.5769 * before[3]
        ) * (0.075 * period + 0.54)  # fmt: skip

    for at in range(3, count):
        # The running sum's rounding is all there is to see on a straight line: see the compiled kernel
        total = total + prices[at] - (prices[at - 4] if at > 3 else 0.0)
        running += 4.0 * prices[at]
        weighted_price = running * 0.1
        running -= total
        if at < 12:
            continue
        smooth[at] = weighted_price
        detrender[at] = hilbert(smooth, at)
        q1[at] = hilbert(detrender, at)
        i1[at] = detrender[at - 3]
        advanced = hilbert(i1, at), hilbert(q1, at)
        q2_now = 0.2 * (q1[at] + advanced[0]) + 0.8 * q2
        i2_now = 0.2 * (i1[at] - advanced[1]) + 0.8 * i2
        real = 0.2 * (i2_now * i2 + q2_now * q2) + 0.8 * real
        imaginary = 0.2 * (i2_now * q2 - q2_now * i2) + 0.8 * imaginary
        i2, q2 = i2_now, q2_now

        before, phase = phase, math.atan(q1[at] / i1[at]) * _RAD if i1[at] else 0.0
        weight = max(fast_limit / max(before - phase, 1.0), slow_limit) if before - phase > 1.0 else fast_limit
        average = weight * prices[at] + (1.0 - weight) * average
        following = 0.5 * weight * average + (1.0 - 0.5 * weight) * following
        averages.append(average)
        followings.append(following)

        found = 360.0 / (math.atan(imaginary / real) * _RAD) if imaginary and real else period
        found = max(min(found, 1.5 * period), 0.67 * period)
        period = 0.2 * min(max(found, 6.0), 50.0) + 0.8 * period
    return np.array(averages[20:]), np.array(followings[20:])


def _nothing(values: Floats, _period: int) -> Floats:
    return values


_TYPES: tuple[Callable[[Floats, int], Floats], ...] = (
    plain,
    exponential,
    weighted,
    double,
    triple,
    triangular,
    kaufman,
    lambda values, _period: mesa(values, 0.5, 0.05)[0],
    tillson,
    hull,
    _nothing,
    plain,
    lagless,
    wilder,
)


def average(kind: int, values: Floats, period: int) -> Floats:
    """The average that TA-Lib's number names; a period of 1 smooths nothing."""
    return values if period == 1 else _TYPES[int(kind)](values, period)


def _kernel(statistic: Callable[[Floats, int], Floats]) -> Callable[[Floats, int, Floats], None]:
    def fill(values: Floats, period: int, out: Floats) -> None:
        fill_last(out, statistic(values, period))

    return fill


def t3(values: Floats, period: int, volume_factor: float, out: Floats) -> None:
    fill_last(out, tillson(values, period, volume_factor))


def ma(values: Floats, period: int, ma_type: int, out: Floats) -> None:
    fill_last(out, average(ma_type, values, period))


def mama(values: Floats, fast_limit: float, slow_limit: float, out: Floats, following: Floats) -> None:
    found = mesa(values, fast_limit, slow_limit)
    fill_last(out, found[0])
    fill_last(following, found[1])


def vwma(values: Floats, volumes: Floats, period: int, out: Floats) -> None:
    traded = _windows(volumes, period).sum(axis=1)
    paid = _windows(values * volumes, period).sum(axis=1)
    fill_last(out, np.divide(paid, traded, out=np.full_like(paid, np.nan), where=traded > 0.0))


def mavp(values: Floats, periods: Floats, min_period: int, max_period: int, ma_type: int, out: Floats) -> None:
    out[:] = np.nan
    wanted = np.clip(np.trunc(periods), min_period, max_period)
    first = len(values) - len(average(ma_type, values, max_period))
    for period in np.unique(wanted[first:]).astype(int).tolist():
        # Each average starts where its first value is that of the longest one
        lookback = len(values) - len(average(ma_type, values, period))
        found = average(ma_type, values[first - lookback :], period)
        chosen = wanted[first:] == period
        out[first:][chosen] = found[chosen]


SERIES = {
    "ema": _kernel(exponential),
    "wma": _kernel(weighted),
    "dema": _kernel(double),
    "tema": _kernel(triple),
    "trima": _kernel(triangular),
    "kama": _kernel(kaufman),
    "rma": _kernel(wilder),
    "hma": _kernel(hull),
    "zlema": _kernel(lagless),
    "t3": t3,
    "ma": ma,
    "mama": mama,
    "vwma": vwma,
    "mavp": mavp,
}
