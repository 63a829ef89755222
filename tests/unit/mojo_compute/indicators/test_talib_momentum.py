"""Momentum equals TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from chitti_shared.contracts.indicators.average_types import EMA, MAMA
from support.indicators import ENGINES, by_talib, cases, check_on_markets

# What the readable engine has of moving averages; MESA's is tried where its own tests are, beside the Hilbert
# transform, whose noise on straight lines it shares.
TYPES = [kind for kind in range(14) if kind != MAMA]
PAIRS = [
    {},
    {"fast_period": 26, "slow_period": 12},
    {"fast_period": 2, "slow_period": 2},
    *[{"fast_period": 5, "slow_period": 20, "ma_type": kind} for kind in TYPES],
]

PARAMETERS = {
    "apo": PAIRS,
    "ppo": PAIRS,
    "macdext": [
        {},
        {"fast_period": 20, "slow_period": 5, "fast_ma_type": EMA, "signal_ma_type": EMA},
        {"fast_ma_type": EMA, "slow_ma_type": EMA, "signal_ma_type": EMA},
        {"fast_period": 3, "slow_period": 2, "signal_period": 1},
        *[
            {"fast_ma_type": kind, "slow_ma_type": other, "signal_ma_type": third, "slow_period": 15}
            for kind, other, third in zip(TYPES, TYPES[3:] + TYPES[:3], TYPES[5:] + TYPES[:5], strict=True)
        ],
    ],
    "rsi": [{}, {"period": 2}, {"period": 9}, {"period": 50}, {"period": 200}],
    "macd": [
        {},
        {"fast_period": 2, "slow_period": 3, "signal_period": 1},
        {"fast_period": 5, "slow_period": 35, "signal_period": 5},
        {"fast_period": 2, "slow_period": 150, "signal_period": 40},
    ],
    "macdfix": [{}, {"signal_period": 1}, {"signal_period": 40}],
    "cmo": [{}, {"period": 2}, {"period": 9}, {"period": 50}, {"period": 200}],
    "trix": [{}, {"period": 1}, {"period": 2}, {"period": 9}, {"period": 60}],
    "tsi": [{}, {"first_period": 2, "second_period": 2}, {"first_period": 13, "second_period": 40}],
    "mom": [{}, {"period": 1}, {"period": 7}, {"period": 100}],
    "roc": [{}, {"period": 1}, {"period": 7}, {"period": 100}],
    "rocp": [{}, {"period": 1}, {"period": 7}, {"period": 100}],
    "rocr": [{}, {"period": 1}, {"period": 7}, {"period": 100}],
    "rocr100": [{}, {"period": 1}, {"period": 7}, {"period": 100}],
}
CALLED: dict[str, str] = {}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), "cython", thorough=True)
