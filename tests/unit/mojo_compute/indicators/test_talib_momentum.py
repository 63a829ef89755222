"""Momentum equals TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from chitti_shared.contracts.indicators.average_types import EMA, HMA, MAMA
from support.indicators import ENGINES, by_talib, cases, check_on_markets

TYPES = [kind for kind in range(14) if kind != MAMA]  # MESA's is tried on its own
STRAIGHT = (  # markets on whose straight lines the Hilbert transform behind it answers rounding noise
    "constant", "flat but for ticks", "rising", "falling", "a fall by a thousand, then flat", "one move, then flat",
    "zigzag",
)  # fmt: skip
PAIRS = [
    {},
    {"fast_period": 26, "slow_period": 12},
    {"fast_period": 2, "slow_period": 2},
    *[{"fast_period": 5, "slow_period": 20, "ma_type": kind} for kind in TYPES],
]

PARAMETERS = {
    "apo": PAIRS,
    # Without Hull's: it comes near 0 on wild bars, and then its last digits decide what is said in percent of it
    "ppo": [given for given in PAIRS if given.get("ma_type") != HMA],
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


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["apo", "ppo"])
def test_equals_talib_with_mesas_average(name, engine):
    check_on_markets(name, {"ma_type": MAMA}, by_talib(name), engine, besides=STRAIGHT)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), "cython", thorough=True)
