"""One pattern as it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """A corner of a pattern: the bar, the price there, and what it is (`left_shoulder`, `neckline`)."""

    bar: int
    price: float
    role: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern on one history.

    Parameters
    ----------
    name : str
        A name of `contracts.signals.patterns.PATTERNS`.
    first, last : int
        Bars: where it begins, and which one completed it. Nothing after `last` was read.
    points : tuple of Point
        What makes it, in the order of time, so that a chart can draw it.
    quality : float
        0 to 1.
    target : float or None
        Price that it points at; None where its kind has none.
    invalidation : float or None
        Price beyond which it has failed; None where its kind has none.
    """

    name: str
    first: int
    last: int
    points: tuple[Point, ...]
    quality: float
    target: float | None
    invalidation: float | None
