"""Momentum bar by bar equals the series for other parameters than the defaults, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.indicators import Stream
from support.indicators import cases, inputs_of, run
from support.markets import MARKETS

TYPES = range(14)
PARAMETERS = {
    "mom": [{"period": 1}, {"period": 33}],
    "rocp": [{"period": 1}],
    "rsi": [{"period": 2}, {"period": 30}],
    "cmo": [{"period": 30}],
    "macd": [{"fast_period": 3, "slow_period": 40, "signal_period": 1}],
    "macdfix": [{"signal_period": 1}],
    "willr": [{"period": 2}, {"period": 33}],
    "aroon": [{"period": 2}, {"period": 33}],
    "aroonosc": [{"period": 33}],
    "ultosc": [{"period1": 31, "period2": 1, "period3": 16}],
    "trix": [{"period": 1}, {"period": 8}],
    "tsi": [{"first_period": 3, "second_period": 20}],
    "smi": [{"period": 30, "fast_period": 9, "slow_period": 5, "signal_period": 2}],
    "apo": [{"fast_period": 20, "slow_period": 5, "ma_type": kind} for kind in TYPES],
    "ppo": [{"fast_period": 5, "slow_period": 5, "ma_type": kind} for kind in TYPES],
    "macdext": [{"slow_period": 15, "slow_ma_type": kind, "signal_ma_type": 13 - kind} for kind in TYPES],
    "stoch": [{"fastk_period": 1, "slowk_period": 1, "slowd_period": 1}]
    + [{"fastk_period": 9, "slowk_ma_type": kind, "slowd_period": 7, "slowd_ma_type": 13 - kind} for kind in TYPES],
    "stochf": [{"fastd_period": 33}, *[{"fastd_ma_type": kind} for kind in TYPES]],
    "stochrsi": [{"period": 5, "fastk_period": 20, "fastd_ma_type": kind} for kind in TYPES],
    "kdj": [{"slowk_ma_type": 11, "slowd_ma_type": 0, "slowd_period": 33}],
}


@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_a_stream_equals_the_series_bit_for_bit(name, given):
    for market in ("INFY", "wild walk", "flat but for ticks", "constant"):
        inputs = inputs_of(BY_NAME[name], MARKETS[market])
        stream = Stream(name, **given)
        fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
        for values, expected in zip(fed, run(name, MARKETS[market], given), strict=True):
            np.testing.assert_array_equal(values, expected, err_msg=market)
