"""Which events a reader wants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from weakref import WeakValueDictionary

import msgspec
from chitti_shared.universe import by_symbol

_REMEMBERED = 4096  # verdicts of a filter: several pages of the slowest reader beside the newest events


class Subject(msgspec.Struct, frozen=True):
    """What filters look at, read from an event's own JSON."""

    symbol: str
    kind: str
    rule: str
    direction: str
    impact: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; None lets everything pass.

    `sectors` are NSE industries. `watched` asks for symbols that are on the watchlist.
    """

    symbols: frozenset[str] | None = None
    sectors: frozenset[str] | None = None
    watched: bool = False
    kinds: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    directions: frozenset[str] | None = None
    min_impact: float | None = None
    min_confidence: float | None = None

    def passes(self, subject: Subject, watchlist: Collection[str] = ()) -> bool:
        return (
            (self.symbols is None or subject.symbol in self.symbols)
            and (self.sectors is None or _industry_of(subject.symbol) in self.sectors)
            and (not self.watched or subject.symbol in watchlist)
            and (self.kinds is None or subject.kind in self.kinds)
            and (self.rules is None or subject.rule in self.rules)
            and (self.directions is None or subject.direction in self.directions)
            and (self.min_impact is None or subject.impact >= self.min_impact)
            and (
                self.min_confidence is None
                or (subject.confidence is not None and subject.confidence >= self.min_confidence)
            )
        )


EVERYTHING = Filter()


class Verdicts:
    """What one filter says of each event, asked once however many readers share it.

    A verdict stays as it was given: a symbol put on the watchlist counts for the events after that.
    """

    def __init__(self, wanted: Filter, watchlist: Watchlist) -> None:
        self.wanted = wanted
        self._watchlist = watchlist
        self._given: dict[str, bool] = {}

    def passes(self, event_id: str, subject: Subject) -> bool:
        """Whether the event is wanted."""
        given = self._given.get(event_id)
        if given is None:
            given = self._given[event_id] = self.wanted.passes(subject, self._watchlist.symbols)
            if len(self._given) > _REMEMBERED:
                del self._given[next(iter(self._given))]
        return given


class Watchlist:
    """The watched symbols as last read."""

    def __init__(self) -> None:
        self.symbols: frozenset[str] = frozenset()


class SharedFilters:
    """Gives readers with equal filters the same `Verdicts`, kept as long as one of them uses it."""

    def __init__(self) -> None:
        self.watchlist = Watchlist()
        self._kept: WeakValueDictionary[Filter, Verdicts] = WeakValueDictionary()

    def of(self, wanted: Filter) -> Verdicts:
        kept = self._kept.get(wanted)
        if kept is None:
            kept = self._kept[wanted] = Verdicts(wanted, self.watchlist)
        return kept

    def __len__(self) -> int:
        return len(self._kept)


def _industry_of(symbol: str) -> str | None:
    company = by_symbol(symbol)
    return company.industry if company is not None else None
