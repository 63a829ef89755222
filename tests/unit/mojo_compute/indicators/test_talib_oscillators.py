"""Places in a window's range equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS = {
    "smi": [
        {},
        {"period": 2, "fast_period": 2, "slow_period": 2, "signal_period": 2},
        {"period": 5, "fast_period": 20, "slow_period": 5, "signal_period": 3},
        {"period": 100, "fast_period": 3, "slow_period": 9, "signal_period": 20},
    ],
    "willr": [{}, {"period": 2}, {"period": 9}, {"period": 200}],
    "aroon": [{}, {"period": 2}, {"period": 25}, {"period": 200}],
    "aroonosc": [{}, {"period": 2}, {"period": 25}, {"period": 200}],
    "ultosc": [
        {},
        {"period1": 28, "period2": 7, "period3": 14},
        {"period1": 1, "period2": 2, "period3": 3},
        {"period1": 5, "period2": 5, "period3": 90},
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
