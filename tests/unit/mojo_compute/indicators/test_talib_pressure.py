"""Pressure and distance equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PERIODS = [{}, {"period": 2}, {"period": 3}, {"period": 20}, {"period": 200}]
PARAMETERS = {
    "bop": [{}],
    "imi": PERIODS,
    "mfi": PERIODS,
    "cci": PERIODS,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
