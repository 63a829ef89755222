"""Which combinations of parameters a sweep tries: axes of values, and numbers for their points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

Value = float | int | str | bool | None
Numbers = npt.NDArray[np.int64]

MAX_VALUES = 100_000  # of one axis
MAX_TRIALS = 1_000_000  # of a whole grid
_COUNTABLE = 1 << 62  # points of a space that is searched, not tried whole


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter and the values it takes, in the order they are tried."""

    name: str
    values: tuple[Value, ...]

    @staticmethod
    def of(name: str, values: Sequence[Value]) -> Axis:
        """Values as they are listed.

        Raises
        ------
        InvalidInput
            None, too many, one of them twice, or one that is no single value.
        """
        _check_count(name, len(values))
        seen: set[tuple[type, Value]] = set()
        for at, value in enumerate(values):
            if value is not None and not isinstance(value, int | float | str):
                raise InvalidInput(
                    f"grid.{name}[{at}] is {value!r}: expected a number, a word, true, false or null",
                    field=f"grid.{name}",
                    constraint="single values",
                )
            key = (str if isinstance(value, str) else float if _is_number(value) else type(value), value)
            if key in seen:
                raise InvalidInput(
                    f"grid.{name} has {value!r} twice", field=f"grid.{name}", constraint="each value once"
                )
            seen.add(key)
        return Axis(name, tuple(values))

    @staticmethod
    def span(name: str, first: float, last: float, step: float) -> Axis:
        """`first`, `first` + `step`, ... up to `last` with it, as decimal fractions have it; whole ones are integers.

        Raises
        ------
        InvalidInput
            A step of 0 or less, an end before the start, or too many values: counted, not made.
        """
        if not (math.isfinite(first) and math.isfinite(last) and math.isfinite(step)) or step <= 0 or last < first:
            raise InvalidInput(
                f"grid.{name} must go up by a step above 0, found from {first} to {last} by {step}",
                field=f"grid.{name}",
                constraint="from <= to, step > 0",
            )
        start, width = Decimal(repr(first)), Decimal(repr(step))
        count = int((Decimal(repr(last)) - start) / width) + 1
        _check_count(name, count)
        made = (start + width * number for number in range(count))
        if float(first).is_integer() and float(step).is_integer():
            return Axis(name, tuple(map(int, made)))
        return Axis(name, tuple(map(float, made)))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_count(name: str, count: int) -> None:
    if not 1 <= count <= MAX_VALUES:
        raise InvalidInput(
            f"grid.{name} has {count} values: 1 to {MAX_VALUES} fit",
            field=f"grid.{name}",
            constraint=f"1 <= values <= {MAX_VALUES}",
            size=count,
        )


@dataclass(frozen=True)
class Grid:
    """All combinations of the values of some axes; the last axis changes fastest.

    A combination is known by its number, 0 ... `size` - 1, so that none of them has to be kept.

    Parameters
    ----------
    axes : tuple of Axis
    ordered : tuple of (str, str)
        Pairs of parameters of which the first must be less than the second; combinations that break it
        are left out.
    fixed : mapping
        Values of parameters that don't vary, for `ordered`.
    """

    axes: tuple[Axis, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """Combinations, those that are left out among them."""
        return math.prod(len(axis.values) for axis in self.axes)

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        strides, stride = [], 1
        for axis in reversed(self.axes):
            strides.append(stride)
            stride *= len(axis.values)
        return tuple(reversed(strides))

    def check_size(self, series: int, most: int = MAX_TRIALS) -> None:
        """Refuse a grid that is too large to be tried whole, before anything is made of it.

        Raises
        ------
        InvalidInput
            With the grid's size.
        """
        trials = self.size * series
        if trials > most:
            each = " x ".join(str(len(axis.values)) for axis in self.axes)
            whole = f"{each} combinations" + (f" of {series} symbols" if series > 1 else "")
            raise InvalidInput(
                f"the grid has {trials} trials ({whole}), at most {most} are tried whole: "
                "make it coarser, or give search random or tpe with trials",
                field="grid",
                constraint=f"trials <= {most}",
                size=trials,
            )

    def check_countable(self) -> None:
        """Refuse a space whose points have no number of 62 bits. Raises InvalidInput."""
        if self.size > _COUNTABLE:
            raise InvalidInput(
                f"the grid has {self.size} combinations, at most {_COUNTABLE} can be searched",
                field="grid",
                constraint=f"combinations <= {_COUNTABLE}",
                size=self.size,
            )

    def places(self, numbers: Numbers) -> list[Numbers]:
        """For each axis, which of its values each combination has."""
        return [numbers // stride % len(axis.values) for axis, stride in zip(self.axes, self._strides, strict=True)]

    def number(self, places: Sequence[int]) -> int:
        """The combination that has these values."""
        return sum(place * stride for place, stride in zip(places, self._strides, strict=True))

    def point(self, number: int) -> dict[str, Any]:
        """The values of one combination by name."""
        return {
            axis.name: axis.values[number // stride % len(axis.values)]
            for axis, stride in zip(self.axes, self._strides, strict=True)
        }

    def valid(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Which combinations have their ordered parameters in order."""
        good = np.ones(len(numbers), dtype=np.bool_)
        for less, more in self._judged:
            good &= self._values(less, numbers) < self._values(more, numbers)
        return good

    @cached_property
    def _judged(self) -> tuple[tuple[str, str], ...]:
        varied = {axis.name for axis in self.axes}
        known = varied | set(self.fixed)
        return tuple(pair for pair in self.ordered if set(pair) <= known and set(pair) & varied)

    def _values(self, name: str, numbers: Numbers) -> npt.NDArray[np.float64]:
        for axis, stride in zip(self.axes, self._strides, strict=True):
            if axis.name == name:
                values = np.array(axis.values, dtype=np.float64)
                found: npt.NDArray[np.float64] = values[numbers // stride % len(values)]
                return found
        return np.full(len(numbers), float(self.fixed[name]))
