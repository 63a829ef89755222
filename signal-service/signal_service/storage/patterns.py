"""Patterns that were found as they were completed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chitti_shared.db import Pool

_INSERT = """
INSERT INTO signals.patterns
    (symbol, pattern, direction, first_bar, last_bar, quality, target, invalidation, points, found_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (symbol, pattern, direction, first_bar, last_bar) DO NOTHING
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
    """Kept as they were found: a later correction of prices doesn't rewrite them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def insert(self, connection: Any, patterns: Iterable[StoredPattern], now: datetime) -> None:
        """Store those that are not stored yet."""
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
