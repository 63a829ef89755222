"""Volume indicators that TA-Lib does not have, readable."""

from __future__ import annotations

import math

import numpy as np

from mojo_compute.engines.readable.more_volatility import variance
from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed, smoothed
from mojo_compute.kernels.arrays import Floats


def quotient(numerator: Floats, denominator: Floats, otherwise: float = math.nan) -> Floats:
    """`otherwise` where nothing can be divided by."""
    return np.divide(numerator, denominator, out=np.full_like(denominator, otherwise), where=denominator != 0.0)


def eom(high: Floats, low: Floats, volume: Floats, period: int, divisor: float, out: Floats) -> None:
    rise = np.diff((high + low) / 2.0)
    out[0] = np.nan
    fill_windowed(np.mean, divisor * quotient(rise * (high - low)[1:], volume[1:], 0.0), period, out[1:])


def kvo(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    fast_period: int,
    slow_period: int,
    signal_period: int,
    kvo_line: Floats,
    signal_line: Floats,
) -> None:
    signs = np.concatenate([[1.0], np.sign(np.diff((high + low + close) / 3.0))])
    line = ema(signs * volume, fast_period)[slow_period - fast_period :] - ema(signs * volume, slow_period)
    fill_last(kvo_line, line[signal_period - 1 :])
    fill_last(signal_line, ema(line, signal_period))


def pvol(close: Floats, volume: Floats, out: Floats) -> None:
    out[:] = close * volume


def value_area(profile: list[float], share: float) -> tuple[int, int, int]:
    """The bin of the most volume, and the first and the last of those around it that hold `share` of all."""
    best = first = last = profile.index(max(profile))
    while math.fsum(profile[first : last + 1]) < share * math.fsum(profile) and last - first + 1 < len(profile):
        above = profile[last + 1] if last + 1 < len(profile) else -1.0
        below = profile[first - 1] if first > 0 else -1.0
        if above >= below:
            last += 1
        else:
            first -= 1
    return best, first, last


def volume_profile(
    close: Floats,
    volume: Floats,
    period: int,
    bins: int,
    share: float,
    poc: Floats,
    value_area_high: Floats,
    value_area_low: Floats,
) -> None:
    for output in (poc, value_area_high, value_area_low):
        output[:] = np.nan
    for last in range(period - 1, len(close)):
        window = close[last - period + 1 : last + 1]
        least, most = window.min(), window.max()
        if most > least:
            places = np.minimum(((window - least) * (bins / (most - least))).astype(int), bins - 1)
        else:
            places = np.zeros(period, dtype=int)
        profile = np.bincount(places, volume[last - period + 1 : last + 1], bins).tolist()
        if not any(profile):
            continue
        best, low, high = value_area(profile, share)
        step = (most - least) / bins
        poc[last] = least + (best + 0.5) * step
        value_area_high[last] = least + (high + 1) * step
        value_area_low[last] = least + low * step


def vosc(volume: Floats, fast_period: int, slow_period: int, out: Floats) -> None:
    fast, slow = np.empty_like(volume), np.empty_like(volume)
    fill_windowed(np.mean, volume, fast_period, fast)
    fill_windowed(np.mean, volume, slow_period, slow)
    out[:] = 100.0 * quotient(fast - slow, slow)


def vroc(volume: Floats, period: int, out: Floats) -> None:
    fill_last(out, 100.0 * quotient(volume[period:] - volume[:-period], volume[:-period]))


def vzo(close: Floats, volume: Floats, period: int, out: Floats) -> None:
    signed = np.where(np.diff(close) > 0.0, volume[1:], -volume[1:])
    fill_last(out, 100.0 * quotient(ema(signed, period), ema(volume[1:], period)))


def twiggs(high: Floats, low: Floats, close: Floats, volume: Floats, period: int, out: Floats) -> None:
    top, bottom = np.maximum(high[1:], close[:-1]), np.minimum(low[1:], close[:-1])
    place = quotient(2.0 * close[1:] - top - bottom, top - bottom, 0.0)
    flow = smoothed(place * volume[1:], period, 1.0 / period)
    fill_last(out, quotient(flow, smoothed(volume[1:], period, 1.0 / period)))


def vfi(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    period: int,
    coef: float,
    vcoef: float,
    smooth_period: int,
    out: Floats,
) -> None:
    typical = (high + low + close) / 3.0
    spread, usual, before = (np.full_like(close, np.nan) for _ in range(3))
    fill_windowed(variance, np.diff(np.log(typical)), 30, spread[1:])
    fill_windowed(np.mean, volume, period, usual)
    before[1:] = usual[:-1]
    first = max(period, 30)
    moves, least = np.diff(typical)[first - 1 :], (coef * np.sqrt(spread) * close)[first:]
    capped = np.minimum(volume, vcoef * before)[first:]
    flow = np.where(moves > least, capped, np.where(moves < -least, -capped, 0.0))
    total = np.empty_like(flow)
    fill_windowed(np.sum, flow, period, total)
    fill_last(out, ema(quotient(total, before[first:], 0.0)[period - 1 :], smooth_period))


SERIES = {
    "eom": eom,
    "kvo": kvo,
    "pvol": pvol,
    "volume_profile": volume_profile,
    "vosc": vosc,
    "vroc": vroc,
    "vzo": vzo,
    "vfi": vfi,
    "twiggs": twiggs,
}
