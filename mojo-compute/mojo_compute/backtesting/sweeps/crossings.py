"""Combinations of strategies that are crossings of two lines: which rows each of them compares."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting.strategies.lines import Columns, Line, Lines, crossings_of
from mojo_compute.backtesting.sweeps.grids import Axis, Numbers
from mojo_compute.kernels.arrays import Floats

BITS = {"entries": 1, "exits": 2, "short_entries": 4, "short_exits": 8}
_KEPT_BYTES = 96 << 20  # of lines, between pieces

Side = Line | float
Key = tuple[str, tuple[tuple[str, int | float], ...]]


@dataclass(frozen=True, slots=True)
class Varied:
    """Stands for a parameter that varies."""

    name: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and the bits of a signal where the first rises above the second, and where it falls below.

    A side is a line or a level; either may hold `Varied`.
    """

    line: Any
    other: Any
    over: int
    under: int


def comparisons_of(strategy_id: str, own: Mapping[str, Any], varied: Sequence[str]) -> tuple[Comparison, ...]:
    """What a crossing strategy compares, with `Varied` in the places of the parameters that vary."""
    given = {name: Varied(name) if name in varied else value for name, value in own.items()}
    found: dict[tuple[Any, Any], list[int]] = {}
    for one in crossings_of(strategy_id, given):
        bits = sum(BITS[name] for name in one.fields)
        found.setdefault((one.line, one.other), [0, 0])[0 if one.above else 1] |= bits
    return tuple(Comparison(line, other, over, under) for (line, other), (over, under) in found.items())


class Table:
    """The distinct sides of some combinations, and which of them each combination compares.

    Parameters
    ----------
    comparisons : sequence of Comparison
    axes : sequence of Axis
        Of the grid.
    places : list of ndarray, shape (k,)
        For each axis, which of its values each combination has.

    Attributes
    ----------
    sides : list of Line or float
    left, right : ndarray of int32, shape (comparisons, k)
        Numbers of sides.
    """

    def __init__(self, comparisons: Sequence[Comparison], axes: Sequence[Axis], places: list[Numbers]) -> None:
        self._axes, self._places = axes, places
        self._numbers: dict[Side, int] = {}
        self.left = self._column([one.line for one in comparisons])
        self.right = self._column([one.other for one in comparisons])
        self.sides = list(self._numbers)

    def _column(self, sides: Sequence[Any]) -> npt.NDArray[np.int32]:
        return np.ascontiguousarray([self._of(side) for side in sides], dtype=np.int32)

    def _of(self, side: Any) -> npt.NDArray[np.int32]:
        """The number of a side for each combination."""
        names = _varied_in(side)
        count = len(self._places[0])
        if not names:
            return np.full(count, self._number(side), dtype=np.int32)
        chosen = [at for at, axis in enumerate(self._axes) if axis.name in names]
        code = np.zeros(count, dtype=np.int64)
        for at in chosen:
            code = code * len(self._axes[at].values) + self._places[at]
        _codes, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        numbers = [
            self._number(_filled(side, {self._axes[a].name: self._axes[a].values[self._places[a][at]] for a in chosen}))
            for at in first.tolist()
        ]
        return np.array(numbers, dtype=np.int32)[inverse]

    def _number(self, side: Side) -> int:
        return self._numbers.setdefault(side, len(self._numbers))


def _varied_in(side: Any) -> set[str]:
    if isinstance(side, Varied):
        return {side.name}
    given: Any = side.parameters if isinstance(side, Line) else ()
    return {value.name for _name, value in given if isinstance(value, Varied)}


def _filled(side: Any, values: Mapping[str, Any]) -> Side:
    if isinstance(side, Varied):
        return float(values[side.name])
    parameters = tuple(
        (name, values[value.name] if isinstance(value, Varied) else value) for name, value in side.parameters
    )
    return Line(side.source, parameters, side.output, side.shift)


class Rows:
    """The lines of one series; each distinct indicator is computed once, whichever thread asks first.

    They are kept up to a fixed amount of memory; those that were asked for longest ago are dropped beyond it.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        Bars of a symbol without gaps.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._bars = len(columns["close"])
        self._known: OrderedDict[Key, Future[Lines]] = OrderedDict()
        self._sides: dict[Line, Floats] = {}  # of the known ones
        self._lock = threading.Lock()
        self.computed = 0

    def of(self, side: Side) -> Floats | None:
        """Its values, shape (n,); None: there are too few bars for a crossing of it."""
        if not isinstance(side, Line):
            return np.full(self._bars, side)
        if side.source in self._columns:
            return Lines(self._columns).values(side)
        known = self._sides.get(side)
        if known is None and self._bars >= side.lookback + 2:
            known = self._lines(side).values(side)
            assert known is not None
            self._sides[side] = known
        return known

    def _lines(self, line: Line) -> Lines:
        """Whoever computes the indicator of a line, after it has."""
        key = (line.source, line.parameters)
        with self._lock:
            known = self._known.get(key)
            if known is None:
                mine: Future[Lines] = Future()
                self._known[key] = mine
                self.computed += 1
                while len(self._known) > max(2, _KEPT_BYTES // (24 * self._bars)):
                    self._known.popitem(last=False)
                    self._sides.clear()  # what holds the dropped one's values
            else:
                self._known.move_to_end(key)
        if known is not None:
            return known.result()
        try:
            lines = Lines(self._columns)
            lines.values(line)
        except BaseException as error:
            mine.set_exception(error)
            raise
        mine.set_result(lines)
        return lines
