import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.sweeps.grids import Axis, Grid
from mojo_compute.backtesting.sweeps.heatmaps import HeatmapBuilder
from mojo_compute.backtesting.sweeps.parts import Part

GRID = Grid((Axis.of("x", [1, 2, 3]), Axis.of("y", [10, 20]), Axis.of("z", [0.1, 0.2, 0.3, 0.4])))
REDUCE = {"mean": np.mean, "min": np.min, "max": np.max}


@given(
    st.lists(st.one_of(st.just(float("nan")), st.integers(-9, 9).map(float)), min_size=24, max_size=24),
    st.sampled_from(["mean", "min", "max"]),
    st.permutations(["x", "y", "z"]),
    st.integers(0, 24),
)
def test_a_cell_says_what_the_trials_with_its_two_values_came_to(figures, aggregate, names, cut):
    across, down, _other = names
    builder = HeatmapBuilder(GRID, across, down, "sharpe_ratio", 1, aggregate)
    for first, last in ((0, cut), (cut, 24)):
        values = np.array([[0.0] * (last - first), figures[first:last]])
        builder.add(Part(0, np.arange(first, last), values))
    found = builder.build()
    points = [GRID.point(number) for number in range(24)]
    for row, y in enumerate(found.y_values):
        for column, x in enumerate(found.x_values):
            cell = [
                value
                for value, point in zip(figures, points, strict=True)
                if point[across] == x and point[down] == y and value == value
            ]
            assert found.trials[row, column] == len(cell)
            if cell:
                assert found.values[row, column] == pytest.approx(REDUCE[aggregate](cell))
            else:
                assert np.isnan(found.values[row, column])


def test_a_parameter_that_does_not_vary_is_refused_by_name():
    with pytest.raises(InvalidInput, match="'w' is none of the grid's parameters x, y, z") as caught:
        HeatmapBuilder(GRID, "x", "w", "sharpe_ratio", 0, "mean")
    assert caught.value.details["field"] == "heatmap.y"


def test_one_parameter_twice_is_refused():
    with pytest.raises(InvalidInput, match="found x twice"):
        HeatmapBuilder(GRID, "x", "x", "sharpe_ratio", 0, "mean")


def test_too_many_cells_are_refused():
    wide = Grid((Axis.of("x", range(1000)), Axis.of("y", range(1000))))
    with pytest.raises(InvalidInput, match="too many cells"):
        HeatmapBuilder(wide, "x", "y", "sharpe_ratio", 0, "mean")
