"""Arithmetic equals TA-Lib's, whichever engine computes it."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput
from mojo_compute.engines import select
from mojo_compute.indicators import Stream, compute
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets

OF_ONE = (
    "acos", "asin", "atan", "ceil", "cos", "cosh", "exp", "floor", "ln", "log10", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
OF_TWO = ("add", "div", "mult", "sub")
PARAMETERS: dict[str, list[dict[str, float]]] = {name: [{}] for name in (*OF_ONE, *OF_TWO, "cumsum")}
PARAMETERS |= {
    name: [{}, {"period": 2}, {"period": 3}, {"period": 4}, {"period": 7}, {"period": 16}, {"period": 200}]
    for name in ("max", "maxindex", "min", "minindex", "minmax", "minmaxindex", "sum")
}


def only(name: str, *inputs: np.ndarray, engine: str = "cython") -> np.ndarray:
    indicator = BY_NAME[name]
    given = dict(zip(indicator.inputs, inputs, strict=True))
    return compute(indicator, given, {}, select(engine)).outputs[0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", OF_ONE)
def test_equals_talib_of_small_numbers_of_both_signs(name, engine):
    values = np.random.default_rng(21).uniform(-3.0, 3.0, 1003)
    with np.errstate(invalid="ignore"):
        check_equal((only(name, values, engine=engine),), getattr(talib, name.upper())(values))


@pytest.mark.parametrize("name", OF_ONE)
def test_a_number_has_the_same_bits_wherever_it_stands(name):
    values = np.random.default_rng(22).uniform(0.01, 1.0, 41)
    whole = only(name, values)
    for first in range(20):
        np.testing.assert_array_equal(only(name, values[first : first + 13]), whole[first : first + 13])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "value"),
    [("acos", 2.0), ("acos", -1.0000001), ("asin", 1.0000001), ("ln", -1.0), ("log10", -1.0), ("sqrt", -1.0)],
)
def test_outside_its_domain_a_function_has_no_value(name, value, engine):
    found = only(name, np.array([0.5, value, 0.25]), engine=engine)
    np.testing.assert_array_equal(np.isnan(found), [False, True, False])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "value"), [("ln", 0.0), ("log10", 0.0), ("exp", 710.0), ("cosh", -711.0), ("sinh", 711.0)]
)
def test_a_value_whose_function_is_infinite_is_refused_by_its_place(name, value, engine):
    with pytest.raises(InvalidInput, match=name) as refused:
        only(name, np.array([0.5, np.nan, value]), engine=engine)
    assert (refused.value.details["field"], refused.value.details["index"]) == ("close", 2)
    assert refused.value.details["constraint"] == BY_NAME[name].domain


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_by_nothing_has_no_value(engine):
    found = only("div", np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 4.0]), engine=engine)
    np.testing.assert_array_equal(found, [0.5, np.nan, 0.75])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "one", "other"),
    [("div", 1.0, 0.0), ("div", 1e300, 1e-300), ("mult", 1e300, -1e300), ("add", 1.7e308, 1e308)],
)
def test_two_values_whose_function_is_infinite_are_refused_by_their_place(name, one, other, engine):
    with pytest.raises(InvalidInput, match=name) as refused:
        only(name, np.array([1.0, one]), np.array([2.0, other]), engine=engine)
    assert (refused.value.details["field"], refused.value.details["index"]) == ("other", 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_total_steps_over_missing_bars(engine):
    found = only("cumsum", np.array([1.0, np.nan, -3.0]), engine=engine)
    np.testing.assert_array_equal(found, [1.0, np.nan, -2.0])


def test_a_long_running_total_keeps_its_digits():
    values = np.full(1_000_003, 0.1)
    assert only("cumsum", values)[-1] == pytest.approx(100_000.3, rel=1e-11)
    stream = Stream("cumsum")
    fed = [stream.feed(value) for value in values[:1003]]
    np.testing.assert_array_equal(fed, only("cumsum", values[:1003]))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["maxindex", "minindex", "minmaxindex"])
def test_of_equal_extremes_the_same_one_counts_as_in_talib(name, engine):
    rng = np.random.default_rng(23)
    for period in (2, 3, 5, 8, 30):
        values = rng.integers(0, 4, 500).astype(float)
        done = compute(BY_NAME[name], {"close": values}, {"period": period}, select(engine))
        check_equal(done.outputs, getattr(talib, name.upper())(values, period))


@pytest.mark.parametrize("name", ["max", "min", "sum"])
def test_windows_of_every_length_are_right_in_long_series(name):
    values = np.random.default_rng(24).normal(0.0, 1.0, 4000)
    for period in (*range(2, 70), 95, 96, 127, 511, 512, 700, 3999):
        done = compute(BY_NAME[name], {"close": values}, {"period": period}, select("cython"))
        check_equal(done.outputs, getattr(talib, name.upper())(values, period), 1.0)
        stream = Stream(name, period)
        np.testing.assert_array_equal([stream.feed(value) for value in values[:1000]], done.outputs[0][:1000])
