"""Levels of support, resistance and exit, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import fill_last, smoothed
from mojo_compute.kernels.arrays import Floats


def _windows(values: Floats, period: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, int(period))


def _middle(high: Floats, low: Floats, period: int) -> Floats:
    middle: Floats = (_windows(high, period).max(axis=1) + _windows(low, period).min(axis=1)) / 2.0
    return middle


def ichimoku(
    high: Floats,
    low: Floats,
    tenkan_period: int,
    kijun_period: int,
    senkou_period: int,
    tenkan: Floats,
    kijun: Floats,
    senkou_a: Floats,
    senkou_b: Floats,
) -> None:
    delay = int(kijun_period)
    wanted = len(high) - (max(int(tenkan_period), delay, int(senkou_period)) - 1 + delay)
    fast, slow = (_middle(high, low, period) for period in (tenkan_period, kijun_period))
    common = min(len(fast), len(slow))
    leading = (fast[-common:] + slow[-common:]) / 2.0
    fill_last(tenkan, fast[-wanted:])
    fill_last(kijun, slow[-wanted:])
    fill_last(senkou_a, leading[:-delay][-wanted:])
    fill_last(senkou_b, _middle(high, low, senkou_period)[:-delay][-wanted:])


def alligator(
    high: Floats,
    low: Floats,
    jaw_period: int,
    teeth_period: int,
    lips_period: int,
    jaw_shift: int,
    teeth_shift: int,
    lips_shift: int,
    jaw: Floats,
    teeth: Floats,
    lips: Floats,
) -> None:
    periods, shifts = (jaw_period, teeth_period, lips_period), (jaw_shift, teeth_shift, lips_shift)
    first = int(max(period + shift - 1 for period, shift in zip(periods, shifts, strict=True)))
    for period, shift, out in zip(periods, shifts, (jaw, teeth, lips), strict=True):
        fill_last(out, smoothed((high + low) / 2.0, int(period), 1.0 / period)[: -int(shift)])
        out[:first] = np.nan


def chandelier(
    high: Floats, low: Floats, close: Floats, period: int, multiplier: float, long_stop: Floats, short_stop: Floats
) -> None:
    before = close[:-1]
    ranges = np.max([high[1:] - low[1:], np.abs(high[1:] - before), np.abs(low[1:] - before)], axis=0)
    away = multiplier * smoothed(ranges, int(period), 1.0 / period)
    fill_last(long_stop, _windows(high, period).max(axis=1)[1:] - away)
    fill_last(short_stop, _windows(low, period).min(axis=1)[1:] + away)


def ma_envelope(prices: Floats, period: int, percent: float, upper: Floats, middle: Floats, lower: Floats) -> None:
    fill_last(middle, _windows(prices, period).mean(axis=1))
    upper[:] = middle + middle * percent / 100.0
    lower[:] = middle - middle * percent / 100.0


def anchored_vwap(high: Floats, low: Floats, close: Floats, volume: Floats, anchor: int, out: Floats) -> None:
    out[:] = np.nan
    since = slice(int(anchor), None)
    traded = np.cumsum(volume[since])
    paid = np.cumsum(((high + low + close) / 3.0 * volume)[since])
    np.divide(paid, traded, out=out[since], where=traded != 0)


def zigzag(high: Floats, low: Floats, deviation: float, out: Floats) -> None:
    out[:] = np.nan
    turn = deviation / 100.0
    top = (0, float(high[0]))
    bottom = (0, float(low[0]))
    leg = ""
    for at, (highest, lowest) in enumerate(zip(high.tolist(), low.tolist(), strict=True)):
        top = (at, highest) if highest > top[1] else top
        bottom = (at, lowest) if lowest < bottom[1] else bottom
        if leg != "down" and top[0] < at and lowest <= top[1] * (1.0 - turn):
            ended, leg = top, "down"
        elif leg != "up" and bottom[0] < at and highest >= bottom[1] * (1.0 + turn):
            ended, leg = bottom, "up"
        else:
            continue
        out[ended[0]] = ended[1]
        top, bottom = (at, highest), (at, lowest)
    if leg:
        last = top if leg == "up" else bottom
        out[last[0]] = last[1]


def _fill_pivots(outs: tuple[Floats, ...], levels: tuple[Floats, ...]) -> None:
    for out, level in zip(outs, levels, strict=True):
        fill_last(out, level[:-1])


def _around(pivot: Floats, high: Floats, low: Floats) -> tuple[Floats, ...]:
    up, down = pivot - low, high - pivot
    return pivot, pivot + up, pivot + (up + down), high + 2 * up, pivot - down, pivot - (up + down), low - 2 * down


def pivots_classic(high: Floats, low: Floats, close: Floats, *outs: Floats) -> None:
    _fill_pivots(outs, _around((high + low + close) / 3, high, low))


def pivots_woodie(high: Floats, low: Floats, close: Floats, *outs: Floats) -> None:
    _fill_pivots(outs, _around((high + low + close + close) / 4, high, low))


def pivots_fibonacci(high: Floats, low: Floats, close: Floats, *outs: Floats) -> None:
    shares = (0.0, 0.382, 0.618, 1.0, -0.382, -0.618, -1.0)
    _fill_pivots(outs, tuple((high + low + close) / 3 + share * (high - low) for share in shares))


def pivots_camarilla(high: Floats, low: Floats, close: Floats, *outs: Floats) -> None:
    around = tuple(close + sign * 1.1 * (high - low) / part for sign in (1, -1) for part in (12, 6, 4, 2))
    _fill_pivots(outs, ((high + low + close) / 3, *around))


SERIES = {
    "ichimoku": ichimoku,
    "alligator": alligator,
    "chandelier": chandelier,
    "ma_envelope": ma_envelope,
    "anchored_vwap": anchored_vwap,
    "zigzag": zigzag,
    "pivots_classic": pivots_classic,
    "pivots_fibonacci": pivots_fibonacci,
    "pivots_camarilla": pivots_camarilla,
    "pivots_woodie": pivots_woodie,
}
