"""Which events a reader wants."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class Subject(msgspec.Struct, frozen=True):
    """What filters look at, read from an event's own JSON."""

    symbol: str
    kind: str
    direction: str
    impact: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; None lets everything pass."""

    symbols: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    directions: frozenset[str] | None = None
    min_impact: float | None = None

    def passes(self, subject: Subject) -> bool:
        return (
            (self.symbols is None or subject.symbol in self.symbols)
            and (self.kinds is None or subject.kind in self.kinds)
            and (self.directions is None or subject.direction in self.directions)
            and (self.min_impact is None or subject.impact >= self.min_impact)
        )


EVERYTHING = Filter()
