"""Statistics equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute.engines import select
from mojo_compute.indicators import Stream, compute, resolve
from support.indicators import ENGINES, by_talib, cases, check_on_markets

PARAMETERS: dict[str, list[dict[str, float]]] = {
    name: [{}, {"period": 2}, {"period": 7}, {"period": 50}, {"period": 200}]
    for name in ("linearreg", "linearreg_angle", "linearreg_intercept", "linearreg_slope", "tsf")
}
PARAMETERS |= {
    "stddev": [{}, {"period": 2}, {"period": 3, "std_dev": 2.5}, {"period": 30}, {"period": 200, "std_dev": -1.0}],
    "var": [{}, {"period": 1}, {"period": 2}, {"period": 30, "std_dev": 2.0}, {"period": 200}],
}
PARAMETERS |= {
    "beta": [{}, {"period": 1}, {"period": 2}, {"period": 60}],
    "correl": [{}, {"period": 1}, {"period": 2}, {"period": 5}, {"period": 200}],
    "percentile": [
        {},
        {"period": 2, "percentile": 0.0},
        {"period": 7, "percentile": 100.0},
        {"period": 100, "percentile": 29.0},
        {"period": 200, "percentile": 33.3},
    ],
    "percentrank": [{}, {"period": 2}, {"period": 7}, {"period": 250}],
}
# Where two returns are all but equal (5e-7 to 2e-5 apart), TA-Lib's beta of two is off by 1e-9 to 2e-6 of itself
NOISE = {"beta": ("BAJFINANCE", "JSWSTEEL", "ONGC", "POWERGRID", "TATACONSUM")}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", besides=NOISE.get(name, ()), thorough=True)


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


def test_what_does_not_move_does_not_deviate():
    for period in range(2, 260):
        assert (of_window("stddev", np.full(300, 1234.55), {"period": period}, "cython")[period - 1 :] == 0.0).all()


@pytest.mark.parametrize("name", ["linearreg", "linearreg_angle", "linearreg_slope", "stddev", "tsf", "var"])
def test_windows_of_every_length_are_right_in_long_series(name):
    values = np.random.default_rng(35).normal(100.0, 1.0, 1500)
    for period in (*range(2, 70), 127, 256, 700):
        found = of_window(name, values, {"period": period}, "cython")
        np.testing.assert_allclose(found, of_window(name, values, {"period": period}, "numpy"), rtol=0, atol=1e-9)
        stream = Stream(name, period)
        np.testing.assert_array_equal([stream.feed(value) for value in values[:800]], found[:800])


def test_a_deviation_keeps_its_digits_far_from_zero():
    values = np.random.default_rng(31).normal(0.0, 1.0, 2000)
    found = of_window("stddev", values + 2.0**30, {"period": 20}, "cython")
    shifted = values + 2.0**30 - 2.0**30
    expected = of_window("stddev", shifted, {"period": 20}, "numpy")
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def of_two(name: str, one: np.ndarray, other: np.ndarray, period: int, engine: str) -> np.ndarray:
    return compute(BY_NAME[name], {"close": one, "other": other}, {"period": period}, select(engine)).outputs[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_beta_of_two_close_returns_is_exact(engine):
    # Returns of 0.25 and 0.25 + 2^-20: the other's 0.5 and 0.75 lie 2^18 times as far apart
    one = np.array([64.0, 80.0, 80.0 * (1.25 + 2.0**-20)])
    other = np.array([64.0, 96.0, 168.0])
    assert of_two("beta", one, other, 2, engine)[-1] == pytest.approx(2.0**18, rel=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [5, 14, 30, 31])
def test_what_moves_not_at_all_moves_with_nothing(period, engine):
    rng = np.random.default_rng(32)
    still = np.concatenate([rng.normal(50_000.1, 900.0, 100), np.full(200, 50.1)])
    found = of_two("correl", still, rng.normal(100.0, 1.0, 300), period, engine)
    assert (found[100 + period - 1 :] == 0.0).all()
    assert (found[period - 1 : 100] != 0.0).all()


def test_a_correlation_keeps_its_digits_after_a_fall():
    rng = np.random.default_rng(33)
    one = np.concatenate([rng.normal(1e6, 1e5, 300), rng.normal(1.0, 0.01, 300)])
    other = rng.normal(0.0, 1.0, 600) + one
    for name in ("correl", "beta"):
        np.testing.assert_allclose(
            of_two(name, one, other, 30, "cython"), of_two(name, one, other, 30, "numpy"), rtol=1e-6, atol=1e-9
        )


@pytest.mark.parametrize("period", [2, 3, 30, 128, 129, 1000])
def test_a_percentile_is_one_of_the_values_however_many_are_equal(period):
    values = np.random.default_rng(34).integers(0, 50, 2500).astype(float)
    given = {"period": period, "percentile": 37.0}
    np.testing.assert_array_equal(
        of_window("percentile", values, given, "cython"), of_window("percentile", values, given, "numpy")
    )
