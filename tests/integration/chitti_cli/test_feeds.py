"""`chitti feeds` and `chitti news` as their user types them, against a real daemon."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from chitti_shared.db import connect_pool
from chitti_shared.ipc import Server
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from news_nlp.__main__ import wire
from news_nlp.context import NewsContext
from news_nlp.storage import FeedStore
from support.terminal import Chitti

pytestmark = pytest.mark.integration

FEED = """<rss><channel>
<item><title>Tata Steel net profit rises 12%</title><pubDate>Tue, 30 Sep 2025 10:00:00 GMT</pubDate>
<source url="https://wire.example">Market Wire</source></item>
<item><title>Infosys falls 3% on weak guidance</title><pubDate>Tue, 30 Sep 2025 10:05:00 GMT</pubDate>
<source url="https://ledger.example">Dalal Ledger</source></item>
</channel></rss>"""

REFUSALS = {"/busy": (429, "7200"), "/down": (503, "7200"), "/full": (429, "")}


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A feed on loopback."""

    async def feed(request: web.Request) -> web.Response:
        if request.path in REFUSALS:
            status, wait = REFUSALS[request.path]
            return web.Response(status=status, headers={"Retry-After": wait})
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text=FEED, headers={"ETag": '"v1"'})

    runner = web.ServerRunner(web.Server(feed), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    await runner.cleanup()


@pytest.fixture
async def feeds(database: Database, folder: Path, address: str) -> AsyncIterator[FeedStore]:
    """The feeds of a running daemon."""
    settings = Settings(
        _env_file=None,
        chitti_runtime_dir=folder,
        chitti_feeds=[],
        chitti_feed_allow=[address.removeprefix("http://").removesuffix("/feed")],
        chitti_feed_host_pause_s=0,
        database_url_news_nlp=database.url_of("news-nlp"),
    )
    async with AsyncExitStack() as stack:
        server: Server[NewsContext] = await wire(settings, stack)
        await server.start(settings.listen_of("news-nlp"))
        stack.push_async_callback(server.close)
        pool = await connect_pool(database.url_of("news-nlp"), application_name="test")
        yield FeedStore(await stack.enter_async_context(pool))


async def test_a_feed_is_added_fetched_changed_paused_resumed_and_removed(
    feeds: FeedStore, chitti: Chitti, address: str
):
    assert await chitti("feeds") == (0, "no feeds; `chitti feeds add URL` adds one\n", "")
    code, text, _ = await chitti("feeds", "add", address, "--name", "Wire", "--cron", "30 9 * * mon-fri")
    assert code == 0
    assert text.startswith("added: 1 Wire (30 9 * * mon-fri, next at ")
    assert text.rstrip().endswith("09:30)")

    code, text, _ = await chitti("feeds", "fetch", "1")
    assert text.startswith("2 articles: 2 new, 0 known or repeated")
    code, text, _ = await chitti("feeds", "fetch", "1")
    assert text.startswith("nothing new since the last time")

    code, text, _ = await chitti("feeds", "change", "1", "--every", "2h", "--name", "Market Wire")
    assert text.startswith("changed: 1 Market Wire (every 2h, next at ")
    code, text, _ = await chitti("feeds", "pause", "1")
    assert (code, text) == (0, "paused: 1 Market Wire (every 2h)\n")
    code, text, _ = await chitti("feeds")
    assert code == 0
    assert "Market Wire" in text
    assert address in text
    assert "paused" in text
    code, text, _ = await chitti("feeds", "resume", "1")
    assert "next at" in text
    code, text, _ = await chitti("feeds", "--json")
    (feed,) = map(json.loads, text.splitlines())
    assert (feed["feed_id"], feed["url"], feed["items_seen"], feed["interval_s"]) == (1, address, 2, 7200)
    assert await chitti("feeds", "remove", "1") == (0, f"removed: {address}\n", "")


async def test_a_feed_that_fails_shows_why_and_one_that_fell_silent_too(feeds: FeedStore, chitti: Chitti):
    await feeds.keep_only(["https://a.example/rss", "https://b.example/rss"], {"https://b.example/rss": "Bourse"})
    first, second = [await feeds.claim(feed_id, lease_s=600) for feed_id in (1, 2)]
    assert first is not None
    assert second is not None
    for _ in range(2):
        await feeds.failed(first, error="a.example answered 503", status=503, next_in_s=600)
    await feeds.gone(second, error="b.example answered 410", status=410)
    code, text, _ = await chitti("feeds")
    assert code == 0
    assert "a.example answered 503 (2 times, since " in " ".join(text.split())
    assert "2 feeds: 1 gone (2), 1 failing (1)" in text
    assert "Bourse" in text
    assert "gone (410)" in text


async def test_a_server_that_is_busy_is_told_of_with_when_to_come_back(feeds: FeedStore, chitti: Chitti, address: str):
    for path, (status, wait) in REFUSALS.items():
        code, text, complaint = await chitti("ingest", address.removesuffix("/feed") + path)
        assert (code, text) == (1, "")
        assert f"service_unavailable: 127.0.0.1 answered {status}\n" in complaint
        assert ("it asks to be left alone for 7,200 s, until " if wait else "try again later") in complaint
        assert "stack" not in complaint


async def test_a_file_with_an_odd_name_is_named_as_it_is(feeds: FeedStore, chitti: Chitti):
    code, _, complaint = await chitti("ingest", "[/bold].xml")
    assert code == 1
    assert "can't read [/bold].xml: No such file or directory" in complaint


NONSENSE = {
    ("add", "http://10.0.0.1/rss"): "invalid_input: '10.0.0.1' is not a public address",
    ("add", "https://a.example/", "--cron", "every day"): "a cron expression has 5 fields, found 2",
    ("add", "https://a.example/", "--cron", "* * * * *", "--every", "1h"): "exclude each other",
    ("add", "https://a.example/", "--every", "5s"): "this can't be asked for",
    ("add", "https://a.example/", "--every", "soon"): "a time is 90s, 10m, 2h or 1d",
    ("change", "1"): "nothing to change",
    ("pause", "7"): "not_found: no feed has the id 7",
    ("fetch", "7"): "not_found: no feed has the id 7",
    ("remove", "7"): "not_found: no feed has the id 7",
}


async def test_what_makes_no_sense_is_told(feeds: FeedStore, chitti: Chitti):
    answers = await asyncio.gather(*(chitti("feeds", *arguments) for arguments in NONSENSE))
    for (code, text, complaints), wanted in zip(answers, NONSENSE.values(), strict=True):
        assert code != 0
        assert text == ""
        assert wanted in complaints


async def test_articles_are_listed_with_what_they_say_about_whom(feeds: FeedStore, chitti: Chitti, address: str):
    code, text, _ = await chitti("news")
    assert (code, text) == (0, "no articles yet; `chitti ingest FILE` takes some in\n")
    assert (await chitti("ingest", address))[0] == 0
    code, text, _ = await chitti("news")
    first, _, second, _ = text.splitlines()
    assert "Tata Steel net profit rises 12%" in text
    assert "▲" in text
    assert "INFY -" in text
    assert "Dalal Ledger" in text
    assert {"Infosys" in first, "Infosys" in second} == {True, False}
    code, text, _ = await chitti("news", "--symbol", "infy", "--json")
    (article,) = map(json.loads, text.splitlines())
    assert article["title"] == "Infosys falls 3% on weak guidance"
    filters = (
        "--sector",
        "IT",
        "--source",
        "Dalal Ledger",
        "--since",
        "1h",
        "--until",
        "2099-01-01",
        "--search",
        "guidance",
    )
    code, text, _ = await chitti("news", *filters, "--leads", "--limit", "5", "--json")
    assert [json.loads(line)["article_id"] for line in text.splitlines()] == [article["article_id"]]
    assert await chitti("news", "--symbol", "WIPRO") == (0, "no such articles\n", "")
    code, _, complaint = await chitti("news", "--since", "soon")
    assert code == 2
    assert "a time is YYYY-MM-DD" in complaint
    code, _, complaint = await chitti("news", "--sector", "Bankng")
    assert "invalid_input" in complaint
    code, _, complaint = await chitti("news", "--sentiment", "happy")
    assert "this can't be asked for" in complaint
