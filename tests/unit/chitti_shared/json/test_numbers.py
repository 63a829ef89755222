import json
import math

import numpy as np
import pytest
from chitti_shared.errors import ComputationError, InvalidInput
from chitti_shared.json import write_numbers
from chitti_shared.json._write import write_floats
from chitti_shared.json.numbers import as_series
from hypothesis import given
from hypothesis import strategies as st

RNG = np.random.default_rng(20_260_301)
POWERS = np.array([2.0**e for e in range(-1074, 1024)] + [float(f"1e{e}") for e in range(-323, 309)])
SERIES = {
    "any bits": RNG.integers(0, 2**64, 20_000, dtype=np.uint64).view(np.float64),
    "subnormal": RNG.integers(1, 2**52, 2_000, dtype=np.uint64).view(np.float64),
    "powers": POWERS,
    "just below powers": np.nextafter(POWERS, 0.0),
    "just above powers": np.nextafter(POWERS, np.inf),
    "prices": np.round(RNG.uniform(0.0, 1e5, 10_000), 2),
    "means of prices": np.round(RNG.uniform(-1e4, 1e4, 5_000), RNG.integers(0, 9)) / 20.0,
    "eight figures and seven behind": np.round(RNG.uniform(-1e8, 1e8, 5_000), 7),
    "whole": RNG.integers(-(10**9), 10**9, 5_000).astype(np.float64),
    "large whole": RNG.integers(-(2**62), 2**62, 5_000).astype(np.float64),
    "halves and quarters": RNG.integers(0, 2**55, 5_000) / 8.0,
    "from 1 to 2": RNG.uniform(1.0, 2.0, 5_000),
    "fractions": RNG.uniform(-1.0, 1.0, 5_000),
    "every magnitude": 10.0 ** RNG.uniform(-30, 30, 5_000),
    "ends": np.array([0.0, -0.0, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 2.2250738585072011e-308]),
}
FLOATS = st.lists(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**17), 10**17).map(float)
    | st.decimals(-(10**9), 10**9, places=3).map(float),
    max_size=40,
)


def significant(text: str) -> str:
    """Digits without the zeros at both ends."""
    return text.split("e")[0].replace("-", "").replace(".", "").strip("0")


def check_exact_and_shortest(values: np.ndarray) -> None:
    texts = write_floats(values).decode()[1:-1].split(",") if values.size else []
    assert np.array([float(text) for text in texts]).tobytes() == values.tobytes()
    assert [significant(text) for text in texts] == [significant(repr(value)) for value in values.tolist()]


@pytest.mark.parametrize("name", SERIES)
def test_floats_are_printed_exactly_and_with_the_fewest_digits(name: str) -> None:
    values = SERIES[name]
    check_exact_and_shortest(values[np.isfinite(values)])


@given(FLOATS)
def test_whatever_floats_stand_together_each_is_exact_and_shortest(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    check_exact_and_shortest(array)
    assert np.array(json.loads(write_numbers(array)), dtype=np.float64).tobytes() == array.tobytes()


@pytest.mark.parametrize("kept", [52, 20, 6])
@pytest.mark.parametrize("exponent", range(-26, 58))
def test_sixteen_floats_of_one_binary_exponent_are_exact_and_shortest(exponent: int, kept: int) -> None:
    fractions = np.random.default_rng(exponent + 100 * kept).integers(0, 2**52, 64) >> (52 - kept) << (52 - kept)
    check_exact_and_shortest(np.ldexp(1.0 + fractions / 2.0**52, exponent))


@pytest.mark.parametrize("company", [[], [0.1] * 15, [1 / 3] * 15])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (-1234.5, "-1234.5"),
        (0.05, "0.05"),
        (1e-4, "0.0001"),
        (1e-5, "0.00001"),
        (1.5e-6, "1.5e-6"),
        (-1e-7, "-1e-7"),
        (5e-324, "5e-324"),
        (99_999_999.5, "99999999.5"),
        (123_456_789.25, "123456789.25"),
        (1e15, "1000000000000000.0"),
        (9_007_199_254_740_993.0, "9007199254740992.0"),
        (1e16, "1e+16"),
        (1.5e300, "1.5e+300"),
        (1 / 3, "0.3333333333333333"),
        (2e-9 / 3, "6.666666666666667e-10"),
        (1000 / 3, "333.3333333333333"),
        (math.nan, "null"),
    ],
)
def test_the_form_of_a_number_is_that_of_its_value_alone(value: float, text: str, company: list[float]) -> None:
    written = write_floats(np.array([value, *company])).decode()
    assert written[1:-1].split(",")[0] == text


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_integers_are_printed_as_integers(values: list[int]) -> None:
    assert json.loads(write_numbers(np.array(values, dtype=np.int64))) == values


@pytest.mark.parametrize("size", [3, 16, 5000])
def test_missing_values_are_null(size: int) -> None:
    array = np.full(size, math.nan)
    array[-1] = 2.5
    assert json.loads(write_numbers(array)) == [None] * (size - 1) + [2.5]


@pytest.mark.parametrize("size", [3, 16, 5000])
@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_an_infinity_is_a_computation_error(size: int, value: float) -> None:
    array = np.zeros(size)
    array[1] = value
    with pytest.raises(ComputationError) as caught:
        write_numbers(array)
    assert caught.value.details["index"] == 1


def test_other_shapes_and_kinds_are_written() -> None:
    assert json.loads(write_numbers(np.array([[1.5, 2], [3, 4]]))) == [[1.5, 2], [3, 4]]
    ragged = np.array([np.array([1.5, np.nan]), np.empty(0), np.array([2.5])], dtype=object)
    assert write_numbers(ragged) == b"[[1.5,null],[],[2.5]]"
    assert json.loads(write_numbers(np.array([True, False]))) == [1, 0]
    assert json.loads(write_numbers(np.arange(6, dtype=np.int32)[::2])) == [0, 2, 4]
    assert json.loads(write_numbers(np.array([1.5, 2.5], dtype=np.float32))) == [1.5, 2.5]
    assert write_numbers(np.empty(0)) == b"[]"
    assert json.loads(write_numbers(np.arange(20_000.0)[::2])) == list(range(0, 20_000, 2))


def test_sections_become_float64_and_infinities_are_refused() -> None:
    series = as_series("prices", np.array([1, 2], dtype="<i4"))
    assert series.dtype == np.float64
    with pytest.raises(InvalidInput) as caught:
        as_series("prices", np.array([1.0, math.inf]))
    assert caught.value.details["field"] == "prices"
