"""A metric over two parameters: one cell for each pair of values, whatever else varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute.backtesting.sweeps.grids import Grid, Value
from mojo_compute.backtesting.sweeps.parts import Part
from mojo_compute.kernels.arrays import Floats

MAX_CELLS = 250_000

Aggregate = Literal["mean", "min", "max"]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Cells of `values`: a row for each of `y_values`, a column for each of `x_values`; NaN: no trial had a figure.

    `trials` counts, for each cell, the figures that it is made of.
    """

    x: str
    y: str
    metric: str
    aggregate: Aggregate
    x_values: tuple[Value, ...]
    y_values: tuple[Value, ...]
    values: Floats
    trials: Floats


class HeatmapBuilder:
    """Gathers a heat map from the parts of a sweep.

    Parameters
    ----------
    grid : Grid
    x, y : str
        Two of its axes.
    metric : str
    row : int
        Of `metric` in the parts' values.
    aggregate : {"mean", "min", "max"}
        What a cell says of the trials that have its two values.

    Raises
    ------
    InvalidInput
        No such axes, the same twice, or too many cells.
    """

    def __init__(self, grid: Grid, x: str, y: str, metric: str, row: int, aggregate: Aggregate) -> None:
        names = [axis.name for axis in grid.axes]
        for field, name in (("x", x), ("y", y)):
            if name not in names:
                raise InvalidInput(
                    f"heatmap.{field}: {name!r} is none of the grid's parameters {', '.join(names)}"
                    f"{nearest(name, names)}",
                    field=f"heatmap.{field}",
                    constraint=f"one of {', '.join(names)}",
                )
        if x == y:
            raise InvalidInput(
                f"a heat map has two parameters, found {x} twice", field="heatmap.y", constraint="x != y"
            )
        self._grid, self._axes, self._row = grid, (names.index(x), names.index(y)), row
        self._metric, self._aggregate = metric, aggregate
        across, down = (grid.axes[at] for at in self._axes)
        self._shape = len(down.values), len(across.values)
        if self._shape[0] * self._shape[1] > MAX_CELLS:
            raise InvalidInput(
                f"a heat map of {len(across.values)} x {len(down.values)} values has too many cells, "
                f"at most {MAX_CELLS} fit",
                field="heatmap",
                constraint=f"cells <= {MAX_CELLS}",
            )
        cells = self._shape[0] * self._shape[1]
        self._counts = np.zeros(cells)
        start = {"mean": 0.0, "min": np.inf, "max": -np.inf}[aggregate]
        self._found = np.full(cells, start)

    def add(self, part: Part) -> None:
        """Take the figures of a part; those of one cell are added in the order of the parts."""
        values = part.values[self._row]
        there = ~np.isnan(values)
        places = self._grid.places(part.numbers[there])
        cells = places[self._axes[1]] * self._shape[1] + places[self._axes[0]]
        put = {"mean": np.add, "min": np.minimum, "max": np.maximum}[self._aggregate]
        put.at(self._found, cells, values[there])
        np.add.at(self._counts, cells, 1.0)

    def build(self) -> Heatmap:
        """The heat map of what was added."""
        across, down = (self._grid.axes[at] for at in self._axes)
        empty = self._counts == 0
        divisor = np.where(empty, 1.0, self._counts) if self._aggregate == "mean" else 1.0
        values = np.where(empty, np.nan, self._found / divisor)
        return Heatmap(
            across.name,
            down.name,
            self._metric,
            self._aggregate,
            across.values,
            down.values,
            values.reshape(self._shape),
            self._counts.reshape(self._shape),
        )
