"""Momentum equals TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS = {
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
