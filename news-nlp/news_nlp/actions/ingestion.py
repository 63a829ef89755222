"""`ingest_rss`, `list_feeds`."""

from __future__ import annotations

from dataclasses import asdict
from time import perf_counter

from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router

from news_nlp.context import NewsContext
from news_nlp.storage import stamp


async def ingest_rss(request: news.IngestRssRequest, ctx: NewsContext) -> news.IngestRssReply:
    """Store what is new in a feed. Errors: invalid_input, payload_too_large, timeout, service_unavailable."""
    started = perf_counter()
    if request.document is not None and request.url is None:
        got = await ctx.ingestion.document(request.document.data)
    elif request.url is not None and request.document is None:
        got = await ctx.ingestion.address(request.url)
    else:
        raise InvalidInput("expected a url or a document", field="url", constraint="exactly one of url, document")
    return news.IngestRssReply(**asdict(got), time_ms=elapsed_ms(started))


async def list_feeds(_request: Empty, ctx: NewsContext) -> news.ListFeedsReply:
    """The feeds with their state."""
    feeds = [
        news.Feed(
            feed_id=row["feed_id"],
            url=row["url"],
            enabled=row["enabled"],
            last_attempt_at=stamp(row["last_attempt_at"]),
            last_success_at=stamp(row["last_success_at"]),
            last_error=row["last_error"],
            failures=row["failures"],
            items_seen=row["items_seen"],
            next_due_at=stamp(row["next_due"]) or "",
        )
        for row in await ctx.feeds.all()
    ]
    return news.ListFeedsReply(feeds=feeds, count=len(feeds))


def elapsed_ms(started: float) -> float:
    return round((perf_counter() - started) * 1000.0, 3)


def register(router: Router[NewsContext]) -> None:
    router.handles(news.INGEST_RSS)(ingest_rss)
    router.handles(news.LIST_FEEDS)(list_feeds)
