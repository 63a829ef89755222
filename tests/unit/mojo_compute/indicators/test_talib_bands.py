"""Bands, channels and stops equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

_LOPSIDED = {
    "acceleration_init_long": 0.01,
    "acceleration_long": 0.03,
    "acceleration_max_long": 0.3,
    "acceleration_init_short": 0.05,
    "acceleration_short": 0.01,
    "acceleration_max_short": 0.04,
}
PARAMETERS = {
    "accbands": [{}, {"period": 2}, {"period": 33}, {"period": 200}],
    "donchian": [{}, {"period": 2}, {"period": 33}, {"period": 200}],
    "kc": [
        {},
        {"period": 2, "atr_period": 1, "std_dev": 1.0},
        {"period": 5, "atr_period": 40, "std_dev": -0.5},
        {"period": 150, "atr_period": 14},
    ],
    "sar": [
        {},
        {"acceleration": 0.2, "maximum": 0.1},
        {"acceleration": 0.0, "maximum": 0.0},
        {"acceleration": 0.005, "maximum": 0.5},
    ],
    "sarext": [
        {},
        _LOPSIDED,
        {"start_value": 900.0, "offset_on_reverse": 0.01},
        {"start_value": -1100.0, **_LOPSIDED},
    ],
    "supertrend": [
        {},
        {"period": 2, "multiplier": 1.0},
        {"period": 7, "multiplier": 0.0},
        {"period": 200, "multiplier": 1.5},
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
