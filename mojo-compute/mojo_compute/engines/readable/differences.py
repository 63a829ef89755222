"""Differences and ratios of averages, readable."""

from __future__ import annotations

import numpy as np
from chitti_shared.contracts.indicators.average_types import DEFAULT, EMA, average_lookback

from mojo_compute.engines.readable.averages import average
from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def pair(prices: Floats, one: int, other: int, ma_type: int) -> tuple[Floats, Floats]:
    """Averages of the shorter and of the longer period, from the latter's first value on."""
    kind = EMA if ma_type == DEFAULT else ma_type
    fast, slow = (average(kind, prices, period) for period in sorted((one, other)))
    return fast[-len(slow) :], slow


def apo(prices: Floats, fast_period: int, slow_period: int, ma_type: int, out: Floats) -> None:
    fast, slow = pair(prices, fast_period, slow_period, ma_type)
    fill_last(out, fast - slow)


def ppo(prices: Floats, fast_period: int, slow_period: int, ma_type: int, out: Floats) -> None:
    fast, slow = pair(prices, fast_period, slow_period, ma_type)
    fill_last(out, 100.0 * np.divide(fast - slow, slow, out=np.zeros_like(slow), where=slow != 0.0))


def macdext(
    prices: Floats,
    fast_period: int,
    fast_ma_type: int,
    slow_period: int,
    slow_ma_type: int,
    signal_period: int,
    signal_ma_type: int,
    macd_line: Floats,
    signal_line: Floats,
    histogram: Floats,
) -> None:
    by_period = sorted(((fast_period, fast_ma_type), (slow_period, slow_ma_type)), key=lambda one: one[0])
    warm_ups = [average_lookback(kind, period) for period, kind in by_period]
    # Both averages are begun so late that their first values fall on one bar
    fast, slow = (
        average(kind, prices[max(warm_ups) - own :], period)
        for (period, kind), own in zip(by_period, warm_ups, strict=True)
    )
    line = fast - slow
    signal = average(signal_ma_type, line, signal_period)
    fill_last(macd_line, line[-len(signal) :])
    fill_last(signal_line, signal)
    histogram[:] = macd_line - signal_line


SERIES = {"apo": apo, "ppo": ppo, "macdext": macdext}
