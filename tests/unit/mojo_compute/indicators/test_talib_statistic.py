"""Statistics equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS: dict[str, list[dict[str, float]]] = {
    name: [{}, {"period": 2}, {"period": 7}, {"period": 50}, {"period": 200}]
    for name in ("linearreg", "linearreg_angle", "linearreg_intercept", "linearreg_slope", "tsf")
}
PARAMETERS |= {
    "stddev": [{}, {"period": 2}, {"period": 3, "std_dev": 2.5}, {"period": 30}, {"period": 200, "std_dev": -1.0}],
    "var": [{}, {"period": 1}, {"period": 2}, {"period": 30, "std_dev": 2.0}, {"period": 200}],
}
# Markets on which TA-Lib's own rounding is beyond 1e-9
NOISE: dict[str, tuple[str, ...]] = {}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine, besides=NOISE.get(name, ()))


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)


def of_window(name: str, values: np.ndarray, given: dict[str, float], engine: str) -> np.ndarray:
    indicator = BY_NAME[name]
    return compute(indicator, {"close": values}, resolve(indicator, given), select(engine)).outputs[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_straight_line_is_its_own_regression(engine):
    values = 3.0 + 0.5 * np.arange(40)
    for name, expected in (
        ("linearreg", values[9:]),
        ("linearreg_intercept", values[:31]),
        ("tsf", values[9:] + 0.5),
        ("linearreg_slope", np.full(31, 0.5)),
        ("linearreg_angle", np.full(31, np.degrees(np.arctan(0.5)))),
    ):
        np.testing.assert_allclose(of_window(name, values, {"period": 10}, engine)[9:], expected, rtol=1e-13)


@pytest.mark.parametrize("period", [2, 5, 14, 20, 200])
def test_what_does_not_move_does_not_deviate(period):
    assert (of_window("stddev", np.full(300, 1234.55), {"period": period}, "cython")[period - 1 :] == 0.0).all()


def test_a_deviation_keeps_its_digits_far_from_zero():
    values = np.random.default_rng(31).normal(0.0, 1.0, 2000)
    found = of_window("stddev", values + 2.0**30, {"period": 20}, "cython")
    shifted = values + 2.0**30 - 2.0**30
    expected = of_window("stddev", shifted, {"period": 20}, "numpy")
    np.testing.assert_allclose(found, expected, rtol=1e-7)
