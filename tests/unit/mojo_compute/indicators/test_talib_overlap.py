"""Averages and bands equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS = {
    "sma": [{}, {"period": 2}, {"period": 3}, {"period": 20}, {"period": 200}],
    "bollinger": [
        {},
        {"period": 2},
        {"period": 5, "std_dev": 1.0},
        {"period": 50, "std_dev_up": 3.0, "std_dev_down": 0.5},
    ],
}
CALLED = {"bollinger": "bbands"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name, CALLED.get(name, "")), "cython", thorough=True)
