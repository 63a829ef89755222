"""Two daemons on one database: every feed is fetched once, and a killed leader is followed by the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import Leadership, Pool, connect_pool
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.http import SafeClient
from chitti_shared.ipc import Client, Lanes
from chitti_shared.testing.database import Database, DatabaseServer, server_folder
from chitti_shared.testing.waiting import first_true, until
from news_nlp.feeds import Ingestion, NewsMetrics
from news_nlp.scheduler import FeedSchedule
from news_nlp.storage import ArticleStore, FeedStore
from prometheus_client import CollectorRegistry
from support.daemons import news_process

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
PATHS = ("/a", "/b", "/c")
Host = Callable[[Any], Awaitable[str]]


@pytest.fixture
async def own_pool(database: Database) -> AsyncIterator[Pool]:
    async with await connect_pool(database.url_of("news-nlp"), application_name="test") as pool:
        yield pool


async def leads(client: Client) -> bool:
    return bool((await client.call(HEALTH, Empty())).info["leader"])


async def all_fetched(client: Client) -> bool:
    return all(feed.last_success_at for feed in (await client.call(news.LIST_FEEDS, Empty())).feeds)


async def test_two_daemons_fetch_every_feed_once_and_the_second_follows_a_killed_leader(
    database: Database, own_pool: Pool, host: Host, folder: Path
):
    asked: Counter[str] = Counter()

    async def feed(request: web.Request) -> web.Response:
        asked[request.path] += 1
        return web.Response(body=FEED)

    address = await host(feed)
    given = {
        "CHITTI_FEEDS": " ".join(address + path for path in PATHS),
        "CHITTI_FEED_ALLOW": address.removeprefix("http://"),
    }
    async with AsyncExitStack() as stack:
        started = []
        for name in ("1", "2"):
            (folder / name).mkdir(mode=0o700)
            started.append(await stack.enter_async_context(news_process(folder / name, database, **given)))
        await first_true(lambda: all_fetched(started[0][1]))
        assert asked == dict.fromkeys(PATHS, 1)

        (leader, _), (_, second) = started if await leads(started[0][1]) else started[::-1]
        assert not await leads(second)
        leader.kill()
        await leader.wait()
        await own_pool.execute("UPDATE news.feeds SET next_due = now(), last_success_at = NULL")
        await first_true(lambda: leads(second))
        await first_true(lambda: all_fetched(second), 30)
        assert asked == dict.fromkeys(PATHS, 2)
        assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 2


async def test_feeds_wait_while_the_database_is_away_and_none_is_lost(host: Host):
    with server_folder() as data:
        server = DatabaseServer(data, {"synchronous_commit": "on"})
        await asyncio.to_thread(server.start)
        asked = 0

        async def feed(_request: web.Request) -> web.Response:
            nonlocal asked
            asked += 1
            if asked == 1:  # between the fetch and the storing
                await asyncio.to_thread(server.kill)
            return web.Response(body=FEED)

        try:
            url = (await asyncio.to_thread(server.create)).url_of("news-nlp")
            address = await host(feed)
            async with AsyncExitStack() as stack:
                pool = await stack.enter_async_context(await connect_pool(url, application_name="test"))
                client = await stack.enter_async_context(SafeClient(allow={address.removeprefix("http://")}))
                office = await stack.enter_async_context(Leadership(url, "test.feeds", retry_s=0.05))
                lanes, feeds = Lanes(), FeedStore(pool)
                stack.callback(lanes.close)
                await feeds.keep_only([address])
                metrics = NewsMetrics(CollectorRegistry())
                ingestion = Ingestion(client, ArticleStore(pool), feeds, lanes, lambda: datetime.now(UTC), metrics)
                schedule = FeedSchedule(ingestion, feeds, office, tick_s=0.05, lease_s=0.5)
                await stack.enter_async_context(schedule)
                await until(lambda: schedule._waiting)
                await asyncio.to_thread(server.restart)

                async def stored() -> bool:
                    try:
                        return (await feeds.all())[0]["items_seen"] == 2
                    except ServiceUnavailable:
                        return False

                await first_true(stored, 30)
                await until(lambda: not schedule._waiting)  # a look that began before the restart may fail after it
        finally:
            await asyncio.to_thread(server.stop)


async def test_a_feed_that_a_killed_daemon_was_fetching_is_not_lost(
    database: Database, own_pool: Pool, host: Host, folder: Path
):
    asked = 0
    hangs = asyncio.Event()

    async def feed(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            hangs.set()
            await asyncio.Event().wait()
        return web.Response(body=FEED)

    address = await host(feed)
    given = {"CHITTI_FEEDS": address, "CHITTI_FEED_ALLOW": address.removeprefix("http://")}
    async with news_process(folder, database, **given) as (process, _):
        await hangs.wait()
        process.kill()
        await process.wait()
    left = await own_pool.fetchrow("SELECT failures, next_due - now() < interval '121 seconds' AS soon FROM news.feeds")
    assert left is not None
    assert (left["failures"], left["soon"]) == (0, True)
    await own_pool.execute("UPDATE news.feeds SET next_due = now()")  # as after the lease
    async with news_process(folder, database, **given) as (_, client):
        await first_true(lambda: all_fetched(client))
