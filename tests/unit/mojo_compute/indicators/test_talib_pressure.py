"""Pressure, distance, efficiency and Bill Williams' oscillators equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PERIODS = [{}, {"period": 2}, {"period": 3}, {"period": 20}, {"period": 200}]
PARAMETERS = {
    "bop": [{}],
    "imi": PERIODS,
    "mfi": PERIODS,
    "qstick": [*PERIODS, {"period": 1}],
    "wad": [{}],
    "eri": [*PERIODS, {"period": 1}],
    "cci": PERIODS,
    "dpo": PERIODS,
    "fosc": PERIODS,
    "coppock": [
        {},
        {"wma_period": 1},
        {"wma_period": 3, "roc1_period": 9, "roc2_period": 2},
        {"wma_period": 50, "roc1_period": 1, "roc2_period": 100},
    ],
    "er": PERIODS,
    "cmou": PERIODS,
    "vhf": PERIODS,
    "vortex": [*PERIODS, {"period": 1}],
    "ao": [{}, {"fast_period": 2, "slow_period": 3}, {"fast_period": 40, "slow_period": 7}],
    "ac": [{}, {"fast_period": 2, "slow_period": 3, "signal_period": 2}, {"fast_period": 3, "signal_period": 60}],
    "fractal": [{}, {"left_bars": 1, "right_bars": 1}, {"left_bars": 3, "right_bars": 8}, {"left_bars": 20}],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
