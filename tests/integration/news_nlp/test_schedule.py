"""The schedule: one leader, no overlap, conditional fetches, back-off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.db import Leadership, Pool, connect_pool
from chitti_shared.http import Limits, SafeClient
from chitti_shared.ipc import Lanes
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true, until
from news_nlp.feeds import Ingestion, NewsMetrics
from news_nlp.scheduler import FeedSchedule
from news_nlp.storage import ArticleStore, FeedStore
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
Host = Callable[[Any], Awaitable[str]]
Build = Callable[[str], Awaitable[FeedSchedule]]


@pytest.fixture
async def own_pool(database: Database) -> AsyncIterator[Pool]:
    async with await connect_pool(database.url_of("news-nlp"), application_name="test") as pool:
        yield pool


@pytest.fixture
async def build(own_pool: Pool, database: Database) -> AsyncIterator[Build]:
    """A running schedule that may fetch from `address`; every call is one more replica."""
    async with AsyncExitStack() as stack:

        async def replica(address: str) -> FeedSchedule:
            client = await stack.enter_async_context(SafeClient(allow={address.removeprefix("http://")}))
            lanes = Lanes()
            stack.callback(lanes.close)
            feeds = FeedStore(own_pool)
            ingestion = Ingestion(client, ArticleStore(own_pool), feeds, lanes, lambda: datetime.now(UTC), metrics())
            office = await stack.enter_async_context(Leadership(database.url_of("news-nlp"), "test.feeds"))
            return await stack.enter_async_context(FeedSchedule(ingestion, feeds, office, tick_s=0.05))

        yield replica


def metrics() -> NewsMetrics:
    return NewsMetrics(CollectorRegistry())


async def make_due_once_fetched(pool: Pool) -> None:
    """Bring the next turn forward, after a fetch was noted: its lease is shorter than the interval."""

    async def brought_forward() -> bool:
        status = await pool.execute(
            "UPDATE news.feeds SET next_due = now() WHERE next_due > now() + interval '200 seconds'"
        )
        return status == "UPDATE 1"

    await first_true(brought_forward)


async def test_replicas_fetch_a_due_feed_once(own_pool: Pool, build: Build, host: Host):
    asked: list[str] = []

    async def feed(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=FEED)

    address = await host(feed)
    await FeedStore(own_pool).keep_only([f"{address}/a", f"{address}/b"])
    for _ in range(3):
        await build(address)

    async def all_fetched() -> bool:
        rows = await FeedStore(own_pool).all()
        return all(row["items_seen"] == 2 for row in rows)

    await first_true(all_fetched)
    assert sorted(asked) == ["/a", "/b"]
    assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 2


async def test_a_feed_that_did_not_change_costs_no_reading(own_pool: Pool, build: Build, host: Host):
    statuses: list[int] = []

    async def feed(request: web.Request) -> web.Response:
        known = request.headers.get("If-None-Match") == '"v1"'
        statuses.append(304 if known else 200)
        return web.Response(status=statuses[-1], body=b"" if known else FEED, headers={"ETag": '"v1"'})

    address = await host(feed)
    await FeedStore(own_pool).keep_only([address])
    await build(address)
    for fetches in (1, 2, 3):
        await until(lambda wanted=fetches: len(statuses) == wanted)
        await make_due_once_fetched(own_pool)
    assert statuses[:3] == [200, 304, 304]
    row = (await FeedStore(own_pool).all())[0]
    assert (row["items_seen"], row["failures"]) == (2, 0)


async def test_a_fetch_under_way_is_not_started_again(own_pool: Pool, build: Build, host: Host):
    running = most = done = 0
    release = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await release.wait()
        running -= 1
        done += 1
        return web.Response(body=FEED)

    address = await host(slow)
    await FeedStore(own_pool).keep_only([address])
    schedule = await build(address)
    await until(lambda: running == 1)
    await schedule.tick()
    await schedule.tick()
    release.set()
    await until(lambda: done == 1)
    assert most == 1


async def test_a_failing_feed_waits_longer_each_time_and_as_long_as_it_is_asked_to(
    own_pool: Pool, build: Build, host: Host
):
    async def busy(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "40000"})

    address = await host(busy)
    await FeedStore(own_pool).keep_only([address])
    await build(address)

    async def failed() -> bool:
        return (await FeedStore(own_pool).all())[0]["failures"] == 1

    await first_true(failed)
    row = (await FeedStore(own_pool).all())[0]
    assert 39_990 < (row["next_due"] - row["last_attempt_at"]).total_seconds() <= 40_000
    assert "429" in row["last_error"]


async def test_the_wait_doubles_up_to_six_hours_and_ends_with_the_first_success(own_pool: Pool, host: Host):
    broken = True

    async def failing(_request: web.Request) -> web.Response:
        return web.Response(status=500) if broken else web.Response(body=FEED)

    address = await host(failing)
    feeds = FeedStore(own_pool)
    await feeds.keep_only([address])
    lanes = Lanes()
    async with SafeClient(allow={address.removeprefix("http://")}, limits=Limits(attempts=1)) as client:
        ingestion = Ingestion(client, ArticleStore(own_pool), feeds, lanes, lambda: datetime.now(UTC), metrics())

        async def turn(hours: timedelta = timedelta(hours=4)) -> tuple[str, float]:
            await own_pool.execute(
                "UPDATE news.feeds SET next_due = now(), failing_since = failing_since - $1::interval", hours
            )
            outcome = await ingestion.scheduled(1)
            row = await feeds.one(1)
            assert outcome is not None
            assert row is not None
            return outcome.state, (row["next_due"] - row["last_attempt_at"]).total_seconds()

        states = []
        for longest in (600, 1200, 2400, 4800, 9600, 19_200, 21_600, 21_600):
            state, waits = await turn()
            assert longest / 2 - 1 <= waits <= longest
            states.append(state)
        assert states == ["broke", *["still broken"] * 5, "dead", "dead"]
        broken = False
        assert (await turn())[0] == "recovered"
        assert (await turn())[0] == "fine"
    lanes.close()


async def test_a_feed_that_is_gone_is_fetched_no_more(own_pool: Pool, build: Build, host: Host):
    asked = 0

    async def gone(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=410)

    address = await host(gone)
    feeds = FeedStore(own_pool)
    await feeds.keep_only([address])
    schedule = await build(address)

    async def disabled() -> bool:
        return (await feeds.all())[0]["disabled_by"] == "gone"

    await first_true(disabled)
    row = (await feeds.all())[0]
    assert (row["enabled"], row["http_status"], row["last_error"]) == (False, 410, "127.0.0.1 answered 410")
    await own_pool.execute("UPDATE news.feeds SET next_due = now()")
    assert await schedule.run_due() == []
    assert asked == 1


async def test_a_slow_host_delays_only_its_own_feeds(own_pool: Pool, database: Database, host: Host):
    async def serving(request: web.Request) -> web.Response:
        if request.host.startswith("slow"):
            await asyncio.Event().wait()
        return web.Response(body=FEED)

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    port = (await host(serving)).rpartition(":")[2]
    names = [f"slow.example:{port}"] * 20 + [f"quick{number}.example:{port}" for number in range(10)]
    feeds = FeedStore(own_pool)
    await feeds.keep_only([f"http://{name}/{number}" for number, name in enumerate(names)])
    lanes = Lanes()
    async with (
        SafeClient(allow=set(names), resolve=here) as client,
        Leadership(database.url_of("news-nlp"), "test.feeds") as office,
    ):
        ingestion = Ingestion(client, ArticleStore(own_pool), feeds, lanes, lambda: datetime.now(UTC), metrics())
        async with FeedSchedule(ingestion, feeds, office, tick_s=0.05):

            async def quick_ones_fetched() -> bool:
                return sum(row["last_success_at"] is not None for row in await feeds.all()) == 10

            await first_true(quick_ones_fetched)
    lanes.close()


class Counting:
    """Answers with the feed; `asked` is how often."""

    asked = 0

    async def __call__(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(body=FEED)


async def test_turns_that_were_missed_count_as_one(own_pool: Pool, build: Build, host: Host):
    server = Counting()
    address = await host(server)
    feeds = FeedStore(own_pool)
    await feeds.keep_only([address])
    await own_pool.execute("UPDATE news.feeds SET next_due = now() - interval '3 days', schedule = '* * * * *'")
    schedule = await build(address)
    await until(lambda: server.asked == 1)

    async def noted() -> bool:
        return (await feeds.all())[0]["items_seen"] == 2

    await first_true(noted)
    assert await schedule.run_due() == []
    row = (await feeds.all())[0]
    assert 0 < (row["next_due"] - row["last_success_at"]).total_seconds() <= 60


async def test_a_page_in_the_place_of_a_feed_is_kept_as_its_error(own_pool: Pool, build: Build, host: Host):
    async def page(_request: web.Request) -> web.Response:
        return web.Response(body=b"<!DOCTYPE html><html><body>Sign in</body></html>")

    address = await host(page)
    await FeedStore(own_pool).keep_only([address])
    await build(address)

    async def failed() -> bool:
        return (await FeedStore(own_pool).all())[0]["failures"] == 1

    await first_true(failed)
    assert "HTML page" in (await FeedStore(own_pool).all())[0]["last_error"]


async def test_a_defect_lets_a_feed_wait_like_a_failure_of_its_own(own_pool: Pool, host: Host):
    async def feed(_request: web.Request) -> web.Response:
        return web.Response(body=FEED)

    def broken_clock() -> datetime:
        raise LookupError("a defect")

    address = await host(feed)
    feeds = FeedStore(own_pool)
    await feeds.keep_only([address])
    async with SafeClient(allow={address.removeprefix("http://")}) as client:
        ingestion = Ingestion(client, ArticleStore(own_pool), feeds, Lanes(), broken_clock, metrics())
        outcome = await ingestion.scheduled(1)
    assert outcome is not None
    assert (outcome.state, outcome.error) == ("broke", "the feed could not be stored; the log tells why")
    row = (await feeds.all())[0]
    assert row["failures"] == 1
    assert row["next_due"] > row["last_attempt_at"]


async def test_another_replica_takes_over_when_the_leader_goes(own_pool: Pool, database: Database, host: Host):
    server = Counting()
    address = await host(server)
    feeds = FeedStore(own_pool)
    await feeds.keep_only([address])
    lanes = Lanes()
    async with SafeClient(allow={address.removeprefix("http://")}) as client:
        ingestion = Ingestion(client, ArticleStore(own_pool), feeds, lanes, lambda: datetime.now(UTC), metrics())
        second = Leadership(database.url_of("news-nlp"), "test.feeds", retry_s=0.05)
        async with Leadership(database.url_of("news-nlp"), "test.feeds") as first:
            await first.elected()
            async with second, FeedSchedule(ingestion, feeds, second, tick_s=0.05):
                assert server.asked == 0
                await first.__aexit__(None, None, None)
                await until(lambda: server.asked == 1)
    lanes.close()
