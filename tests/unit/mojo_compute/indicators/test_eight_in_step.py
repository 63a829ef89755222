"""Kernels that work on eight parts of a series, or eight rows, give what bar-by-bar stepping gives, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import available
from mojo_compute.indicators import Stream, compute_panel, resolve
from mojo_compute.indicators.panels import starts_of
from support.indicators import inputs_of, run
from support.markets import bars_about, walk

NAMES = ("rsi", "cmo", "macd", "macdfix", "trix", "tsi", "smi", "apo", "ppo", "kdj", "stochrsi", "stoch", "ultosc")
LONG = {
    "walk": walk(21, 9_000),
    "then flat": np.concatenate([walk(22, 5_000), np.full(4_001, 77.7)]),
    "flat, then a walk": np.concatenate([np.full(4_500, 1000.0), walk(23, 4_003)]),
    "one move": np.concatenate([[100.0], np.full(8_000, 101.0)]),
    "zigzag": np.tile([100.0, 101.0, 99.5], 3_000),
    "ever smaller moves": 1000.0 + np.cumsum(np.tile([1.0, -1.0], 4_000) * 0.99 ** np.arange(8_000)),
}


@pytest.mark.parametrize("market", LONG)
@pytest.mark.parametrize("name", NAMES)
def test_parts_of_a_long_series_join_bit_for_bit(name, market):
    bars = bars_about(LONG[market])
    stream = Stream(name)
    inputs = inputs_of(BY_NAME[name], bars).values()
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs, strict=True)]).T
    for values, expected in zip(run(name, bars, {}), fed, strict=True):
        np.testing.assert_array_equal(values, expected)


OTHER_TYPES = {
    "apo": {"ma_type": 2},
    "ppo": {"ma_type": 0, "fast_period": 30},
    "kdj": {"slowk_ma_type": 0, "slowd_ma_type": 1},
    "trix": {"period": 1},
    "smi": {"period": 2, "signal_period": 2},
}
CASES = [(name, {}) for name in NAMES] + list(OTHER_TYPES.items())


@pytest.mark.parametrize("length", [94, 97, 250, 601])
@pytest.mark.parametrize(("name", "given"), CASES)
def test_rows_in_step_equal_each_alone(name, given, length):
    indicator = BY_NAME[name]
    rows = [bars_about(walk(seed, length)) for seed in range(17)]
    flat = {one: np.concatenate([inputs_of(indicator, row)[one] for row in rows]) for one in indicator.inputs}
    starts = starts_of([length] * len(rows))
    whole = compute_panel(indicator, flat, starts, resolve(indicator, given), available())
    for number, row in enumerate(rows):
        for values, alone in zip(whole.outputs, run(name, row, given), strict=True):
            np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], alone)
