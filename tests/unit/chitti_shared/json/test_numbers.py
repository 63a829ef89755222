import json
import math

import numpy as np
import pytest
from chitti_shared.errors import ComputationError, InvalidInput
from chitti_shared.json import write_numbers
from chitti_shared.json._write import write_floats
from chitti_shared.json.numbers import WITHOUT_GIL_FROM, as_series
from hypothesis import example, given
from hypothesis import strategies as st

FLOATS = st.lists(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**17), 10**17).map(float), max_size=20
)


@given(FLOATS)
@example([0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1, 1e15, 1e16, 123456.78, -1.5])
def test_both_writers_print_what_reads_back_with_the_same_bits(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    for text in (write_numbers(array), write_floats(array)):
        assert np.array(json.loads(text), dtype=np.float64).tobytes() == array.tobytes()


@given(st.floats(-(2.0**53), 2.0**53))
def test_numbers_are_printed_in_their_shortest_form(value: float) -> None:
    (text,) = json.loads(write_floats(np.array([value])), parse_float=str, parse_int=str)
    digits = text.lower().split("e")[0].replace("-", "").replace(".", "").strip("0")
    shortest = repr(value).split("e")[0].replace("-", "").replace(".", "").strip("0")
    assert digits == shortest


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_integers_are_printed_as_integers(values: list[int]) -> None:
    assert json.loads(write_numbers(np.array(values, dtype=np.int64))) == values


@pytest.mark.parametrize("size", [3, WITHOUT_GIL_FROM])
def test_missing_values_are_null(size: int) -> None:
    array = np.full(size, math.nan)
    array[-1] = 2.5
    assert json.loads(write_numbers(array)) == [None] * (size - 1) + [2.5]


@pytest.mark.parametrize("size", [3, WITHOUT_GIL_FROM])
@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_an_infinity_is_a_computation_error(size: int, value: float) -> None:
    array = np.zeros(size)
    array[1] = value
    with pytest.raises(ComputationError) as caught:
        write_numbers(array)
    assert caught.value.details["index"] == 1


def test_other_shapes_and_kinds_are_written() -> None:
    assert json.loads(write_numbers(np.array([[1.5, 2], [3, 4]]))) == [[1.5, 2], [3, 4]]
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
