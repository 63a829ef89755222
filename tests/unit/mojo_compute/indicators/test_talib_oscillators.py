"""Places in a window's range equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.contracts.indicators.average_types import DEFAULT, EMA, KAMA, MAMA, SMA
from mojo_compute.indicators import resolve
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets, inputs_of, run
from support.markets import MARKETS

TYPES = [kind for kind in range(14) if kind != MAMA]  # MESA's is tried on its own

# In a market of a few prices the RSI stands still for bars but for its last digits: what TA-Lib makes of their range
# is noise. So is Kaufman's average of places that stay at 0 or 100 there, in any market: TA-Lib's running sum of
# their changes is left with a residue or not.
NOISE = {"stochrsi": ("flat but for ticks",)}

PARAMETERS = {
    "stoch": [
        {},
        {"fastk_period": 1, "slowk_period": 1, "slowd_period": 1},
        {"fastk_period": 60, "slowk_period": 20, "slowd_period": 50},
        *[
            {"slowk_ma_type": kind, "slowd_period": 4, "slowd_ma_type": other}
            for kind, other in zip(TYPES, TYPES[5:] + TYPES[:5], strict=True)
        ],
    ],
    "stochf": [
        {},
        {"fastk_period": 1, "fastd_period": 1},
        {"fastk_period": 60, "fastd_period": 50},
        *[{"fastk_period": 14, "fastd_ma_type": kind} for kind in TYPES],
    ],
    "stochrsi": [
        {},
        {"period": 2, "fastk_period": 2, "fastd_period": 2},
        {"period": 14, "fastk_period": 14, "fastd_period": 3, "fastd_ma_type": EMA},
        {"period": 30, "fastk_period": 1, "fastd_period": 1},
        *[{"fastd_ma_type": kind} for kind in TYPES if kind != KAMA],
    ],
    "kdj": [
        {},
        {"fastk_period": 9, "slowk_period": 5, "slowk_ma_type": DEFAULT, "slowd_ma_type": EMA},
        {"fastk_period": 14, "slowk_ma_type": SMA, "slowd_period": 20, "slowd_ma_type": DEFAULT},
        {"fastk_period": 1, "slowk_period": 1, "slowd_period": 1},
    ],
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
    check_on_markets(name, given, by_talib(name), engine, besides=NOISE.get(name, ()))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), [("stoch", {"slowd_ma_type": MAMA}), ("stochf", {"fastd_ma_type": MAMA})])
def test_equals_talib_with_mesas_average(name, given, engine):
    for market in ("INFY", "TATAMOTORS", "walk", "wild walk", "in paise", "pennies", "billions"):
        indicator = BY_NAME[name]
        parameters = resolve(indicator, given)
        inputs = inputs_of(indicator, MARKETS[market]).values()
        theirs = by_talib(name)(*inputs, *parameters.values())
        check_equal(run(name, MARKETS[market], given, engine), theirs, 100.0)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
