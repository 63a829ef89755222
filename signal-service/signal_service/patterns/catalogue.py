"""Every pattern by its name: chart shapes, events and candlesticks, and what has to be known to find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from chitti_shared.contracts.signals.patterns import BY_NAME
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest
from numpy.typing import NDArray

from signal_service.patterns import candlesticks, finding
from signal_service.patterns.bars import Bars, Floats
from signal_service.patterns.breakouts import BREAKOUTS
from signal_service.patterns.crossings import CROSSINGS
from signal_service.patterns.divergences import DIVERGENCES
from signal_service.patterns.event_family import Column, EventFamily
from signal_service.patterns.gaps import GAPS
from signal_service.patterns.history import History
from signal_service.patterns.levels import LEVELS
from signal_service.patterns.pattern import Pattern
from signal_service.patterns.rows import patterns_of, qualities_of
from signal_service.patterns.squeezes import SQUEEZES

EVENTS: tuple[EventFamily, ...] = (BREAKOUTS, LEVELS, GAPS, *DIVERGENCES, SQUEEZES, CROSSINGS)
NAMES: frozenset[str] = frozenset(BY_NAME)


def known_names(names: Iterable[str] | None) -> frozenset[str]:
    """The names asked for, all of them by default.

    Raises
    ------
    InvalidInput
        One that is no pattern's; the message has the nearest that is.
    """
    if names is None:
        return NAMES
    wanted = frozenset(names)
    for name in sorted(wanted - NAMES):
        raise InvalidInput(
            f"no pattern is called {name!r}{nearest(name, NAMES)}", field="names", constraint="names of patterns"
        )
    return wanted


def columns_of(names: Iterable[str] | None = None) -> tuple[Column, ...]:
    """The indicators that have to be known to find the patterns of `names`.

    Raises
    ------
    InvalidInput
        As `known_names`.
    """
    return _columns_of(known_names(names))


@lru_cache(maxsize=256)
def _columns_of(wanted: frozenset[str]) -> tuple[Column, ...]:
    read = [column for family in _families(wanted) for column in family.columns]
    return tuple({column.label: column for column in (*read, *candlesticks.columns_of(wanted))}.values())


def find(
    bars: Bars, columns: Mapping[str, Floats], names: Iterable[str] | None = None, *, since: int = 0
) -> list[Pattern]:
    """The patterns that are completed from bar `since` on, by that bar.

    Nothing after the bar that completes a pattern is read: the patterns of `bars[:t]` are those of all bars
    with `last < t`, as long as the columns' values do not depend on later bars either.

    Parameters
    ----------
    bars : Bars
        Those without a high, low or close are passed over; volumes may be missing or 0.
    columns : mapping of str to ndarray of float64, shape (n,)
        What `columns_of(names)` lists, by label; NaN where there is no value.

    Raises
    ------
    InvalidInput
        A name that is no pattern's, a column that is missing or has another length than the bars.
    """
    wanted = known_names(names)
    _check(bars, columns, wanted)
    shapes = wanted.intersection(finding.NAMES)
    found = [one for family in finding.FAMILIES for one in family.find(bars, shapes)] if shapes else []
    known = _Known(bars, columns)
    if len(known.history):
        first = int(np.searchsorted(known.places, since))
        for family in _families(wanted):
            rows = family.rows(known.history, known.columns)
            found += known.placed(patterns_of(rows[rows[:, 2] >= first], family.forms, wanted))
        found += known.placed(candlesticks.find(known.history, known.columns, wanted, first))
    return sorted((one for one in found if one.last >= since), key=lambda one: (one.last, one.name, one.first))


def qualities(bars: Bars, columns: Mapping[str, Floats], names: Iterable[str] | None = None) -> dict[str, Floats]:
    """For each name the quality (0 to 1) of the best pattern completed on each bar, 0 where none is.

    Takes and refuses what `find` does.
    """
    wanted = known_names(names)
    _check(bars, columns, wanted)
    shapes = wanted.intersection(finding.NAMES)
    found: dict[str, Floats] = {}
    for shape_family in finding.FAMILIES if shapes else ():
        found.update(shape_family.qualities(bars, shapes))
    known = _Known(bars, columns)
    if not len(known.history):
        return found | {name: np.zeros(len(bars)) for name in wanted.difference(shapes)}
    for family in _families(wanted):
        rows = family.rows(known.history, known.columns)
        found.update(known.spread(qualities_of(rows, family.forms, wanted, len(known.history))))
    return found | known.spread(candlesticks.qualities(known.history, known.columns, wanted))


class _Known:
    """The bars that are there, and where they stand among all."""

    def __init__(self, bars: Bars, columns: Mapping[str, Floats]) -> None:
        there = np.isfinite(bars.high + bars.low + bars.close)
        self._count = len(there)
        self.whole = bool(there.all())
        self.places = np.flatnonzero(there)
        self.columns = columns if self.whole else {label: values[there] for label, values in columns.items()}
        self.history = History(bars if self.whole else _without_gaps(bars, there))

    def placed(self, found: list[Pattern]) -> list[Pattern]:
        """Patterns with their bars counted among all."""
        if self.whole:
            return found
        at = self.places.tolist()
        return [
            replace(
                one,
                first=at[one.first],
                last=at[one.last],
                points=tuple(point._replace(bar=at[point.bar]) for point in one.points),
            )
            for one in found
        ]

    def spread(self, found: dict[str, Floats]) -> dict[str, Floats]:
        """Columns with 0 on the bars that are not there."""
        if self.whole:
            return found
        return {name: _scattered(values, self.places, self._count) for name, values in found.items()}


def _without_gaps(bars: Bars, there: NDArray[np.bool_]) -> Bars:
    return Bars(bars.open[there], bars.high[there], bars.low[there], bars.close[there], bars.volume[there])


def _scattered(values: Floats, places: NDArray[np.intp], count: int) -> Floats:
    out = np.zeros(count)
    out[places] = values
    return out


def _families(wanted: frozenset[str]) -> list[EventFamily]:
    return [family for family in EVENTS if not wanted.isdisjoint(family.names)]


def _check(bars: Bars, columns: Mapping[str, Floats], wanted: frozenset[str]) -> None:
    for column in _columns_of(wanted):
        values = columns.get(column.label)
        if values is None or len(values) != len(bars):
            found = "none" if values is None else f"{len(values)} values"
            raise InvalidInput(
                f"these patterns need {column.label} with {len(bars)} values, found {found}",
                field="columns",
                constraint="one value of each column a bar",
            )
