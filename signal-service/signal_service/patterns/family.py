"""Patterns that are found together, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from signal_service.patterns.bars import Bars, Floats
from signal_service.patterns.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds of patterns that one kernel finds.

    Parameters
    ----------
    names : tuple of str
        The kinds, by their names in rules and replies.
    find : callable
        (bars, names asked for) -> patterns, by the bar that completed them.
    qualities : callable
        (bars, names asked for) -> for each name float64 of one value a bar: the quality of the best
        pattern completed on the bar, else 0.
    """

    names: tuple[str, ...]
    find: Callable[[Bars, Collection[str]], list[Pattern]]
    qualities: Callable[[Bars, Collection[str]], dict[str, Floats]]
