"""The stored feeds and how they fare: `news.feeds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import asyncpg
from chitti_shared.db import Pool

# A feed that a user paused, or that is gone, stays so though the setting names it.
_KEEP = """
INSERT INTO news.feeds (url, name, origin)
SELECT url, name, 'setting' FROM unnest($1::text[], $2::text[]) AS given (url, name)
ON CONFLICT (url) DO UPDATE SET enabled = true, disabled_by = NULL WHERE news.feeds.disabled_by = 'setting'
"""
_DISABLE_OTHERS = """
UPDATE news.feeds SET enabled = false, disabled_by = 'setting'
WHERE enabled AND origin = 'setting' AND url <> ALL($1::text[])
"""
_ADD = """
INSERT INTO news.feeds (url, name, origin, schedule, interval_s, enabled, disabled_by, next_due)
VALUES ($1, $2, 'user', $3, $4, $5, CASE WHEN $5 THEN NULL ELSE 'user' END, $6)
ON CONFLICT (url) DO NOTHING RETURNING *
"""
_LOCKED = "SELECT * FROM news.feeds WHERE feed_id = $1 FOR UPDATE"
_CHANGE = """
UPDATE news.feeds
SET url = $2, name = $3, schedule = $4, interval_s = $5, enabled = $6, disabled_by = $7, origin = $8, next_due = $9,
    failures = CASE WHEN $10 THEN 0 ELSE failures END,
    failing_since = CASE WHEN $10 THEN NULL ELSE failing_since END,
    etag = CASE WHEN url = $2 THEN etag END,
    last_modified = CASE WHEN url = $2 THEN last_modified END,
    last_error = CASE WHEN url = $2 THEN last_error END,
    http_status = CASE WHEN url = $2 THEN http_status END,
    moved_to = CASE WHEN url = $2 THEN moved_to END,
    address_error = CASE WHEN url = $2 THEN address_error END
WHERE feed_id = $1 RETURNING *
"""
_REMOVE = """
DELETE FROM news.feeds WHERE feed_id = $1 AND (origin = 'user' OR disabled_by = 'setting') RETURNING url
"""
_DUE = """
SELECT feed_id, url FROM news.feeds WHERE enabled AND next_due <= now() ORDER BY next_due, feed_id LIMIT $1
"""
# Moving the turn before the fetch makes it a lease: nobody else fetches the feed meanwhile, and the turn of one
# who died in the middle comes round again.
_CLAIM = """
UPDATE news.feeds SET next_due = now() + make_interval(secs => $2)
WHERE feed_id = $1 AND ($3 OR enabled AND next_due <= now())
RETURNING feed_id, url, schedule, interval_s, etag, last_modified, failures, failing_since, moved_to, address_error,
    next_due AS turn, now() AS taken_at
"""
_ONE = "SELECT * FROM news.feeds WHERE feed_id = $1"
_ALL = "SELECT * FROM news.feeds ORDER BY feed_id"
# A turn that was moved since it was taken (a user changed the timetable or resumed the feed, another fetch took it
# meanwhile) stands; what came from an address that a user replaced meanwhile is not the feed's any more.
_SUCCEEDED = """
UPDATE news.feeds
SET last_attempt_at = now(), last_success_at = now(), last_error = NULL, failures = 0, failing_since = NULL,
    http_status = $4, items_seen = items_seen + $5, last_new_at = CASE WHEN $6 > 0 THEN now() ELSE last_new_at END,
    etag = $7, last_modified = $8, moved_to = $9, address_error = left($10, 500),
    next_due = CASE WHEN next_due = $3 THEN $11 ELSE next_due END
WHERE feed_id = $1 AND url = $2
"""
_FAILED = """
UPDATE news.feeds
SET last_attempt_at = now(), last_error = left($4, 500), failures = failures + 1,
    failing_since = coalesce(failing_since, now()), http_status = $5,
    next_due = CASE WHEN next_due = $3 THEN now() + make_interval(secs => $6) ELSE next_due END
WHERE feed_id = $1 AND url = $2
"""
_GONE = """
UPDATE news.feeds
SET last_attempt_at = now(), last_error = left($3, 500), failures = failures + 1,
    failing_since = coalesce(failing_since, now()), http_status = $4,
    enabled = false, disabled_by = coalesce(disabled_by, 'gone')
WHERE feed_id = $1 AND url = $2
"""


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose turn has come."""

    feed_id: int
    url: str


@dataclass(frozen=True, slots=True)
class EditedFeed:
    """What a user can change of a feed, and what follows from it, in the order of `_CHANGE`.

    `anew`: its failures are forgotten.
    """

    url: str
    name: str | None
    schedule: str | None
    interval_s: int
    enabled: bool
    disabled_by: str | None
    origin: str
    next_due: datetime
    anew: bool


@dataclass(frozen=True, slots=True)
class ClaimedFeed:
    """A feed that is ours to fetch, with the validators of its last answer.

    It was taken at `taken_at`, and comes round again at `turn` unless the fetch is noted.
    """

    feed_id: int
    url: str
    schedule: str | None
    interval_s: int
    etag: str | None
    last_modified: str | None
    failures: int
    failing_since: datetime | None
    moved_to: str | None
    address_error: str | None
    turn: datetime
    taken_at: datetime


class FeedStore:
    """Reads and writes feeds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep_only(self, urls: Sequence[str], names: Mapping[str, str] | None = None) -> None:
        """Have exactly these feeds of the setting fetched; others of it stay as rows, disabled.

        Feeds that a user added are let alone, and so is what a user paused.
        """
        wanted = list(dict.fromkeys(urls))
        async with self._pool.transaction() as connection:
            await connection.execute(_KEEP, wanted, [(names or {}).get(url) for url in wanted])
            await connection.execute(_DISABLE_OTHERS, wanted)

    async def add(
        self, url: str, *, name: str | None, schedule: str | None, interval_s: int, enabled: bool, next_due: datetime
    ) -> asyncpg.Record | None:
        """A user's feed as a row; None: there is one of that address."""
        return await self._pool.fetchrow(_ADD, url, name, schedule, interval_s, enabled, next_due)

    async def change(self, feed_id: int, edit: Callable[[asyncpg.Record], EditedFeed]) -> asyncpg.Record | None:
        """A row as `edit`, during which it is locked, makes it; None: no such feed.

        Raises
        ------
        asyncpg.UniqueViolationError
            Another feed has its new address.
        """
        async with self._pool.transaction() as connection:
            row = await connection.fetchrow(_LOCKED, feed_id)
            if row is None:
                return None
            changed: asyncpg.Record = await connection.fetchrow(_CHANGE, feed_id, *astuple(edit(row)))
            return changed

    async def remove(self, feed_id: int) -> str | None:
        """Delete a feed that the setting does not name; its address, or None when nothing was deleted."""
        url: str | None = await self._pool.fetchval(_REMOVE, feed_id)
        return url

    async def one(self, feed_id: int) -> asyncpg.Record | None:
        return await self._pool.fetchrow(_ONE, feed_id)

    async def all(self) -> list[asyncpg.Record]:
        return await self._pool.fetch(_ALL)

    async def due(self, limit: int = 1000) -> list[DueFeed]:
        """Enabled feeds whose `next_due` has passed, longest overdue first."""
        return [DueFeed(**row) for row in await self._pool.fetch(_DUE, limit)]

    async def claim(self, feed_id: int, *, lease_s: float, at_any_time: bool = False) -> ClaimedFeed | None:
        """Take a feed's turn; it comes round again after `lease_s` unless the fetch is noted before.

        None: it isn't due any more, or it is disabled (both of no account with `at_any_time`), or gone.
        """
        row = await self._pool.fetchrow(_CLAIM, feed_id, lease_s, at_any_time)
        return None if row is None else ClaimedFeed(**row)

    async def succeeded(
        self,
        feed: ClaimedFeed,
        *,
        status: int,
        items: int,
        new: int,
        etag: str | None,
        last_modified: str | None,
        moved_to: str | None,
        address_error: str | None,
        next_due: datetime,
    ) -> None:
        """Note a fetch that worked, and when the next is due by the timetable that it was begun with."""
        await self._pool.execute(
            _SUCCEEDED, feed.feed_id, feed.url, feed.turn,
            status, items, new, etag, last_modified, moved_to, address_error, next_due,
        )  # fmt: skip

    async def failed(self, feed: ClaimedFeed, *, error: str, status: int | None, next_in_s: float) -> None:
        """Note a fetch that failed, and when to try again."""
        await self._pool.execute(_FAILED, feed.feed_id, feed.url, feed.turn, error, status, next_in_s)

    async def gone(self, feed: ClaimedFeed, *, error: str, status: int) -> None:
        """Note that the server has given the feed up; it is not fetched any more."""
        await self._pool.execute(_GONE, feed.feed_id, feed.url, error, status)


def stamp(moment: datetime | None) -> str | None:
    """A time as the wire has it: UTC, ISO 8601 with a Z."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
