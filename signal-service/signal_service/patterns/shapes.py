"""Chart patterns: shapes that swings of the price make, from `signal_service.kernels._shapes`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signal_service.kernels._shapes import prepare_into, shapes_into
from signal_service.patterns.bars import Bars, Floats
from signal_service.patterns.family import Family
from signal_service.patterns.pattern import Pattern, Point

# in the order of the kernel's kinds
UPWARDS = (
    "double_bottom",
    "triple_bottom",
    "inverse_head_and_shoulders",
    "ascending_triangle",
    "symmetric_triangle_up",
    "falling_wedge",
    "rectangle_up",
    "cup_and_handle",
    "bull_flag",
    "bull_pennant",
)
DOWNWARDS = (
    "double_top",
    "triple_top",
    "head_and_shoulders",
    "descending_triangle",
    "symmetric_triangle_down",
    "rising_wedge",
    "rectangle_down",
    "inverse_cup_and_handle",
    "bear_flag",
    "bear_pennant",
)
ROLES = (
    "breakout",
    "first_low",
    "second_low",
    "third_low",
    "neckline",
    "left_shoulder",
    "head",
    "right_shoulder",
    "upper",
    "lower",
    "pole_start",
    "pole_end",
    "left_rim",
    "bottom",
    "right_rim",
    "handle",
)
_MIRRORED = {
    "first_low": "first_high",
    "second_low": "second_high",
    "third_low": "third_high",
    "upper": "lower",
    "lower": "upper",
    "bottom": "top",
}
ROLES_DOWN = tuple(_MIRRORED.get(role, role) for role in ROLES)
MOST_POINTS = 9
_USUAL = 64  # shapes of one direction on a history; more are asked for a second time


@dataclass(frozen=True, slots=True)
class Table:
    """Shapes of one direction as the kernel writes them, by the bar that completed each.

    Parameters
    ----------
    names, roles : tuple of str
        What the kernel's numbers of kinds and roles mean.
    rows : ndarray of int32, shape (m, 22)
        Kind, first bar, last bar, number of points, their bars (9), their roles (9).
    numbers : ndarray of float64, shape (m, 12)
        Quality, target, invalidation, prices of the points (9).
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    rows: NDArray[np.int32]
    numbers: Floats


def tables(bars: Bars) -> tuple[Table, Table]:
    """The shapes that point up, and those that point down.

    A bar whose high, low or close is missing is passed over; an unknown volume counts as none.
    """
    known = np.isfinite(bars.high) & np.isfinite(bars.low) & np.isfinite(bars.close)
    if not known.all():
        return _of_known(bars, np.flatnonzero(known).astype(np.int32))
    return _of(bars.high, bars.low, bars.close, bars.volume)


def _of_known(bars: Bars, places: NDArray[np.int32]) -> tuple[Table, Table]:
    """Shapes of the bars that are there, counted among all bars."""
    found = _of(*(column[places] for column in (bars.high, bars.low, bars.close, bars.volume)))
    for table in found:
        table.rows[:, 1:3] = places[table.rows[:, 1:3]]
        for row in table.rows:
            row[4 : 4 + row[3]] = places[row[4 : 4 + row[3]]]
    return found


def _of(high: Floats, low: Floats, close: Floats, volume: Floats) -> tuple[Table, Table]:
    count = len(close)
    if not count:
        return _nothing(UPWARDS, ROLES), _nothing(DOWNWARDS, ROLES_DOWN)
    volume = np.where(np.isfinite(volume) & (volume > 0.0), volume, 0.0)
    atr, volume_sum = np.empty(count), np.empty(count + 1)
    prepare_into(high, low, close, volume, atr, volume_sum)
    up = _one_way(high, low, close, atr, volume_sum, 1)
    down = _one_way(-low, -high, -close, atr, volume_sum, -1)
    return Table(UPWARDS, ROLES, *up), Table(DOWNWARDS, ROLES_DOWN, *down)


def _one_way(
    high: Floats, low: Floats, close: Floats, atr: Floats, volume_sum: Floats, side: int
) -> tuple[NDArray[np.int32], Floats]:
    room, count = 0, _USUAL
    while count > room:
        room = count
        rows = np.empty((room, 4 + 2 * MOST_POINTS), np.int32)
        numbers = np.empty((room, 3 + MOST_POINTS))
        count = shapes_into(high, low, close, atr, volume_sum, side, rows, numbers)
    return rows[:count], numbers[:count]


def _nothing(names: tuple[str, ...], roles: tuple[str, ...]) -> Table:
    return Table(names, roles, np.empty((0, 4 + 2 * MOST_POINTS), np.int32), np.empty((0, 3 + MOST_POINTS)))


def find(bars: Bars, names: Collection[str]) -> list[Pattern]:
    """The shapes of the names asked for, with their points."""
    return [one for table in tables(bars) for one in _patterns(table, names)]


def _patterns(table: Table, names: Collection[str]) -> Iterator[Pattern]:
    role_of = table.roles.__getitem__
    for row, numbers in zip(table.rows.tolist(), table.numbers.tolist(), strict=True):
        name = table.names[row[0]]
        if name in names:
            end = 4 + row[3]
            roles = map(role_of, row[4 + MOST_POINTS : end + MOST_POINTS])
            points = tuple(map(Point._make, zip(row[4:end], numbers[3:], roles, strict=False)))
            target = numbers[1] if numbers[1] > 0.0 else None  # a height beyond the line may be more than the price
            yield Pattern(name, row[1], row[2], points, numbers[0], target, numbers[2])


def qualities(bars: Bars, names: Collection[str]) -> dict[str, Floats]:
    """For each name the quality of the shape that each bar completes, 0 where none is."""
    every = np.zeros((2, len(UPWARDS), len(bars)))
    for side, table in zip(every, tables(bars), strict=True):
        side[table.rows[:, 0], table.rows[:, 2]] = table.numbers[:, 0]
    columns = every.reshape(len(SHAPES.names), len(bars))
    return {name: columns[at] for at, name in enumerate(SHAPES.names) if name in names}


SHAPES = Family(UPWARDS + DOWNWARDS, find, qualities)
