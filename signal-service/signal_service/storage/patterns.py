"""Patterns that were found as they were completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chitti_shared.db import Pool

_INSERT = """
INSERT INTO signals.patterns
    (symbol, pattern, direction, first_bar, last_bar, quality, target, invalidation, points, found_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (symbol, pattern, direction, first_bar, last_bar) DO UPDATE SET
    quality = excluded.quality, target = excluded.target, invalidation = excluded.invalidation, points = excluded.points
WHERE (patterns.quality, patterns.target, patterns.invalidation, patterns.points)
    IS DISTINCT FROM (excluded.quality, excluded.target, excluded.invalidation, excluded.points)
"""
# Of the bars that were searched again, what they make no more
_FORGET = """
DELETE FROM signals.patterns AS kept
USING unnest($1::text[], $2::date[]) AS searched (symbol, since)
WHERE kept.symbol = searched.symbol AND kept.last_bar >= searched.since AND NOT EXISTS (
    SELECT FROM unnest($3::text[], $4::text[], $5::date[], $6::date[]) AS made (symbol, pattern, first_bar, last_bar)
    WHERE (made.symbol, made.pattern, made.first_bar, made.last_bar)
        = (kept.symbol, kept.pattern, kept.first_bar, kept.last_bar)
)
"""
_FOUND = """
SELECT pattern, first_bar, last_bar, found_at FROM signals.patterns WHERE symbol = $1 AND last_bar >= $2
"""
Key = tuple[str, date, date]


@dataclass(frozen=True, slots=True)
class StoredPattern:
    """A pattern on a symbol, its bars as days; `points` are {date, price, role}."""

    symbol: str
    name: str
    direction: str
    first: date
    last: date
    quality: float
    target: float | None
    invalidation: float | None
    points: list[dict[str, Any]]


class PatternTable:
    """What the newest bars of each symbol make; older ones stay as the record of what was found, and when."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(
        self, connection: Any, searched: Mapping[str, date], patterns: Sequence[StoredPattern], now: datetime
    ) -> None:
        """Make what is kept equal to what a search found; what was known already keeps the time it was found.

        Parameters
        ----------
        searched : mapping of str to date
            For each symbol the first of the bars that were searched: what later bars had made and make no more,
            because their prices or earlier ones were corrected, is forgotten.
        """
        known = [(one.symbol, one.name, one.first, one.last) for one in patterns]
        columns = [list(column) for column in zip(*known, strict=True)] or [[], [], [], []]
        await connection.execute(_FORGET, list(searched), list(searched.values()), *columns)
        rows = [
            (
                one.symbol, one.name, one.direction, one.first, one.last, one.quality, one.target, one.invalidation,
                one.points, now,
            )
            for one in patterns
        ]  # fmt: skip
        if rows:
            await connection.executemany(_INSERT, rows)

    async def found_at(self, symbol: str, since: date) -> dict[Key, datetime]:
        """When the patterns of a symbol that end on `since` or later were found, by (name, first, last)."""
        records = await self._pool.fetch(_FOUND, symbol, since)
        return {(record["pattern"], record["first_bar"], record["last_bar"]): record["found_at"] for record in records}
