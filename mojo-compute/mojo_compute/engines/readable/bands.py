"""Bands, channels and stops, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.volatility import true_ranges
from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed, smoothed
from mojo_compute.kernels.arrays import Floats


def accbands(
    high: Floats, low: Floats, close: Floats, period: int, upper: Floats, middle: Floats, lower: Floats
) -> None:
    width = 4.0 * (high - low) / np.where(high + low == 0.0, 1.0, high + low)
    for prices, out in ((high * (1.0 + width), upper), (close, middle), (low * (1.0 - width), lower)):
        fill_windowed(np.mean, prices, period, out)


def donchian(high: Floats, low: Floats, period: int, upper: Floats, middle: Floats, lower: Floats) -> None:
    fill_windowed(np.max, high, period, upper)
    fill_windowed(np.min, low, period, lower)
    middle[:] = (upper + lower) / 2.0


def kc(
    high: Floats,
    low: Floats,
    close: Floats,
    period: int,
    atr_period: int,
    std_dev: float,
    upper: Floats,
    middle: Floats,
    lower: Floats,
) -> None:
    # Both averages have their first value on the same bar
    late = max(period - 1, atr_period)
    fill_last(middle, ema(((high + low + close) / 3.0)[late - period + 1 :], period))
    width = np.full_like(close, np.nan)
    fill_last(width, smoothed(true_ranges(high, low, close)[late - atr_period :], atr_period, 1.0 / atr_period))
    upper[:] = middle + std_dev * width
    lower[:] = middle - std_dev * width


def supertrend(
    high: Floats, low: Floats, close: Floats, period: int, multiplier: float, line: Floats, trend: Floats
) -> None:
    line[:] = trend[:] = np.nan
    width = np.full_like(close, np.nan)
    fill_last(width, multiplier * smoothed(true_ranges(high, low, close), period, 1.0 / period))
    above, below = (high + low) / 2.0 + width, (high + low) / 2.0 - width
    ceiling, floor, rising = above[period], below[period], True
    for i in range(period, len(close)):
        if i > period:
            ceiling = above[i] if close[i - 1] > ceiling else min(ceiling, above[i])
            floor = below[i] if close[i - 1] < floor else max(floor, below[i])
            if rising and close[i] < floor:
                rising = False
            elif not rising and close[i] > ceiling:
                rising = True
        line[i], trend[i] = (floor, 1.0) if rising else (ceiling, -1.0)


def sar(high: Floats, low: Floats, acceleration: float, maximum: float, out: Floats) -> None:
    sides = (acceleration, acceleration, maximum)
    sarext(high, low, 0.0, 0.0, *sides, *sides, out)
    np.abs(out, out=out)


def sarext(
    high: Floats,
    low: Floats,
    start_value: float,
    offset_on_reverse: float,
    acceleration_init_long: float,
    acceleration_long: float,
    acceleration_max_long: float,
    acceleration_init_short: float,
    acceleration_short: float,
    acceleration_max_short: float,
    out: Floats,
) -> None:
    first = {True: min(acceleration_init_long, acceleration_max_long)}
    first[False] = min(acceleration_init_short, acceleration_max_short)
    step = {True: acceleration_long, False: acceleration_short}
    most = {True: acceleration_max_long, False: acceleration_max_short}

    fall, rise = low[0] - low[1], high[1] - high[0]
    rising = start_value >= 0.0 if start_value else not (fall > 0.0 and fall > rise)
    stop = abs(start_value) if start_value else (low[0] if rising else high[0])
    extreme = high[1] if rising else low[1]
    factor = first[rising]
    out[0] = np.nan
    for i in range(1, len(high)):
        newest = slice(max(i - 1, 1), i + 1)
        if rising and low[i] <= stop:
            rising, stop = False, max(extreme, high[newest].max()) * (1.0 + offset_on_reverse)
            extreme, factor = low[i], first[False]
            out[i] = -stop
        elif not rising and high[i] >= stop:
            rising, stop = True, min(extreme, low[newest].min()) * (1.0 - offset_on_reverse)
            extreme, factor = high[i], first[True]
            out[i] = stop
        else:
            out[i] = stop if rising else -stop
            reached = max(extreme, high[i]) if rising else min(extreme, low[i])
            if reached != extreme:
                extreme, factor = reached, min(factor + min(step[rising], most[rising]), most[rising])
        stop += factor * (extreme - stop)
        stop = min(stop, low[newest].min()) if rising else max(stop, high[newest].max())


SERIES = {
    "accbands": accbands,
    "donchian": donchian,
    "kc": kc,
    "sar": sar,
    "sarext": sarext,
    "supertrend": supertrend,
}
