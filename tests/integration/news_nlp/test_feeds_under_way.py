"""What users change of a feed while it is being fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Client

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
FAR = "https://feeds.example/markets.xml"
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]


async def feeds_of(client: Client) -> list[news.Feed]:
    return (await client.call(news.LIST_FEEDS, Empty())).feeds


async def add(client: Client, **given: Any) -> news.Feed:
    return (await client.call(news.ADD_FEED, news.AddFeedRequest(**given))).feed


async def update(client: Client, feed_id: int, **changes: Any) -> news.Feed:
    return (await client.call(news.UPDATE_FEED, news.UpdateFeedRequest(feed_id=feed_id, **changes))).feed


class Holding:
    """Answers with the feed, or nothing but a status, once it is let: `asked` tells of a request, `free` lets it go."""

    def __init__(self, status: int = 200) -> None:
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        self.status = status

    async def __call__(self, _request: web.Request) -> web.Response:
        self.asked.set()
        await self.free.wait()
        return web.Response(body=FEED) if self.status == 200 else web.Response(status=self.status)


async def test_a_feed_that_is_removed_while_it_is_fetched_is_not_found(start: Start, host: Host):
    server = Holding()
    address = await host(server)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=address, enabled=False)
    fetch = asyncio.create_task(client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed.feed_id)))
    await server.asked.wait()
    await client.call(news.REMOVE_FEED, news.RemoveFeedRequest(feed_id=feed.feed_id))
    server.free.set()
    with pytest.raises(NotFound, match="no feed has the id"):
        await fetch
    assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).count == 0


async def test_a_timetable_that_changes_during_a_fetch_is_the_one_that_counts(start: Start, host: Host):
    server = Holding()
    address = await host(server)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=address, schedule="0 0 1 1 *")
    fetch = asyncio.create_task(client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed.feed_id)))
    await server.asked.wait()
    change = news.UpdateFeedRequest(feed_id=feed.feed_id, schedule=None, interval_s=3_600)
    expected = (await client.call(news.UPDATE_FEED, change)).feed.next_due_at
    server.free.set()
    assert (await fetch).new == 2
    assert [one.next_due_at for one in await feeds_of(client)] == [expected]


@pytest.mark.parametrize("changes", [{"interval_s": 86_400}, {"schedule": "0 0 1 1 *"}, {"enabled": True}])
async def test_a_fetch_that_fails_leaves_a_turn_that_was_set_meanwhile(
    start: Start, host: Host, changes: dict[str, Any]
):
    server = Holding(status=404)
    address = await host(server)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=address, schedule="0 0 2 1 *")
    fetch = asyncio.create_task(client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed.feed_id)))
    await server.asked.wait()
    if "enabled" in changes:
        await update(client, feed.feed_id, enabled=False)
    expected = await update(client, feed.feed_id, **changes)
    server.free.set()
    with pytest.raises(InvalidInput, match="answered 404"):
        await fetch
    (found,) = await feeds_of(client)
    assert found.next_due_at == expected.next_due_at
    assert (found.failures, found.state, found.last_error) == (1, "failing", "127.0.0.1 answered 404")


async def test_a_fetch_of_an_address_that_was_replaced_meanwhile_says_nothing_of_the_feed(start: Start, host: Host):
    server = Holding(status=410)
    address = await host(server)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=address, schedule="0 0 1 1 *")
    fetch = asyncio.create_task(client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed.feed_id)))
    await server.asked.wait()
    expected = await update(client, feed.feed_id, url=FAR)
    server.free.set()
    with pytest.raises(InvalidInput, match="answered 410"):
        await fetch
    assert await feeds_of(client) == [expected]
