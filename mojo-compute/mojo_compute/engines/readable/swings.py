"""Oscillators of fixed windows and of counts, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last, smoothed
from mojo_compute.kernels.arrays import Floats

_ROUNDING = 1e-12  # share of a price below which two of them are equal


def _windows(values: Floats, period: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, int(period))


def _quotient(over: Floats, under: Floats) -> Floats:
    """0 where there is nothing to divide by."""
    return np.divide(over, under, out=np.zeros_like(over), where=under != 0)


def bias(prices: Floats, period: int, out: Floats) -> None:
    mean = _windows(prices, period).mean(axis=1)
    fill_last(out, _quotient(prices[int(period) - 1 :] - mean, mean))


def cfo(prices: Floats, period: int, scalar: float, out: Floats) -> None:
    windows = _windows(prices, period)
    distance = np.arange(period) - (period - 1) / 2
    slope = windows @ distance / (distance @ distance)
    forecast = windows.mean(axis=1) + slope * (period + 1) / 2
    newest = prices[int(period) - 1 :]
    fill_last(out, _quotient(scalar * (newest - forecast), newest))


def cg(prices: Floats, period: int, out: Floats) -> None:
    windows = _windows(prices, period)
    fill_last(out, -_quotient(windows @ np.arange(period, 0.0, -1.0), windows.sum(axis=1)))


def psl(prices: Floats, period: int, scalar: float, out: Floats) -> None:
    fill_last(out, scalar * _windows((np.diff(prices) > 0).astype(float), period).mean(axis=1))


def pgo(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    before = close[:-1]
    ranges = np.maximum(high[1:], before) - np.minimum(low[1:], before)
    newest = close[int(period) :]
    away = newest - _windows(close, period)[1:].mean(axis=1)
    away[np.abs(away) <= _ROUNDING * np.abs(newest)] = 0.0
    fill_last(out, _quotient(away, ema(ranges, int(period))))


def demarker(high: Floats, low: Floats, period: int, out: Floats) -> None:
    up = _windows(np.maximum(np.diff(high), 0.0), period).sum(axis=1)
    down = _windows(np.maximum(-np.diff(low), 0.0), period).sum(axis=1)
    fill_last(out, _quotient(up, up + down))


def kst(prices: Floats, *numbers: float | Floats) -> None:
    """`numbers`: four rate-of-change periods, four periods of their means, the signal's; then the outputs."""
    periods = [int(number) for number in numbers[:9] if not isinstance(number, np.ndarray)]
    line, signal = (out for out in numbers[9:] if isinstance(out, np.ndarray))
    parts = []
    for weight, (back, mean) in enumerate(zip(periods[:4], periods[4:8], strict=True), start=1):
        rates = 100.0 * _quotient(prices[back:] - prices[:-back], prices[:-back])
        parts.append(weight * _windows(rates, mean).mean(axis=1))
    shortest = min(map(len, parts))
    total = sum((part[len(part) - shortest :] for part in parts), np.zeros(shortest))
    fill_last(line, total[periods[8] - 1 :])
    fill_last(signal, _windows(total, periods[8]).mean(axis=1))


def rvgi(
    opened: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    period: int,
    smooth_period: int,
    vigor: Floats,
    signal: Floats,
    histogram: Floats,
) -> None:
    rising = np.arange(1.0, smooth_period + 1)
    weights = np.minimum(rising, rising[::-1])
    weights /= weights.sum()
    above, below = (
        _windows(_windows(part, smooth_period) @ weights, period).sum(axis=1) for part in (close - opened, high - low)
    )
    line = _quotient(above, below)
    fill_last(vigor, line[int(smooth_period) - 1 :])
    fill_last(signal, _windows(line, smooth_period) @ weights)
    histogram[:] = vigor - signal


def ttm_trend(high: Floats, low: Floats, close: Floats, period: int, out: Floats) -> None:
    newest = close[int(period) - 1 :]
    above = newest - _windows((high + low) / 2.0, period).mean(axis=1)
    fill_last(out, np.where(above > _ROUNDING * np.abs(newest), 1.0, -1.0))


def td_sequential(
    high: Floats,
    low: Floats,
    close: Floats,
    sell_setup: Floats,
    buy_setup: Floats,
    sell_countdown: Floats,
    buy_countdown: Floats,
) -> None:
    # A falling market is a rising one upside down
    sides = ((sell_setup, sell_countdown, close, high), (buy_setup, buy_countdown, -close, -low))
    for setup, _, price, _ in sides:
        setup[:4] = np.nan
        run = 0
        for at in range(4, len(price)):
            run = run + 1 if price[at] > price[at - 4] else 0
            setup[at] = run
    for (setup, countdown, price, extreme), (other, *_) in zip(sides, reversed(sides), strict=True):
        countdown[:4] = np.nan
        count, active = 0, False
        for at in range(4, len(price)):
            if setup[at] == 9:
                count, active = 0, True
            elif other[at] == 9 or count == 13:
                count, active = 0, False
            count += active and price[at] >= extreme[at - 2]
            countdown[at] = count


def _rsi(values: Floats, period: int) -> Floats:
    changes = np.diff(values)
    gain = smoothed(np.maximum(changes, 0.0), int(period), 1.0 / period)
    loss = smoothed(np.maximum(-changes, 0.0), int(period), 1.0 / period)
    return 100.0 * _quotient(gain, gain + loss)


def crsi(prices: Floats, rsi_period: int, streak_period: int, rank_period: int, out: Floats) -> None:
    streaks = [0.0]
    for sign in np.sign(np.diff(prices)).tolist():
        streaks.append(streaks[-1] + sign if streaks[-1] * sign > 0 else sign)
    rates = _quotient(prices[1:], prices[:-1]) - (prices[:-1] != 0)
    windows = _windows(rates, rank_period + 1)
    rank = 100.0 * (windows[:, :-1] < windows[:, -1:]).mean(axis=1)
    parts = [_rsi(prices, rsi_period), _rsi(np.array(streaks), streak_period), rank]
    shortest = min(map(len, parts))
    fill_last(out, sum((part[len(part) - shortest :] for part in parts), np.zeros(shortest)) / 3.0)


SERIES = {
    "bias": bias,
    "cfo": cfo,
    "cg": cg,
    "psl": psl,
    "pgo": pgo,
    "demarker": demarker,
    "kst": kst,
    "rvgi": rvgi,
    "ttm_trend": ttm_trend,
    "td_sequential": td_sequential,
    "crsi": crsi,
}
