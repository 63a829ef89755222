"""The scheduled feeds and how they fare: `news.feeds`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from chitti_shared.db import Pool

_KEEP = """
INSERT INTO news.feeds (url) SELECT unnest($1::text[])
ON CONFLICT (url) DO UPDATE SET enabled = true WHERE NOT news.feeds.enabled
"""
_DISABLE_OTHERS = "UPDATE news.feeds SET enabled = false WHERE enabled AND url <> ALL($1::text[])"
_DUE = """
SELECT feed_id, url, etag, last_modified, failures FROM news.feeds
WHERE enabled AND next_due <= now() ORDER BY next_due LIMIT $1
"""
_ALL = """
SELECT feed_id, url, enabled, last_attempt_at, last_success_at, last_error, failures, items_seen, next_due
FROM news.feeds ORDER BY feed_id
"""
_SUCCEEDED = """
UPDATE news.feeds
SET last_attempt_at = now(), last_success_at = now(), last_error = NULL, failures = 0, items_seen = items_seen + $2,
    etag = $3, last_modified = $4, next_due = now() + make_interval(secs => $5)
WHERE feed_id = $1
"""
_FAILED = """
UPDATE news.feeds
SET last_attempt_at = now(), last_error = left($2, 500), failures = failures + 1,
    next_due = now() + make_interval(secs => $3)
WHERE feed_id = $1
"""


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose turn has come, with the validators of its last answer."""

    feed_id: int
    url: str
    etag: str | None
    last_modified: str | None
    failures: int


class FeedStore:
    """Reads and writes feeds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep_only(self, urls: Sequence[str]) -> None:
        """Enable exactly these feeds; others stay as rows, disabled."""
        async with self._pool.transaction() as connection:
            await connection.execute(_KEEP, list(dict.fromkeys(urls)))
            await connection.execute(_DISABLE_OTHERS, list(urls))

    async def due(self, limit: int = 100) -> list[DueFeed]:
        """Enabled feeds whose `next_due` has passed, longest overdue first."""
        return [DueFeed(**row) for row in await self._pool.fetch(_DUE, limit)]

    async def all(self) -> list[asyncpg.Record]:
        return await self._pool.fetch(_ALL)

    async def succeeded(
        self, feed_id: int, *, items: int, etag: str | None, last_modified: str | None, next_in_s: float
    ) -> None:
        """Note a fetch that worked, and when the next is due."""
        await self._pool.execute(_SUCCEEDED, feed_id, items, etag, last_modified, next_in_s)

    async def failed(self, feed_id: int, *, error: str, next_in_s: float) -> None:
        """Note a fetch that failed, and when to try again."""
        await self._pool.execute(_FAILED, feed_id, error, next_in_s)


def stamp(moment: datetime | None) -> str | None:
    """A time as the wire has it: UTC, ISO 8601 with a Z."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
