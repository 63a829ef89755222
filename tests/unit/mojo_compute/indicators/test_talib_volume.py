"""Volume indicators equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets

PARAMETERS: dict[str, list[dict[str, float]]] = {
    name: [{}] for name in ("ad", "marketfi", "nvi", "obv", "pvi", "pvt", "vwap")
}
PARAMETERS |= {
    "adosc": [
        {},
        {"fast_period": 2, "slow_period": 5},
        {"fast_period": 10, "slow_period": 3},
        {"fast_period": 20, "slow_period": 150},
    ],
    "cmf": [{}, {"period": 2}, {"period": 7}, {"period": 200}],
    "efi": [{}, {"period": 1}, {"period": 2}, {"period": 100}],
    "pvo": [
        {},
        {"fast_period": 5, "slow_period": 2},
        {"fast_period": 5, "slow_period": 35, "ma_type": 0},
        {"fast_period": 3, "slow_period": 10, "ma_type": 2},
        {"fast_period": 3, "slow_period": 10, "ma_type": 13},
    ],
    "rvol": [{}, {"period": 1}, {"period": 2}, {"period": 100}],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)


BARS = {
    "high": np.array([11.0, 12.0, 12.0, 10.0, 10.5, 10.5, 13.0]),
    "low": np.array([9.5, 10.5, 10.5, 8.5, 9.0, 9.0, 11.5]),
    "close": np.array([10.0, 11.0, 11.0, 9.0, 9.5, 9.5, 12.0]),
}


def of_volume(name: str, volume: list[float], engine: str, **given: float) -> np.ndarray:
    indicator = BY_NAME[name]
    bars = BARS | {"volume": np.array(volume)}
    inputs = {one: bars[one] for one in indicator.inputs}
    return compute(indicator, inputs, resolve(indicator, given), select(engine)).outputs[0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("volume", [[0, 0, 4, 0, 0, 7, 2], [5, 6, 4, 4, 0, 7, 2], [0, 0, 0, 0, 0, 0, 0]])
@pytest.mark.parametrize("name", ["ad", "marketfi", "nvi", "obv", "pvi", "pvt", "vwap"])
def test_bars_without_volume_count_as_in_talib(name, volume, engine):
    inputs = [(BARS | {"volume": np.array(volume, dtype=float)})[one] for one in BY_NAME[name].inputs]
    check_equal((of_volume(name, volume, engine),), getattr(talib, name.upper())(*inputs))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flow_over_bars_without_volume_is_nothing(engine):
    found = of_volume("cmf", [3, 0, 0, 0, 0, 7, 2], engine, period=2)
    np.testing.assert_allclose(found, [np.nan, -1 / 3, 0.0, 0.0, 0.0, -1 / 3, -1 / 3], rtol=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
def test_relative_volume_after_bars_without_any_has_no_value(engine):
    # TA-Lib answers infinity for the last bar
    found = of_volume("rvol", [4, 2, 6, 0, 0, 0, 5], engine, period=2)
    np.testing.assert_array_equal(found, [np.nan, np.nan, 2.0, 0.0, 0.0, np.nan, np.nan])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["ad", "nvi", "obv", "pvi", "pvt", "vwap"])
def test_a_running_line_steps_over_missing_bars(name, engine):
    whole = of_volume(name, [5, 6, 4, 4, 3, 7, 2], engine)
    indicator = BY_NAME[name]
    bars = BARS | {"volume": np.array([5.0, 6.0, 4.0, 4.0, 3.0, 7.0, 2.0])}
    gapped = {one: np.insert(bars[one], 3, np.nan) for one in indicator.inputs}
    found = compute(indicator, gapped, {}, select(engine)).outputs[0]
    np.testing.assert_array_equal(np.delete(found, 3), whole)
    assert np.isnan(found[3])
