"""The daemon over its socket, with a real database and servers on loopback."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.system import HEALTH, METRICS
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError, InvalidInput, NotFound, PayloadTooLarge
from chitti_shared.ipc import Client, StartupError
from chitti_shared.testing.waiting import first_true
from news_nlp.nlp.digest import digest
from news_nlp.storage import ArticleStore

pytestmark = pytest.mark.integration
SAMPLE = (Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample" / "nifty_sample.xml").read_bytes()
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><item><title>&c;</title></item></channel></rss>"""


def document(data: bytes) -> news.IngestRssRequest:
    return news.IngestRssRequest(document=Blob(data))


def handing_out(body: bytes, **headers: str) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers=headers)

    return handler


def pair_of(address: str) -> str:
    return address.removeprefix("http://")


async def test_the_sample_is_new_once_and_known_the_second_time(start: Start):
    client = await start()
    first = await client.call(news.INGEST_RSS, document(SAMPLE))
    assert (first.articles, first.new, first.duplicates, first.near_duplicates) == (42, 42, 0, 3)
    second = await client.call(news.INGEST_RSS, document(SAMPLE))
    assert (second.articles, second.new, second.duplicates, second.status) == (42, 0, 42, "ok")


async def test_what_was_taken_in_is_counted(start: Start):
    client = await start()
    await client.call(news.INGEST_RSS, document(SAMPLE))
    await client.call(news.INGEST_RSS, document(SAMPLE))
    text = (await client.call(METRICS, Empty())).text
    assert 'chitti_news_articles_total{outcome="new"} 42.0' in text
    assert 'chitti_news_articles_total{outcome="duplicate"} 42.0' in text


async def test_stored_articles_come_back_newest_first_page_by_page(start: Start):
    client = await start()
    await client.call(news.INGEST_RSS, document(SAMPLE))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(limit=20, cursor=cursor))
        seen += [article.article_id for article in page.articles]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == list(range(42, 0, -1))


async def test_articles_of_a_symbol_carry_what_was_said_of_it(start: Start):
    client = await start()
    await client.call(news.INGEST_RSS, document(SAMPLE))
    page = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="TECHM"))
    assert page.count == 1
    article = page.articles[0]
    assert article.title == "Tech Mahindra, Wipro extend losses on weak IT spending outlook"
    assert article.source_host == "business-ledger.example"
    assert article.published_at == "2025-09-30T11:56:00.000Z"
    assert {said.symbol: said.sentiment for said in article.symbols} == {"TECHM": "bearish", "WIPRO": "bearish"}
    assert [phrase.text for phrase in article.phrases] == ["extend losses", "weak"]
    assert await none_for(client, "RELIANCE", "Reliance Power")


async def none_for(client: Client, symbol: str, words: str) -> bool:
    page = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol=symbol))
    return not any(words in article.title for article in page.articles)


@pytest.mark.parametrize(
    ("body", "kind", "constraint"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", InvalidInput, "RSS, Atom, RDF or JSON Feed"),
        (LAUGHS, InvalidInput, "no entity declarations"),
        (b"", InvalidInput, "RSS, Atom, RDF or JSON Feed"),
        (b"<rss><channel>" + b"<a>" * 100_000, InvalidInput, "depth <= 64"),
        (b"<rss>" + b" " * (11 * 1024 * 1024), PayloadTooLarge, "size <= 10485760"),
    ],
    ids=["html", "billion laughs", "empty", "deep", "large"],
)
async def test_a_bad_document_is_refused_and_nothing_is_stored(
    start: Start, body: bytes, kind: type[ChittiError], constraint: str
):
    client = await start()
    with pytest.raises(kind) as refused:
        await client.call(news.INGEST_RSS, document(body))
    assert refused.value.details["constraint"] == constraint
    assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).count == 0
    assert (await client.call(news.INGEST_RSS, document(SAMPLE))).new == 42


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/feed", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/"]
)
async def test_an_address_that_is_not_public_is_refused(start: Start, url: str):
    client = await start()
    with pytest.raises(InvalidInput) as refused:
        await client.call(news.INGEST_RSS, news.IngestRssRequest(url=url))
    assert refused.value.details["constraint"] == "public address"


async def test_a_redirect_from_an_allowed_server_to_a_private_address_is_refused(start: Start, host: Host):
    async def away(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})

    address = await host(away)
    client = await start(chitti_feed_allow=[pair_of(address)])
    with pytest.raises(InvalidInput) as refused:
        await client.call(news.INGEST_RSS, news.IngestRssRequest(url=f"{address}/feed"))
    assert refused.value.details["constraint"] == "public address"


async def test_a_feed_is_fetched_from_an_allowed_address(start: Start, host: Host):
    address = await host(handing_out(gzip.compress(SAMPLE), **{"Content-Encoding": "gzip"}))
    client = await start(chitti_feed_allow=[pair_of(address)])
    assert (await client.call(news.INGEST_RSS, news.IngestRssRequest(url=f"{address}/feed"))).new == 42


async def test_neither_and_both_of_url_and_document_are_refused(start: Start):
    client = await start()
    for request in (news.IngestRssRequest(), news.IngestRssRequest(url="http://example.com/", document=Blob(SAMPLE))):
        with pytest.raises(InvalidInput, match="a url or a document"):
            await client.call(news.INGEST_RSS, request)


async def test_a_scheduled_feed_is_fetched_at_once_and_its_state_kept(start: Start, host: Host):
    address = await host(handing_out(SAMPLE, ETag='"v1"'))
    client = await start(chitti_feeds=[f"{address}/feed"], chitti_feed_allow=[pair_of(address)])

    async def stored() -> bool:
        return (await client.call(news.LIST_FEEDS, Empty())).feeds[0].items_seen == 42

    await first_true(stored)
    feed = (await client.call(news.LIST_FEEDS, Empty())).feeds[0]
    assert feed.enabled
    assert feed.failures == 0
    assert feed.last_success_at is not None
    assert feed.next_due_at > feed.last_success_at
    assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest(limit=1))).count == 1


async def test_a_feed_that_cannot_be_fetched_leaves_the_daemon_serving(start: Start, free_port: int):
    address = f"http://127.0.0.1:{free_port}/feed"
    client = await start(chitti_feeds=[address], chitti_feed_allow=[f"127.0.0.1:{free_port}"])

    async def noted() -> bool:
        return (await client.call(news.LIST_FEEDS, Empty())).feeds[0].failures == 1

    await first_true(noted)
    feed = (await client.call(news.LIST_FEEDS, Empty())).feeds[0]
    assert feed.last_error is not None
    assert "cannot be fetched" in feed.last_error
    health = await client.call(HEALTH, Empty())
    assert health.health == "healthy"
    assert health.info["feeds_failing"] == 1
    assert (await client.call(news.INGEST_RSS, document(SAMPLE))).new == 42


async def test_a_daemon_that_starts_reads_what_was_told_before_it_is_asked(start: Start, own_pool: Pool):
    await ArticleStore(own_pool).store(digest(SAMPLE, datetime.now(UTC)).articles)
    client = await start()

    async def remembered() -> bool:
        return bool((await client.call(HEALTH, Empty())).info["articles_remembered"] == 42)

    await first_true(remembered)


@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_an_answer_without_a_word_is_called_empty(start: Start, host: Host, body: bytes):
    address = await host(handing_out(body))
    client = await start(chitti_feed_allow=[pair_of(address)])
    with pytest.raises(InvalidInput, match="the document is empty, expected a feed"):
        await client.call(news.INGEST_RSS, news.IngestRssRequest(url=address))


async def test_what_feeds_do_is_told_to_whoever_watches_over_them(start: Start, host: Host):
    async def serving(request: web.Request) -> web.Response:
        return {
            "/ok": web.Response(body=SAMPLE),
            "/empty": web.Response(body=b"<rss><channel></channel></rss>"),
            "/gone": web.Response(status=410),
        }.get(request.path, web.Response(status=404))

    address = await host(serving)
    urls = [address + path for path in ("/ok", "/empty", "/gone", "/lost")]
    client = await start(chitti_feeds=urls, chitti_feed_allow=[pair_of(address)])

    async def metrics() -> list[str]:
        lines: list[str] = (await client.call(METRICS, Empty())).text.splitlines()
        return lines

    async def told() -> bool:
        return 'chitti_news_feeds{state="failing"} 1.0' in await metrics()

    await first_true(told)
    text = await metrics()
    for state, count in {"ok": 1, "quiet": 1, "gone": 1, "new": 0, "dead": 0, "paused": 0}.items():
        assert f'chitti_news_feeds{{state="{state}"}} {count}.0' in text
    assert "chitti_news_feeds_leader 1.0" in text
    assert "chitti_news_feeds_overdue_seconds 0.0" in text
    info = (await client.call(HEALTH, Empty())).info
    assert {key: info[key] for key in info if key.startswith("feeds")} == {
        "feeds": 3,
        "feeds_failing": 1,
        "feeds_dead": 0,
        "feeds_quiet": 1,
        "feeds_gone": 1,
    }


async def test_a_feed_in_the_settings_that_may_not_be_fetched_stops_the_start(start: Start):
    with pytest.raises(StartupError, match=r"CHITTI_FEEDS: http://10\.0\.0\.1/rss"):
        await start(chitti_feeds=["http://10.0.0.1/rss"])
    with pytest.raises(StartupError, match=r"CHITTI_FEED_ALLOW: http://127\.0\.0\.1:80: expected host:port"):
        await start(chitti_feed_allow=["127.0.0.1:80", "http://127.0.0.1:80"])


async def test_a_text_is_scored_with_the_phrases_that_decided(start: Start):
    client = await start()
    text = "Airtel drops 1.3% on profit booking"
    reply = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=text))
    assert reply.sentiment == "bearish"
    assert -1 <= reply.score < 0 < reply.confidence <= 1
    assert [text[phrase.start : phrase.end] for phrase in reply.phrases] == ["drops", "profit booking"]
    assert [(said.symbol, said.sentiment) for said in reply.symbols] == [("BHARTIARTL", "bearish")]


async def test_entities_come_with_places_and_symbols(start: Start):
    client = await start()
    text = "M&M and L&T rise as RBI holds; Nifty up 1% in Q2 FY26"
    reply = await client.call(news.EXTRACT_ENTITIES, news.ExtractEntitiesRequest(text=text))
    assert [(entity.text, entity.kind, entity.symbol) for entity in reply.entities] == [
        ("M&M", "company", "M&M"),
        ("L&T", "company", "LT"),
        ("RBI", "regulator", "RBI"),
        ("Nifty", "index", "NIFTY"),
        ("1%", "percent", None),
        ("Q2 FY26", "period", None),
    ]
    assert all(text[entity.start : entity.end] == entity.text for entity in reply.entities)


async def test_a_direction_can_be_asked_for_one_company(start: Start):
    client = await start()
    text = "TCS gains 2% while Infosys falls 3%"
    for symbol, direction in (("TCS", "bullish"), ("INFY", "bearish")):
        reply = await client.call(news.CLASSIFY_DIRECTION, news.ClassifyDirectionRequest(text=text, symbol=symbol))
        assert reply.direction == direction
    with pytest.raises(NotFound):
        await client.call(news.CLASSIFY_DIRECTION, news.ClassifyDirectionRequest(text=text, symbol="WIPRO"))
