"""Asks the daemon about feeds, changes them, and shows them."""

from __future__ import annotations

import re
from typing import Any

from chitti_shared.contracts import news
from chitti_shared.contracts.action import Action
from chitti_shared.settings import Settings
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chitti_cli.feed_troubles import called, state, summary, troubles
from chitti_cli.lists import clock
from chitti_cli.sockets import asked
from chitti_cli.supervisor.lines import visible

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,7})([smhd]?)")


async def listed(settings: Settings) -> list[news.Feed]:
    """All feeds."""
    reply: news.ListFeedsReply = await _asked(settings, news.LIST_FEEDS, {})
    return reply.feeds


async def added(settings: Settings, given: dict[str, Any]) -> news.Feed:
    """A new feed. Errors: Problem (the request is none)."""
    reply: news.FeedReply = await _asked(settings, news.ADD_FEED, given)
    return reply.feed


async def changed(settings: Settings, feed_id: int, changes: dict[str, Any]) -> news.Feed:
    """A feed as changed. Errors: Problem (the request is none)."""
    reply: news.FeedReply = await _asked(settings, news.UPDATE_FEED, {"feed_id": feed_id, **changes})
    return reply.feed


async def removed(settings: Settings, feed_id: int) -> news.RemoveFeedReply:
    """What was removed."""
    reply: news.RemoveFeedReply = await _asked(settings, news.REMOVE_FEED, {"feed_id": feed_id})
    return reply


async def fetched(settings: Settings, feed_id: int) -> news.IngestRssReply:
    """What a fetch brought."""
    reply: news.IngestRssReply = await _asked(settings, news.INGEST_RSS, {"feed_id": feed_id})
    return reply


async def _asked(settings: Settings, action: Action, given: dict[str, Any]) -> Any:
    return await asked(settings, news.NEWS_NLP, action, given, command="chitti feeds")


def seconds_of(every: str | None) -> int | None:
    """`10m` in seconds. Errors: typer's (no such time)."""
    if every is None:
        return None
    found = _DURATION.fullmatch(every.strip().lower())
    if found is None:
        import typer

        raise typer.BadParameter(f"a time is 90s, 10m, 2h or 1d, found {every!r}", param_hint="--every")
    return int(found[1]) * _UNITS[found[2] or "s"]


def line_of(feed: news.Feed) -> str:
    """A feed in one line."""
    due = "" if feed.next_due_at is None else f", next at {clock(feed.next_due_at)}"
    return f"{feed.feed_id} {called(feed)} ({_timetable(feed)}{due})"


def page_of(feeds: list[news.Feed]) -> Group:
    """Feeds for a person: the list, what is wrong with some of them and what to do, all in one line."""
    wrong = list(troubles(feeds))
    told: list[RenderableType] = [Text(), *wrong] if wrong else []
    return Group(_table_of(feeds), *told, Text(), Text(summary(feeds), style="bold"))


def _table_of(feeds: list[news.Feed]) -> Table:
    """Under each name stands its address, as far as it goes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("feed", min_width=24)
    for name in ("state", "last success", "next (IST)"):
        table.add_column(name, no_wrap=True)
    table.add_column("items", justify="right", no_wrap=True)
    for feed in feeds:
        table.add_row(
            str(feed.feed_id),
            _described(feed),
            state(feed),
            "never" if feed.last_success_at is None else clock(feed.last_success_at),
            _next(feed),
            f"{feed.items_seen:,}",
        )
    return table


def _described(feed: news.Feed) -> Group:
    head = Text(called(feed), style="bold" if feed.enabled else "dim")
    head.append(f"  {_timetable(feed)}", style="not bold dim")
    return Group(head, Text(visible(feed.url), style="dim", no_wrap=True, overflow="ellipsis"))


def _timetable(feed: news.Feed) -> str:
    if feed.schedule is not None:
        return feed.schedule
    unit, size = next((unit, size) for unit, size in reversed(_UNITS.items()) if feed.interval_s % size == 0)
    return f"every {feed.interval_s // size}{unit}"


def _next(feed: news.Feed) -> Text:
    if feed.next_due_at is not None:
        return Text(clock(feed.next_due_at))
    why = {"user": "paused", "setting": "not in CHITTI_FEEDS", "gone": "gone (410)"}
    return Text(why.get(feed.disabled_by or "", "off"), style="yellow")
