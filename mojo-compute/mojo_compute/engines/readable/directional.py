"""Directional movement, readable."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def movements(high: Floats, low: Floats) -> tuple[Floats, Floats]:
    """How far each bar but the first goes above and below the one before; the lesser of the two counts for nothing."""
    up, down = np.diff(high), -np.diff(low)
    return np.where((up > down) & (up > 0.0), up, 0.0), np.where((down > up) & (down > 0.0), down, 0.0)


def true_ranges(high: Floats, low: Floats, close: Floats) -> Floats:
    last = close[:-1]
    ranges: Floats = np.max([high[1:] - low[1:], np.abs(high[1:] - last), np.abs(low[1:] - last)], axis=0)
    return ranges


def totals(values: Floats, period: int) -> Floats:
    """Wilder's totals from the sum of the first period - 1 values on."""
    steps = values[period - 1 :].tolist()
    seed = float(values[: period - 1].sum())
    return np.array(list(accumulate(steps, lambda total, value: total - total / period + value, initial=seed)))


def plus_dm(high: Floats, low: Floats, period: float, out: Floats) -> None:
    found = totals(movements(high, low)[0], int(period))
    fill_last(out, found if period > 1 else found[1:])


def minus_dm(high: Floats, low: Floats, period: float, out: Floats) -> None:
    found = totals(movements(high, low)[1], int(period))
    fill_last(out, found if period > 1 else found[1:])


def shares(high: Floats, low: Floats, close: Floats, period: int) -> tuple[Floats, Floats]:
    """Both directional indicators from bar `period` on."""
    ranges = totals(true_ranges(high, low, close), period)[1:]
    scale = 100.0 if period > 1 else 1.0
    plus, minus = (
        scale * np.divide(totals(moves, period)[1:], ranges, out=np.zeros_like(ranges), where=ranges > 0.0)
        for moves in movements(high, low)
    )
    return plus, minus


def plus_di(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    fill_last(out, shares(high, low, close, int(period))[0])


def minus_di(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    fill_last(out, shares(high, low, close, int(period))[1])


def indices(high: Floats, low: Floats, close: Floats, period: int) -> list[float | None]:
    """DX of each bar from bar `period` on, None where nothing moved."""
    plus, minus = shares(high, low, close, period)
    return [100.0 * abs(p - m) / (p + m) if p + m > 1e-14 else None for p, m in zip(plus, minus, strict=True)]


def dx(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    last = 0.0
    found = []
    for index in indices(high, low, close, int(period)):
        last = last if index is None else index
        found.append(last)
    fill_last(out, np.array(found))


def strengths(high: Floats, low: Floats, close: Floats, period: int) -> Floats:
    """ADX from bar 2 * period - 1 on."""
    found = indices(high, low, close, period)
    strength = sum(index or 0.0 for index in found[:period]) / period
    made = [strength]
    for index in found[period:]:
        if index is not None:
            strength = (strength * (period - 1) + index) / period
        made.append(strength)
    return np.array(made)


def adx(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    fill_last(out, strengths(high, low, close, int(period)))


def adxr(high: Floats, low: Floats, close: Floats, period: float, out: Floats) -> None:
    found = strengths(high, low, close, int(period))
    ago = int(period) - 1
    fill_last(out, (found[ago:] + found[: len(found) - ago]) / 2.0)


SERIES = {
    "plus_dm": plus_dm,
    "minus_dm": minus_dm,
    "plus_di": plus_di,
    "minus_di": minus_di,
    "dx": dx,
    "adx": adx,
    "adxr": adxr,
}
