"""Whatever a server does: a clear error in reply and row, nothing half-stored, the daemon serves on."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge, ServiceUnavailable, Timeout
from chitti_shared.http import Limits
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from support.daemons import news_process

pytestmark = pytest.mark.integration
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]

LIMITS = Limits(total_s=1.0, backoff_s=0.01)
MEGABYTE = 1024 * 1024
PIECE = b"<item><title>" + b"x" * 100_000 + b"</title></item>"


def rss(*items: str, head: str = "") -> bytes:
    return f"{head}<rss><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>".encode()


LAUGHS = rss(
    "<title>&lol9;</title>",
    head='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY lol0 "ha">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]>",
)
OUTSIDE = rss(
    "<title>&secret;</title>",
    head='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
)
NESTED = b"<rss><channel>" + b"<a>" * 1_000_000
BOMB = gzip.compress(bytes(100 * MEGABYTE))
GOOD = rss("<title>Tata Steel net profit rises 12%</title>")


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        await response.write(b"<rss><channel>")
        while True:
            await response.write(PIECE)
    except ConnectionError:
        return response


async def dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)
    except ConnectionError:
        return response


async def silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("nobody ends the wait")


async def broken(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100000"})
    await response.prepare(request)
    await response.write(GOOD)
    assert request.transport is not None
    request.transport.abort()
    return response


def answering(body: bytes = b"", status: int = 200, **headers: str) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return handler


@dataclass(frozen=True)
class Case:
    """What a server does, and what the caller and the feed's row are told."""

    handler: Any
    kind: type[ChittiError]
    details: dict[str, Any] = field(default_factory=dict)
    status: int | None = None
    disabled_by: str | None = None
    url: str | None = None  # in the place of the server's


NO_FEED = {"constraint": "RSS, Atom, RDF or JSON Feed"}
INSIDE = {"constraint": "public address"}
CASES = {
    "billion laughs": Case(answering(LAUGHS), InvalidInput, {"constraint": "no entity declarations"}, 200),
    "external entity": Case(answering(OUTSIDE), InvalidInput, {"constraint": "no entity declarations"}, 200),
    "a million nested tags": Case(answering(NESTED), InvalidInput, {"field": "document"}, 200),
    "page instead of a feed": Case(answering(b"<!DOCTYPE html><html><p>Sign in</html>"), InvalidInput, NO_FEED, 200),
    "empty": Case(answering(), InvalidInput, NO_FEED, 200),
    "endless body": Case(endless, PayloadTooLarge, {"constraint": f"size <= {5 * MEGABYTE}"}, 200),
    "gzip bomb": Case(
        answering(BOMB, Content_Encoding="gzip"), PayloadTooLarge, {"constraint": f"size <= {10 * MEGABYTE}"}, 200
    ),
    "no gzip": Case(
        answering(GOOD, Content_Encoding="gzip"), InvalidInput, {"constraint": "gzip, deflate or no compression"}, 200
    ),
    "unknown compression": Case(
        answering(GOOD, Content_Encoding="br"), InvalidInput, {"constraint": "gzip, deflate or no compression"}, 200
    ),
    "dripping server": Case(dripping, Timeout),
    "silent server": Case(silent, Timeout),
    "line cut in the middle": Case(broken, ServiceUnavailable),
    "redirect to the metadata service": Case(
        answering(status=302, Location="http://169.254.169.254/latest/meta-data"), InvalidInput, INSIDE
    ),
    "redirect to a file": Case(
        answering(status=302, Location="file:///etc/passwd"), InvalidInput, {"constraint": "http or https"}
    ),
    "redirect to itself": Case(answering(status=301, Location="/feed"), InvalidInput, {"constraint": "redirects <= 3"}),
    "name that leads to loopback": Case(answering(GOOD), InvalidInput, INSIDE, url="http://inside.example/feed"),
    "name that nobody knows": Case(answering(GOOD), ServiceUnavailable, url="http://unknown.example/feed"),
    "not found": Case(answering(status=404), InvalidInput, {"constraint": "HTTP 200", "status": 404}, 404),
    "gone": Case(answering(status=410), InvalidInput, {"constraint": "HTTP 200", "status": 410}, 410, "gone"),
    "too many requests": Case(
        answering(status=429, Retry_After="7200"), ServiceUnavailable, {"retry_after_ms": 7_200_000}, 429
    ),
    "too many requests until a date": Case(
        answering(status=429, Retry_After="Tue, 30 Sep 2025 12:00:00 GMT", Date="Tue, 30 Sep 2025 10:00:00 GMT"),
        ServiceUnavailable,
        {"retry_after_ms": 7_200_000},
        429,
    ),
    "server error": Case(answering(status=500), ServiceUnavailable, {"status": 500}, 500),
}


async def resolve(host: str, _port: int) -> list[str]:
    if host == "inside.example":
        return ["127.0.0.1"]
    raise OSError(f"{host} is unknown here")


@pytest.mark.parametrize("name", CASES)
async def test_bad_input_is_told_in_reply_and_row_and_leaves_nothing(start: Start, host: Host, folder: Path, name: str):
    case = CASES[name]
    address = await host(case.handler)
    client = await start(resolve=resolve, limits=LIMITS, chitti_feed_allow=[address.removeprefix("http://")])
    url = case.url or f"{address}/feed"

    asked = asyncio.create_task(client.call(news.INGEST_RSS, news.IngestRssRequest(url=url)))
    other = Client(news.NEWS_NLP, f"unix://{folder}/n.sock")
    text = news.AnalyzeSentimentRequest(text="TCS gains 2% on strong results")
    assert (await other.call(news.ANALYZE_SENTIMENT, text)).sentiment == "bullish"
    await other.close()
    with pytest.raises(case.kind) as refused:
        await asked
    assert type(refused.value) is case.kind
    assert refused.value.details.items() >= case.details.items()
    assert len(refused.value.message) < 400

    await client.call(news.ADD_FEED, news.AddFeedRequest(url=url))

    async def noted() -> news.Feed | None:
        feed = (await client.call(news.LIST_FEEDS, Empty())).feeds[0]
        return feed if feed.failures else None

    feed = await first_true(noted)
    assert feed is not None
    assert feed.last_error is not None
    assert refused.value.message == feed.last_error
    assert (feed.failures, feed.http_status, feed.disabled_by) == (1, case.status, case.disabled_by)
    assert (feed.items_seen, feed.last_success_at) == (0, None)
    if case.disabled_by is None:
        assert feed.next_due_at is not None
        assert feed.last_attempt_at is not None
        waits = datetime.fromisoformat(feed.next_due_at) - datetime.fromisoformat(feed.last_attempt_at)
        assert waits.total_seconds() >= max(299.0, case.details.get("retry_after_ms", 0) / 1000 - 1)

    assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).count == 0
    good = news.IngestRssRequest(document=Blob(GOOD))
    assert (await client.call(news.INGEST_RSS, good)).new == 1


GARBLED = rss("<title>Cipla gains</title>").replace(b"Cipla", b"Cipl\xe9\xff")
ODD = {
    "wrong charset": (GARBLED, {}),
    "unknown charset": (rss("<title>A</title>", head='<?xml version="1.0" encoding="klingon"?>'), {}),
    "far future": (rss("<title>A</title><pubDate>Tue, 30 Sep 2125 10:00:00 GMT</pubDate>"), {"published_at": None}),
    "absurd date": (rss("<title>A</title><pubDate>Tue, 99 Sep 99999 99:99 GMT</pubDate>"), {"published_at": None}),
    "script as a link": (rss("<title>A</title><link>javascript:alert(1)</link>"), {"url": ""}),
    "markup in the title": (rss("<title>A&lt;script&gt;alert(1)&lt;/script&gt;</title>"), {"title": "A"}),
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_items_are_stored_without_what_is_odd(start: Start, host: Host, name: str):
    body, expected = ODD[name]
    address = await host(answering(body))
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    assert (await client.call(news.INGEST_RSS, news.IngestRssRequest(url=address))).new == 1
    (article,) = (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).articles
    for key, value in expected.items():
        assert getattr(article, key) == value


async def test_a_title_of_a_megabyte_is_cut(start: Start, host: Host):
    address = await host(answering(rss(f"<title>{'profit ' * 150_000}</title>")))
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    assert (await client.call(news.INGEST_RSS, news.IngestRssRequest(url=address))).new == 1
    (article,) = (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).articles
    assert len(article.title) <= 1000


async def test_memory_comes_back_after_twenty_bombs(database: Database, host: Host, folder: Path):
    bombs = [
        f"{await host(handler)}/feed"
        for handler in (answering(BOMB, Content_Encoding="gzip"), answering(LAUGHS), answering(NESTED), endless)
    ]
    allowed = ",".join(url.removeprefix("http://").removesuffix("/feed") for url in bombs)
    async with news_process(folder, database, CHITTI_FEED_ALLOW=allowed) as (process, client):

        async def throw(url: str) -> None:
            with pytest.raises((InvalidInput, PayloadTooLarge)):
                await client.call(news.INGEST_RSS, news.IngestRssRequest(url=url))

        await asyncio.gather(*map(throw, bombs))  # what is loaded and kept once
        before = psutil.Process(process.pid).memory_info().rss
        for _ in range(5):
            await asyncio.gather(*map(throw, bombs))
        after = psutil.Process(process.pid).memory_info().rss
        assert after - before < 32 * MEGABYTE
        assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).count == 0
