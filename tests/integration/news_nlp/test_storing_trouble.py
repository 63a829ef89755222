"""A database that fails while what a feed brought is being stored: no fault of the feed's, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.db import Leadership, Pool, connect_pool
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.http import SafeClient
from chitti_shared.ipc import Client, Lanes
from chitti_shared.testing.database import Database, DatabaseServer, server_folder
from news_nlp.feeds import Ingestion, NewsMetrics
from news_nlp.scheduler import FeedSchedule
from news_nlp.storage import ArticleStore, FeedStore
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]
# a full disk, a standby, rows held by others, a statement that takes too long, an internal error of the server's
OF_THE_SERVER = ("53100", "25006", "55P03", "57014", "XX000")
STATEMENTS = ("INSERT ON news.articles", "UPDATE OF last_success_at ON news.feeds")


class Site:
    """A feed that answers at both of its addresses; `asked` tells which were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(body=FEED, headers={"ETag": '"v1"'})


@asynccontextmanager
async def failing(database: Database, statement: str, sqlstate: str) -> AsyncIterator[None]:
    """Let a kind of statement fail for as long as the block lasts."""
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute(
            f"""
            CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '{sqlstate}'; END $$;
            CREATE TRIGGER failing BEFORE {statement} FOR EACH ROW EXECUTE FUNCTION public.fail();
            """
        )
        yield
        await connection.execute("DROP FUNCTION public.fail() CASCADE")
    finally:
        await connection.close()


async def moved_feed(feeds: FeedStore, pool: Pool, address: str) -> dict[str, Any]:
    """The row of a feed that is due and known to have moved."""
    await feeds.keep_only([f"{address}/old"])
    await pool.execute("UPDATE news.feeds SET moved_to = $1, next_due = now()", f"{address}/new")
    return dict((await feeds.all())[0])


def without_turn(row: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(row).items() if name != "next_due"}


def ingestion_of(pool: Pool, client: SafeClient, lanes: Lanes, registry: CollectorRegistry) -> Ingestion:
    feeds = FeedStore(pool)
    return Ingestion(client, ArticleStore(pool), feeds, lanes, lambda: datetime.now(UTC), NewsMetrics(registry))


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("sqlstate", OF_THE_SERVER)
async def test_a_statement_that_fails_leaves_the_feed_as_it_was_and_loses_nothing(
    database: Database, own_pool: Pool, host: Host, statement: str, sqlstate: str
):
    site, feeds, registry = Site(), FeedStore(own_pool), CollectorRegistry()
    address = await host(site)
    before = await moved_feed(feeds, own_pool, address)
    lanes = Lanes()
    async with SafeClient(allow={address.removeprefix("http://")}) as client:
        ingestion = ingestion_of(own_pool, client, lanes, registry)
        async with Leadership(database.url_of("news-nlp"), "test.feeds") as office:
            schedule = FeedSchedule(ingestion, feeds, office, lease_s=100)  # entered by nobody: one look at a time
            async with failing(database, statement, sqlstate):
                assert await schedule.run_due() == []
            assert site.asked == ["/old"]
            after = (await feeds.all())[0]
            assert without_turn(after) == without_turn(before)
            assert 90 < (after["next_due"] - before["next_due"]).total_seconds() < 130
            assert registry.get_sample_value("chitti_news_fetches_total", {"outcome": "postponed"}) == 1
            assert registry.get_sample_value("chitti_news_fetches_total", {"outcome": "failed"}) == 0

            await own_pool.execute("UPDATE news.feeds SET next_due = now()")  # as after the lease
            (outcome,) = await schedule.run_due()
    lanes.close()
    assert outcome.state == "fine"
    row = (await feeds.all())[0]
    assert (row["items_seen"], row["failures"], row["etag"]) == (2, 0, '"v1"')
    assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 2


@pytest.mark.parametrize("sqlstate", ["22003", "23514"])
async def test_values_that_the_database_refuses_let_the_feed_wait_like_a_failure_of_its_own(
    database: Database, own_pool: Pool, host: Host, sqlstate: str
):
    site, feeds = Site(), FeedStore(own_pool)
    address = await host(site)
    await feeds.keep_only([address])
    lanes = Lanes()
    async with (
        SafeClient(allow={address.removeprefix("http://")}) as client,
        failing(database, "INSERT ON news.articles", sqlstate),
    ):
        outcome = await ingestion_of(own_pool, client, lanes, CollectorRegistry()).scheduled(1)
    lanes.close()
    assert outcome is not None
    assert (outcome.state, outcome.error) == ("broke", "the feed could not be stored; the log tells why")
    assert (await feeds.all())[0]["failures"] == 1


async def test_a_caller_is_told_to_try_again_and_the_feed_is_not_blamed(
    database: Database, own_pool: Pool, start: Start, host: Host
):
    address = await host(Site())
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    request = news.AddFeedRequest(url=address, schedule="0 0 1 1 *")
    feed = (await client.call(news.ADD_FEED, request)).feed
    ingest = news.IngestRssRequest(feed_id=feed.feed_id)
    async with failing(database, "INSERT ON news.articles", "53100"):
        with pytest.raises(ServiceUnavailable, match="could not store it; the log tells why") as told:
            await client.call(news.INGEST_RSS, ingest)
    assert told.value.details == {"kind": "database"}
    (found,) = (await client.call(news.LIST_FEEDS, Empty())).feeds
    assert (found.failures, found.state, found.last_error) == (0, "new", None)
    assert (await client.call(news.INGEST_RSS, ingest)).new == 2


async def test_a_server_that_dies_between_the_fetch_and_the_storing_leaves_the_feed_as_it_was(host: Host):
    with server_folder() as data:
        server = DatabaseServer(data, {"synchronous_commit": "on"})
        await asyncio.to_thread(server.start)
        asked: list[str] = []

        async def feed(request: web.Request) -> web.Response:
            asked.append(request.path)
            await asyncio.to_thread(server.kill)
            return web.Response(body=FEED)

        lanes = Lanes()
        try:
            url = (await asyncio.to_thread(server.create)).url_of("news-nlp")
            address = await host(feed)
            async with (
                await connect_pool(url, application_name="test") as pool,
                SafeClient(allow={address.removeprefix("http://")}) as client,
            ):
                before = await moved_feed(FeedStore(pool), pool, address)
                with pytest.raises(ServiceUnavailable, match="database"):
                    await ingestion_of(pool, client, lanes, CollectorRegistry()).scheduled(1)
                assert asked == ["/old"]
                await asyncio.to_thread(server.restart)
            async with await connect_pool(url, application_name="test") as pool:
                assert without_turn((await FeedStore(pool).all())[0]) == without_turn(before)
        finally:
            lanes.close()
            await asyncio.to_thread(server.stop)
