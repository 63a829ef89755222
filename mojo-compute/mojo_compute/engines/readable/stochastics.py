"""Stochastic oscillators, readable."""

from __future__ import annotations

import numpy as np
from chitti_shared.contracts.indicators.average_types import DEFAULT, RMA, SMA

from mojo_compute.engines.readable.averages import average
from mojo_compute.engines.readable.momentum import rsi
from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def places(high: Floats, low: Floats, close: Floats, period: int, noise: float = 0.0) -> Floats:
    """Where the close stands in the range of each window, in percent; 0 where the range is no more than noise."""
    highest = np.lib.stride_tricks.sliding_window_view(high, period).max(axis=1)
    lowest = np.lib.stride_tricks.sliding_window_view(low, period).min(axis=1)
    width = highest - lowest
    above = close[period - 1 :] - lowest
    return np.asarray(100.0 * np.divide(above, width, out=np.zeros_like(width), where=width > noise))


def fill_pair(first: Floats, second: Floats, k: Floats, d: Floats) -> None:
    """Both from the later one's first value on."""
    fill_last(k, first[-len(second) :])
    fill_last(d, second)


def stoch(
    high: Floats,
    low: Floats,
    close: Floats,
    fastk_period: int,
    slowk_period: int,
    slowk_ma_type: int,
    slowd_period: int,
    slowd_ma_type: int,
    slow_k: Floats,
    slow_d: Floats,
    own: int = SMA,
) -> None:
    k_kind, d_kind = (own if kind == DEFAULT else kind for kind in (slowk_ma_type, slowd_ma_type))
    slow = average(k_kind, places(high, low, close, fastk_period), slowk_period)
    fill_pair(slow, average(d_kind, slow, slowd_period), slow_k, slow_d)


def kdj(
    high: Floats,
    low: Floats,
    close: Floats,
    fastk_period: int,
    slowk_period: int,
    slowk_ma_type: int,
    slowd_period: int,
    slowd_ma_type: int,
    k: Floats,
    d: Floats,
    j: Floats,
) -> None:
    stoch(high, low, close, fastk_period, slowk_period, slowk_ma_type, slowd_period, slowd_ma_type, k, d, RMA)
    j[:] = k + 2.0 * (k - d)


def stochf(
    high: Floats,
    low: Floats,
    close: Floats,
    fastk_period: int,
    fastd_period: int,
    fastd_ma_type: int,
    fast_k: Floats,
    fast_d: Floats,
    noise: float = 0.0,
) -> None:
    fast = places(high, low, close, fastk_period, noise)
    fill_pair(fast, average(fastd_ma_type, fast, fastd_period), fast_k, fast_d)


def stochrsi(
    prices: Floats,
    period: int,
    fastk_period: int,
    fastd_period: int,
    fastd_ma_type: int,
    fast_k: Floats,
    fast_d: Floats,
) -> None:
    strength = np.empty_like(prices)
    rsi(prices, period, strength)
    values = strength[period:]
    fast_k[:period] = fast_d[:period] = np.nan
    # An RSI of bars that don't move stays the same but for rounding
    stochf(
        values, values, values, fastk_period, fastd_period, fastd_ma_type, fast_k[period:], fast_d[period:], noise=1e-12
    )


SERIES = {"stoch": stoch, "stochf": stochf, "stochrsi": stochrsi, "kdj": kdj}
