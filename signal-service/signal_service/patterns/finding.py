"""Every pattern of a history, whatever its family."""

from __future__ import annotations

from collections.abc import Iterable

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest
from numpy.typing import ArrayLike

from signal_service.patterns.bars import Floats, bars_of
from signal_service.patterns.family import Family
from signal_service.patterns.pattern import Pattern
from signal_service.patterns.shapes import SHAPES

FAMILIES: tuple[Family, ...] = (SHAPES,)
NAMES: tuple[str, ...] = tuple(name for family in FAMILIES for name in family.names)


def find_patterns(
    open: ArrayLike,  # noqa: A002
    high: ArrayLike,
    low: ArrayLike,
    close: ArrayLike,
    volume: ArrayLike,
    names: Iterable[str] | None = None,
) -> list[Pattern]:
    """The patterns of a whole history, by the bar that completed each.

    What is found up to a bar does not depend on later ones: the patterns of `bars[:t]` are those of all
    bars with `last < t`.

    Parameters
    ----------
    open, high, low, close, volume : array_like, shape (n,)
        Oldest first. Bars without a high, low or close are passed over; volumes may be missing or 0.
    names : iterable of str, optional
        The kinds asked for; all of them by default.

    Raises
    ------
    InvalidInput
        Columns of several lengths, or a name that is no pattern's.
    """
    bars = bars_of(open, high, low, close, volume)
    found = [one for family, asked in _asked(names) for one in family.find(bars, asked)]
    return sorted(found, key=lambda one: (one.last, one.name, one.first))


def qualities(
    open: ArrayLike,  # noqa: A002
    high: ArrayLike,
    low: ArrayLike,
    close: ArrayLike,
    volume: ArrayLike,
    names: Iterable[str] | None = None,
) -> dict[str, Floats]:
    """For each name the quality (0 to 1) of the pattern completed on each bar, 0 where none is.

    Takes and refuses what `find_patterns` does.

    Returns
    -------
    dict of str to ndarray of float64, shape (n,)
    """
    bars = bars_of(open, high, low, close, volume)
    found: dict[str, Floats] = {}
    for family, asked in _asked(names):
        found.update(family.qualities(bars, asked))
    return found


def _asked(names: Iterable[str] | None) -> list[tuple[Family, frozenset[str]]]:
    """The families that have something of what is asked for, each with its share."""
    if names is None:
        return [(family, frozenset(family.names)) for family in FAMILIES]
    wanted = frozenset(names)
    for name in sorted(wanted.difference(NAMES)):
        hint = nearest(name, NAMES)
        raise InvalidInput(f"no pattern is called {name!r}{hint}", field="names", constraint="names of patterns")
    shares = [(family, wanted.intersection(family.names)) for family in FAMILIES]
    return [(family, asked) for family, asked in shares if asked]
