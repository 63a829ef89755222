from itertools import product

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.sweeps.grids import MAX_TRIALS, MAX_VALUES, Axis, Grid

VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True)


def grid_of(*values, **options):
    return Grid(tuple(Axis.of(f"p{at}", one) for at, one in enumerate(values)), **options)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_numbers_count_combinations_as_nested_loops_do(values):
    grid = grid_of(*values)
    expected = list(product(*values))
    assert grid.size == len(expected)
    assert [tuple(grid.point(number).values()) for number in range(grid.size)] == expected


@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_a_combination_is_found_by_the_places_of_its_values(values, data):
    grid = grid_of(*values)
    number = data.draw(st.integers(0, grid.size - 1))
    places = [int(one[0]) for one in grid.places(np.array([number]))]
    assert grid.number(places) == number
    assert tuple(grid.point(number).values()) == tuple(
        axis.values[place] for axis, place in zip(grid.axes, places, strict=True)
    )


@given(VALUES, VALUES, st.integers(-50, 50))
def test_combinations_out_of_order_are_not_valid(first, second, fixed):
    grid = grid_of(first, second, ordered=(("p0", "p1"), ("p1", "top")), fixed={"top": fixed})
    numbers = np.arange(grid.size)
    assert grid.valid(numbers).tolist() == [a < b < fixed for a, b in product(first, second)]


def test_an_order_of_parameters_that_do_not_vary_is_not_judged():
    grid = grid_of([1, 2], ordered=(("low", "high"),), fixed={"low": 5, "high": 1})
    assert grid.valid(np.arange(2)).all()


@pytest.mark.parametrize(
    ("first", "last", "step", "expected"),
    [
        (5, 20, 5, (5, 10, 15, 20)),
        (5, 19, 5, (5, 10, 15)),
        (3, 3, 1, (3,)),
        (0.1, 0.5, 0.1, (0.1, 0.2, 0.3, 0.4, 0.5)),
        (1, 2, 0.5, (1.0, 1.5, 2.0)),
        (-1.0, 1.0, 1.0, (-1, 0, 1)),
    ],
)
def test_a_span_has_the_values_that_its_decimals_say(first, last, step, expected):
    values = Axis.span("p", first, last, step).values
    assert values == expected
    assert {type(value) for value in values} == {type(expected[0])}


@pytest.mark.parametrize(
    ("first", "last", "step"), [(5, 1, 1), (1, 5, 0), (1, 5, -1), (1, float("inf"), 1), (float("nan"), 5, 1)]
)
def test_a_span_that_does_not_go_up_is_refused(first, last, step):
    with pytest.raises(InvalidInput, match=r"grid\.p must go up") as caught:
        Axis.span("p", first, last, step)
    assert caught.value.details["field"] == "grid.p"


def test_a_span_of_too_many_values_is_refused_with_their_count():
    with pytest.raises(InvalidInput, match="1000000001 values") as caught:
        Axis.span("p", 0, 1e9, 1)
    assert caught.value.details == {
        "field": "grid.p",
        "constraint": f"1 <= values <= {MAX_VALUES}",
        "size": 1_000_000_001,
    }


def test_an_axis_without_values_is_refused():
    with pytest.raises(InvalidInput, match="has 0 values"):
        Axis.of("p", [])


@pytest.mark.parametrize("values", [[1, 2, 1], [1, 1.0], ["long", "long"], [None, None]])
def test_a_value_that_is_listed_twice_is_refused(values):
    with pytest.raises(InvalidInput, match="twice"):
        Axis.of("p", values)


def test_a_value_of_several_numbers_is_refused():
    with pytest.raises(InvalidInput, match=r"grid\.weights\[1\] is \{'INFY': 1\.0\}") as caught:
        Axis.of("weights", [None, {"INFY": 1.0}])
    assert caught.value.details == {"field": "grid.weights", "constraint": "single values"}


def test_true_and_one_are_different_values():
    assert Axis.of("p", [1, True]).values == (1, True)


def test_a_grid_of_a_milliard_points_is_refused_with_its_size():
    grid = grid_of(*[range(1000)] * 3)
    with pytest.raises(InvalidInput, match="the grid has 1000000000 trials") as caught:
        grid.check_size(1)
    assert caught.value.details["size"] == 10**9
    assert caught.value.details["constraint"] == f"trials <= {MAX_TRIALS}"


def test_symbols_count_for_the_size_of_a_grid():
    grid = grid_of(range(100), range(100))
    grid.check_size(100)
    with pytest.raises(InvalidInput, match=r"1010000 trials .100 x 100 combinations of 101 symbols") as caught:
        grid.check_size(101)
    assert caught.value.details["size"] == 1_010_000


def test_a_space_too_large_for_numbers_is_refused():
    with pytest.raises(InvalidInput, match="can be searched"):
        grid_of(*[range(10_000)] * 5).check_countable()
