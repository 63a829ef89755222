"""Averages with fixed weights and recursive filters, readable."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def _fill_weighted(prices: Floats, weights: Floats, out: Floats) -> None:
    """Average of each window, oldest weight first."""
    fill_last(out, np.lib.stride_tricks.sliding_window_view(prices, len(weights)) @ (weights / weights.sum()))


def alma(prices: Floats, period: int, sigma: float, offset: float, out: Floats) -> None:
    distance = np.arange(period) - offset * (period - 1)
    _fill_weighted(prices, np.exp(-0.5 * (distance * sigma / period) ** 2), out)


def fwma(prices: Floats, period: int, out: Floats) -> None:
    numbers = [1.0, 1.0]
    while len(numbers) < period:
        numbers.append(numbers[-1] + numbers[-2])
    _fill_weighted(prices, np.array(numbers[: int(period)]), out)


def pwma(prices: Floats, period: int, out: Floats) -> None:
    row = [float(math.comb(int(period) - 1, at)) for at in range(int(period))]
    _fill_weighted(prices, np.array(row), out)


def sinwma(prices: Floats, period: int, out: Floats) -> None:
    _fill_weighted(prices, np.sin(np.linspace(0.0, np.pi, int(period) + 2)[1:-1]), out)


def swma(prices: Floats, period: int, out: Floats) -> None:
    rising = np.arange(1.0, period + 1)
    _fill_weighted(prices, np.minimum(rising, rising[::-1]), out)


def ssf(prices: Floats, period: int, poles: int, out: Floats) -> None:
    radius = math.exp(-math.sqrt(2 if poles == 2 else 1) * math.pi / period)
    turn = 2.0 * radius * math.cos(math.sqrt(poles) * math.pi / period)
    polynomial = np.array([1.0, -turn, radius**2])  # whose roots are the poles
    if poles == 3:
        polynomial = np.convolve(polynomial, [1.0, -(radius**2)])
    found = prices[: int(poles)].tolist()
    for price in prices[int(poles) :].tolist():
        before = sum(weight * value for weight, value in zip(polynomial[1:], reversed(found), strict=False))
        found.append(polynomial.sum() * price - before)
    out[:] = found


def mcgd(prices: Floats, period: int, factor: float, out: Floats) -> None:
    line = 0.0
    for at, price in enumerate(prices.tolist()):
        line = line + (price - line) / max(factor * period * (price / line) ** 4, 1.0) if line else price
        out[at] = line


def vidya(prices: Floats, period: int, out: Floats) -> None:
    steps = np.diff(prices, prepend=prices[0])
    changes = np.lib.stride_tricks.sliding_window_view(steps, period)[1:]
    net, moved = np.abs(changes.sum(axis=1)), np.abs(changes).sum(axis=1)
    net[moved == 0] = 0.0
    shares = 2.0 / (period + 1) * np.divide(net, moved, out=np.zeros_like(net), where=moved > 0)
    average = float(prices[:period].mean())
    found = [average]
    for share, price in zip(shares.tolist(), prices[period:].tolist(), strict=True):
        average += share * (price - average)
        found.append(average)
    fill_last(out, np.array(found))


def jma(prices: Floats, period: int, phase: float, out: Floats) -> None:
    half = 0.5 * (period - 1)
    length = max(math.log2(half) / 2 + 2, 0.0)
    power = max(length - 2, 0.5)
    bands = length * math.sqrt(half) / (length * math.sqrt(half) + 1)
    beta = 0.45 * (period - 1) / (0.45 * (period - 1) + 2)
    upper = lower = first = value = float(prices[0])
    lead = step = 0.0
    moves = deque([0.0] * 10, maxlen=10)
    volatilities = deque([0.0], maxlen=66)
    found = [value]
    for price in prices[1:].tolist():
        above, below = price - upper, price - lower
        moves.append(max(abs(above), abs(below)) if abs(above) != abs(below) else 0.0)
        volatilities.append(sum(moves) / 10)
        usual = sum(volatilities) / len(volatilities)
        relative = min(moves[-1] / usual, length ** (1 / power)) if usual else 0.0
        exponent = max(relative, 1.0) ** power
        band, kept = bands ** math.sqrt(exponent), beta**exponent
        upper = price if above > 0 else price - band * above
        lower = price if below < 0 else price - band * below
        first = (1 - kept) * price + kept * first
        lead = (price - first) * (1 - beta) + beta * lead
        step = (first + (1.5 + phase / 100) * lead - value) * (1 - kept) ** 2 + kept**2 * step
        value += step
        found.append(value)
    fill_last(out, np.array(found[int(period) - 1 :]))


def hwma(prices: Floats, na: float, nb: float, nc: float, out: Floats) -> None:
    level, trend, bend = float(prices[0]), 0.0, 0.0
    for at, price in enumerate(prices.tolist()):
        before, slope = level, trend
        level = (1 - na) * (level + trend + bend / 2) + na * price
        trend = (1 - nb) * (trend + bend) + nb * (level - before)
        bend = (1 - nc) * bend + nc * (trend - slope)
        out[at] = level + trend + bend / 2


def frama(high: Floats, low: Floats, period: int, out: Floats) -> None:
    half = (int(period) + 1) // 2
    middle = (high + low) / 2
    average, weight = float(middle[2 * half - 2]), 1.0
    found = []
    for last in range(2 * half, len(middle) + 1):
        older, newer = slice(last - 2 * half, last - half), slice(last - half, last)
        ranges = [float(high[part].max() - low[part].min()) for part in (older, newer, slice(last - 2 * half, last))]
        if all(ranges):
            dimension = math.log2((ranges[0] + ranges[1]) / half) - math.log2(ranges[2] / (2 * half))
            weight = min(max(math.exp(-4.6 * (dimension - 1)), 0.01), 1.0)
        average += weight * (middle[last - 1] - average)
        found.append(average)
    fill_last(out, np.array(found))


SERIES = {
    "alma": alma,
    "fwma": fwma,
    "pwma": pwma,
    "sinwma": sinwma,
    "swma": swma,
    "ssf": ssf,
    "mcgd": mcgd,
    "vidya": vidya,
    "jma": jma,
    "hwma": hwma,
    "frama": frama,
}
