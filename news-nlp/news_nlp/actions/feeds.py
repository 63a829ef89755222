"""`list_feeds`, `add_feed`, `update_feed`, `remove_feed`."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.ipc import Router
from msgspec import UNSET, structs

from news_nlp.context import NewsContext
from news_nlp.feeds import state_of
from news_nlp.storage import stamp


async def list_feeds(_request: Empty, ctx: NewsContext) -> news.ListFeedsReply:
    """The feeds with their state."""
    feeds = [feed_of(row) for row in await ctx.feeds.all()]
    return news.ListFeedsReply(feeds=feeds, count=len(feeds))


async def add_feed(request: news.AddFeedRequest, ctx: NewsContext) -> news.FeedReply:
    """Store a feed to be fetched from now on. Errors: invalid_input, conflict."""
    row = await ctx.roster.add(
        request.url,
        name=request.name,
        schedule=request.schedule,
        interval_s=request.interval_s,
        enabled=request.enabled,
    )
    return news.FeedReply(feed=feed_of(row))


async def update_feed(request: news.UpdateFeedRequest, ctx: NewsContext) -> news.FeedReply:
    """Change what is given of a feed. Errors: invalid_input, not_found, conflict."""
    changes = {name: value for name, value in structs.asdict(request).items() if value is not UNSET}
    row = await ctx.roster.update(changes.pop("feed_id"), changes)
    return news.FeedReply(feed=feed_of(row))


async def remove_feed(request: news.RemoveFeedRequest, ctx: NewsContext) -> news.RemoveFeedReply:
    """Forget a feed. Errors: not_found, conflict."""
    return news.RemoveFeedReply(feed_id=request.feed_id, url=await ctx.roster.remove(request.feed_id))


def feed_of(row: asyncpg.Record) -> news.Feed:
    """A row as the wire has it."""
    return news.Feed(
        feed_id=row["feed_id"],
        url=row["url"],
        state=state_of(row, datetime.now(UTC)),
        name=row["name"],
        origin=row["origin"],
        enabled=row["enabled"],
        disabled_by=row["disabled_by"],
        schedule=row["schedule"],
        interval_s=row["interval_s"],
        added_at=stamp(row["added_at"]) or "",
        last_attempt_at=stamp(row["last_attempt_at"]),
        last_success_at=stamp(row["last_success_at"]),
        last_new_at=stamp(row["last_new_at"]),
        failing_since=stamp(row["failing_since"]),
        last_error=row["last_error"],
        http_status=row["http_status"],
        failures=row["failures"],
        items_seen=row["items_seen"],
        moved_to=row["moved_to"],
        address_error=row["address_error"],
        next_due_at=stamp(row["next_due"]) if row["enabled"] else None,
    )


def register(router: Router[NewsContext]) -> None:
    router.handles(news.LIST_FEEDS)(list_feeds)
    router.handles(news.ADD_FEED)(add_feed)
    router.handles(news.UPDATE_FEED)(update_feed)
    router.handles(news.REMOVE_FEED)(remove_feed)
