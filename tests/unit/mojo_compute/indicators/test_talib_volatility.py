"""Volatility equals TA-Lib's, whichever engine computes it."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS = {
    "trange": [{}],
    "atr": [{}, {"period": 1}, {"period": 2}, {"period": 50}, {"period": 200}],
    "natr": [{}, {"period": 1}, {"period": 2}, {"period": 50}, {"period": 200}],
    "adr": [{}, {"period": 1}, {"period": 3}, {"period": 200}, {"period": 650}],
    "cvi": [{}, {"period": 2, "roc_period": 1}, {"period": 30, "roc_period": 50}],
    "massi": [{}, {"fast_period": 2, "slow_period": 2}, {"fast_period": 40, "slow_period": 31}],
    "rvi": [
        {},
        {"period": 1, "std_dev_period": 2},
        {"period": 30, "std_dev_period": 33},
        {"period": 9, "std_dev_period": 600},
    ],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
