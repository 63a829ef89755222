"""The list of feeds as its users change it: what may be added, how a change moves a feed's turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any

import asyncpg
from chitti_shared.errors import Conflict, NotFound
from chitti_shared.http import checked_url
from yarl import URL

from news_nlp.feeds.timetable import Cron, next_turn
from news_nlp.storage import EditedFeed, FeedStore


class Roster:
    """Adds, changes and removes feeds.

    Parameters
    ----------
    feeds : FeedStore
    allow : collection of str
        Exact `host:port` pairs that may be fetched though not public.
    clock : callable
        Now, in UTC.
    wake : callable
        Called when a feed may have become due: a hint, the rows are the truth.
    """

    def __init__(
        self,
        feeds: FeedStore,
        allow: Collection[str],
        clock: Callable[[], datetime],
        wake: Callable[[], Awaitable[None]],
    ) -> None:
        self._feeds = feeds
        self._allow = allow
        self._clock = clock
        self._wake = wake

    async def add(
        self, url: str, *, name: str | None, schedule: str | None, interval_s: int, enabled: bool
    ) -> asyncpg.Record:
        """A new feed's row. One with an interval is due at once, one with a schedule at its time.

        Raises
        ------
        InvalidInput
            An address that is not fetched, or no cron expression.
        Conflict
            The address is a feed already (`details.feed_id`).
        """
        parsed = checked_url(url, self._allow)
        now = self._clock()
        next_due = Cron.parse(schedule).next_after(now) if schedule else now
        await self._require_new(parsed)
        spelled = parsed.scheme + url[len(parsed.scheme) :]
        row = await self._feeds.add(
            spelled, name=name, schedule=schedule, interval_s=interval_s, enabled=enabled, next_due=next_due
        )
        if row is None:  # another added it meanwhile
            await self._require_new(parsed)
            raise _taken()
        await self._wake()
        return row

    async def _require_new(self, url: URL, but: int | None = None) -> None:
        for row in await self._feeds.all():
            if row["feed_id"] != but and _plain(URL(row["url"])) == _plain(url):
                raise Conflict(
                    f"this address is feed {row['feed_id']} already",
                    field="url",
                    constraint="an address not yet a feed",
                    feed_id=row["feed_id"],
                )

    async def update(self, feed_id: int, changes: dict[str, Any]) -> asyncpg.Record:
        """The row with those of url, name, schedule, interval_s, enabled changed that are in `changes`.

        A new timetable moves the next turn; a feed that is resumed, or has a new address, begins
        anew, its failures forgotten. Resuming one that left the setting makes it the user's, else
        the next start would end it again.

        Raises
        ------
        InvalidInput
            No cron expression, or an address that is not fetched.
        NotFound
            No such feed.
        Conflict
            Another feed has the new address, or CHITTI_FEEDS names the old one.
        """
        schedule = changes.get("schedule")
        if isinstance(schedule, str):
            Cron.parse(schedule)
        if "url" in changes:
            changes = changes | {"url": await self._new_address(changes["url"], feed_id)}

        def edit(row: asyncpg.Record) -> EditedFeed:
            return self._edited(row, changes)

        try:
            changed = await self._feeds.change(feed_id, edit)
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        if changed is None:
            raise no_feed(feed_id)
        await self._wake()
        return changed

    async def _new_address(self, url: str, feed_id: int) -> str:
        parsed = checked_url(url, self._allow)
        await self._require_new(parsed, feed_id)
        return parsed.scheme + url[len(parsed.scheme) :]

    def _edited(self, row: asyncpg.Record, changes: dict[str, Any]) -> EditedFeed:
        wanted = {key: changes.get(key, row[key]) for key in ("url", "name", "schedule", "interval_s", "enabled")}
        now = self._clock()
        moved = wanted["url"] != row["url"]
        if moved and row["origin"] == "setting" and row["disabled_by"] != "setting":
            raise Conflict(
                "CHITTI_FEEDS (or the default) names this feed's address: change it there",
                field="url",
                constraint="a feed that a user added",
                feed_id=row["feed_id"],
            )
        was_off_for = row["disabled_by"]
        if moved and was_off_for == "gone":
            wanted["enabled"] = changes.get("enabled", True)
        anew = moved or (wanted["enabled"] and not row["enabled"])
        next_due = row["next_due"]
        if anew and not wanted["schedule"]:
            next_due = now
        elif anew or (wanted["schedule"], wanted["interval_s"]) != (row["schedule"], row["interval_s"]):
            next_due = next_turn(wanted["schedule"], wanted["interval_s"], now)
        becomes_theirs = was_off_for == "setting" and (moved or wanted["enabled"])
        off_for = "user" if "enabled" in changes or becomes_theirs else was_off_for
        return EditedFeed(
            **wanted,
            disabled_by=None if wanted["enabled"] else off_for,
            origin="user" if becomes_theirs else row["origin"],
            next_due=next_due,
            anew=anew,
        )

    async def remove(self, feed_id: int) -> str:
        """Delete a feed; its address.

        Raises
        ------
        NotFound
            No such feed.
        Conflict
            CHITTI_FEEDS names it.
        """
        url = await self._feeds.remove(feed_id)
        if url is not None:
            return url
        if await self._feeds.one(feed_id) is None:
            raise no_feed(feed_id)
        raise Conflict(
            "a feed of CHITTI_FEEDS (or of the default ones) comes back at the next start: pause it instead",
            field="feed_id",
            constraint="a feed that a user added",
            feed_id=feed_id,
        )


def _taken() -> Conflict:
    return Conflict("the address became a feed meanwhile", field="url", constraint="an address not yet a feed")


def _plain(url: URL) -> URL:
    """Without what makes no other document of it."""
    url = url.with_fragment(None)
    return url.with_port(None) if url.is_default_port() else url


def no_feed(feed_id: int) -> NotFound:
    """The error of an id that no feed has."""
    return NotFound(f"no feed has the id {feed_id}", kind="feed", feed_id=feed_id)
