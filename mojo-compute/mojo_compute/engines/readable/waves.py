"""Oscillators that step from bar to bar, and squeezes, readable."""

from __future__ import annotations

import math

import numpy as np

from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def _windows(values: Floats, period: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, int(period))


def _steady(values: Floats, period: int, weight: float) -> Floats:
    """EMA from the mean of the first `period` values on; among equal values it stays exactly where it is."""
    average = 0.0
    found = []
    for count, value in enumerate(values.tolist(), start=1):
        average += (value - average) / count if count <= period else weight * (value - average)
        found.append(average)
    return np.array(found[int(period) - 1 :])


def _ema(values: Floats, period: int) -> Floats:
    return _steady(values, period, 2.0 / (period + 1.0))


def fisher(high: Floats, low: Floats, period: int, signal_period: int, out: Floats, signal: Floats) -> None:
    price = (high + low) / 2.0
    windows = _windows(price, period)
    position = value = 0.0
    found = [0.0]
    for at, window in enumerate(windows[1:], start=int(period)):
        highest, lowest = float(window.max()), float(window.min())
        place = (float(price[at]) - lowest) / (highest - lowest) if highest > lowest else 0.5
        position = 0.66 * (place - 0.5) + 0.67 * position
        position = math.copysign(0.999, position) if abs(position) > 0.99 else position
        value = math.atanh(position) + 0.5 * value
        found.append(value)
    fill_last(out, np.array(found[int(signal_period) :]))
    fill_last(signal, np.array(found[: -int(signal_period)]))


def _three_stages(values: Floats, weight: float) -> Floats:
    for _ in range(3):
        fast = slow = 0.0
        found = []
        for value in values.tolist():
            fast += weight * (value - fast)
            slow += weight * (fast - slow)
            found.append(1.5 * fast - 0.5 * slow)
        values = np.array(found)
    return values


def rsx(prices: Floats, period: int, out: Floats) -> None:
    changes = 100.0 * np.diff(prices)
    net, moved = (_three_stages(part, 3.0 / (period + 2)) for part in (changes, np.abs(changes)))
    share = np.divide(net, moved, out=np.zeros_like(net), where=moved > 1e-10)
    fill_last(out, np.clip(50.0 * (share + 1.0), 0.0, 100.0)[max(int(period) - 1, 5) - 1 :])


def ebsw(prices: Floats, period: int, smooth_period: int, out: Floats) -> None:
    angle = math.radians(360.0 / period)
    kept = (1.0 - math.sin(angle)) / math.cos(angle)
    radius = math.exp(-math.sqrt(2.0) * math.pi / smooth_period)
    turn = 2.0 * radius * math.cos(math.sqrt(2.0) * math.pi / smooth_period)
    passed, smooth = [0.0], [0.0, 0.0]
    for change in np.diff(prices).tolist():
        passed.append((1.0 + kept) / 2.0 * change + kept * passed[-1])
        mean = (passed[-1] + passed[-2]) / 2.0
        smooth.append((1.0 - turn + radius**2) * mean + turn * smooth[-1] - radius**2 * smooth[-2])
    windows = _windows(np.array(smooth), 3)
    power = np.sqrt((windows**2).mean(axis=1))
    there = power > 1e-9 * np.abs(prices[1:])  # less is rounding, which says nothing
    wave = np.divide(windows.mean(axis=1), power, out=np.zeros_like(power), where=there)
    fill_last(out, wave[int(period) - 1 :])


def wavetrend(
    high: Floats,
    low: Floats,
    close: Floats,
    channel_period: int,
    average_period: int,
    signal_period: int,
    wt1: Floats,
    wt2: Floats,
) -> None:
    price = (high + low + close) / 3.0
    away = price[int(channel_period) - 1 :] - _ema(price, channel_period)
    usual = 0.015 * _ema(np.abs(away), channel_period)
    away, price = away[-len(usual) :], price[-len(usual) :]
    there = usual / 0.015 > 1e-12 * np.abs(price)
    line = _ema(np.divide(away, usual, out=np.zeros_like(away), where=there), average_period)
    fill_last(wt1, line[int(signal_period) - 1 :])
    fill_last(wt2, _windows(line, signal_period).mean(axis=1))


def qqe(
    prices: Floats, period: int, smooth_period: int, factor: float, trail: Floats, strength: Floats, trend: Floats
) -> None:
    changes = np.diff(prices)
    gain = _steady(np.maximum(changes, 0.0), period, 1.0 / period)
    loss = _steady(np.maximum(-changes, 0.0), period, 1.0 / period)
    moved = gain + loss
    line = _ema(100.0 * np.divide(gain, moved, out=np.zeros_like(moved), where=moved > 0), smooth_period)
    twice = 2 * int(period) - 1
    moves = _steady(np.abs(np.diff(line)), twice, 1.0 / period)
    widths = factor * _steady(moves, twice, 1.0 / period)
    lines = line[-len(widths) - 1 :].tolist()
    nothing = math.nan
    below, above, older_below, older_above, direction = nothing, nothing, nothing, nothing, 1.0
    found = []
    for before, now, width in zip(lines, lines[1:], widths.tolist(), strict=False):
        # Crossings in either direction count: of the upper trail as up, of the lower one as down
        up = (now > above and before < older_above) or (now <= above and before >= older_above)
        down = (now > below and before < older_below) or (now <= below and before >= older_below)
        direction = 1.0 if up else -1.0 if down else direction
        held_below = before > below and now > below
        held_above = before < above and now < above
        older_below, older_above = below, above
        below = max(below, now - width) if held_below else now - width
        above = min(above, now + width) if held_above else now + width
        found.append((below if direction > 0 else above, now, direction))
    for out, values in zip((trail, strength, trend), np.array(found).T, strict=True):
        fill_last(out, values)


def _place(values: Floats, period: int, least: Floats, factor: float) -> Floats:
    """Smoothed place of each value in the range of the last `period`, 0 to 100."""
    windows = _windows(values, period)
    lowest, ranges = windows.min(axis=1), np.ptp(windows, axis=1)
    place = smooth = 0.0
    found: list[float] = []
    for value, low, span, rounding in zip(
        values[-len(windows) :].tolist(), lowest.tolist(), ranges.tolist(), least[-len(windows) :].tolist(), strict=True
    ):
        place = 100.0 * ((value - low) / span) if span > rounding else place
        smooth = smooth + factor * (place - smooth) if found else place
        found.append(smooth)
    return np.array(found)


def stc(prices: Floats, period: int, fast_period: int, slow_period: int, factor: float, out: Floats) -> None:
    slow = _ema(prices, slow_period)
    difference = _ema(prices, fast_period)[-len(slow) :] - slow
    first = _place(difference, period, 1e-10 * np.abs(slow), factor)
    fill_last(out, _place(first, period, np.full(len(first), 1e-8), factor))


def _squeeze(
    bars: tuple[Floats, Floats, Floats],
    numbers: tuple[float, ...],
    scalars: tuple[float, ...],
    momentum: Floats,
    states: tuple[Floats, ...],
) -> None:
    high, low, close = bars
    bb_period, std_dev, kc_period, back, smooth = numbers
    first = int(max(bb_period - 1, kc_period, back + smooth - 1))
    newest = close[first:]

    def tail(values: Floats) -> Floats:
        return values[-len(newest) :]

    ranges = np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
    usual = tail(_windows(ranges, int(kc_period)).mean(axis=1))
    # Relative to the newest close: equal prices differ by nothing, not by rounding
    wide = tail(_windows(close, int(bb_period))) - newest[:, np.newaxis]
    centre = (tail(_windows(close, int(kc_period))) - newest[:, np.newaxis]).mean(axis=1)
    middle, spread = wide.mean(axis=1), std_dev * wide.std(axis=1)
    lower, upper = middle - spread - centre, middle + spread - centre
    least = 1e-12 * np.abs(newest)  # bands that differ by rounding are equal
    inside = [(lower + one * usual > least) & (one * usual - upper > least) for one in scalars]
    around = (lower + scalars[0] * usual < -least) & (scalars[0] * usual - upper < -least)
    for out, state in zip(states, (*inside, around, ~inside[0] & ~around), strict=True):
        fill_last(out, state.astype(float))
    steps = close[int(back) :] - close[: -int(back)]
    fill_last(momentum, tail(_windows(steps, int(smooth)).mean(axis=1)))


def squeeze(
    high: Floats,
    low: Floats,
    close: Floats,
    bb_period: int,
    bb_std_dev: float,
    kc_period: int,
    kc_scalar: float,
    momentum_period: int,
    smooth_period: int,
    momentum: Floats,
    *states: Floats,
) -> None:
    numbers = (bb_period, bb_std_dev, kc_period, momentum_period, smooth_period)
    _squeeze((high, low, close), numbers, (kc_scalar,), momentum, states)


def squeeze_pro(
    high: Floats,
    low: Floats,
    close: Floats,
    bb_period: int,
    bb_std_dev: float,
    kc_period: int,
    kc_scalar_wide: float,
    kc_scalar_normal: float,
    kc_scalar_narrow: float,
    momentum_period: int,
    smooth_period: int,
    momentum: Floats,
    *states: Floats,
) -> None:
    numbers = (bb_period, bb_std_dev, kc_period, momentum_period, smooth_period)
    scalars = (kc_scalar_wide, kc_scalar_normal, kc_scalar_narrow)
    _squeeze((high, low, close), numbers, scalars, momentum, states)


SERIES = {
    "fisher": fisher,
    "rsx": rsx,
    "ebsw": ebsw,
    "wavetrend": wavetrend,
    "qqe": qqe,
    "stc": stc,
    "squeeze": squeeze,
    "squeeze_pro": squeeze_pro,
}
