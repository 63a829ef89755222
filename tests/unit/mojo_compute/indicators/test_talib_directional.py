"""Directional movement equals TA-Lib's, whichever engine computes it."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

FROM_ONE = [{}, {"period": 1}, {"period": 2}, {"period": 9}, {"period": 50}]
FROM_TWO = [{}, {"period": 2}, {"period": 3}, {"period": 9}, {"period": 50}]
PARAMETERS = {
    "plus_dm": FROM_ONE,
    "minus_dm": FROM_ONE,
    "plus_di": FROM_ONE,
    "minus_di": FROM_ONE,
    "dx": FROM_TWO,
    "adx": FROM_TWO,
    "adxr": FROM_TWO,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
