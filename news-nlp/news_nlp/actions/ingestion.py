"""`ingest_rss`."""

from __future__ import annotations

from dataclasses import asdict
from time import perf_counter

from chitti_shared.contracts import news
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router

from news_nlp.context import NewsContext
from news_nlp.feeds import Ingested


async def ingest_rss(request: news.IngestRssRequest, ctx: NewsContext) -> news.IngestRssReply:
    """Store what is new in a feed.

    Errors: invalid_input, not_found, payload_too_large, timeout, service_unavailable.
    """
    started = perf_counter()
    got = await _taken_in(request, ctx)
    return news.IngestRssReply(**asdict(got), time_ms=elapsed_ms(started))


async def _taken_in(request: news.IngestRssRequest, ctx: NewsContext) -> Ingested:
    if sum(given is not None for given in (request.url, request.document, request.feed_id)) != 1:
        raise InvalidInput(
            "expected a url or a document or a feed_id", field="url", constraint="exactly one of url, document, feed_id"
        )
    if request.document is not None:
        return await ctx.ingestion.document(request.document.data)
    if request.url is not None:
        return await ctx.ingestion.address(request.url)
    assert request.feed_id is not None
    return await ctx.ingestion.at_once(request.feed_id)


def elapsed_ms(started: float) -> float:
    return round((perf_counter() - started) * 1000.0, 3)


def register(router: Router[NewsContext]) -> None:
    router.handles(news.INGEST_RSS)(ingest_rss)
