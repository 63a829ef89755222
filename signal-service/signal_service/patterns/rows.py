"""What the kernels of events write: rows of numbers that become patterns."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from signal_service.patterns.bars import Floats
from signal_service.patterns.pattern import Pattern, Point

_HEAD, _POINTS = 6, 6
WIDTH = _HEAD + 2 * _POINTS  # as in kernels/_rows.pxd


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of row: the pattern's name, and what its points are, in the kernel's order."""

    name: str
    roles: tuple[str, ...]


def room(bars: int, each: int) -> Floats:
    """Rows for a kernel that writes at most `each` a bar; what isn't written costs nothing."""
    return np.empty((max(bars * each, 1), WIDTH))


def patterns_of(rows: Floats, forms: Sequence[Form], names: Collection[str]) -> list[Pattern]:
    """Rows of the names asked for, as patterns."""
    return [_pattern(row, forms[int(row[0])]) for row in rows.tolist() if forms[int(row[0])].name in names]


def qualities_of(rows: Floats, forms: Sequence[Form], names: Collection[str], bars: int) -> dict[str, Floats]:
    """For each name the best quality of a row that ends on a bar, 0 where none does."""
    wanted = [number for number, form in enumerate(forms) if form.name in names]
    out = np.zeros((len(forms), bars))
    if len(rows):
        np.maximum.at(out, (rows[:, 0].astype(np.intp), rows[:, 2].astype(np.intp)), rows[:, 3])
    return {forms[number].name: out[number] for number in wanted}


def _pattern(row: list[float], form: Form) -> Pattern:
    """A point of a bar that isn't a number was not written."""
    found = [
        Point(int(bar), price, role)
        for bar, price, role in zip(row[_HEAD::2], row[_HEAD + 1 :: 2], form.roles, strict=False)
        if bar == bar
    ]
    return Pattern(
        name=form.name,
        first=int(row[1]),
        last=int(row[2]),
        points=tuple(sorted(found, key=lambda point: point.bar)),
        quality=row[3],
        target=_known(row[4]),
        invalidation=_known(row[5]),
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
