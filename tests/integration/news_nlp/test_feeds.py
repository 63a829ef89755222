"""Feeds as rows: added, changed, paused, removed over the wire, and what the setting has to do with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import Conflict, InvalidInput, NotFound
from chitti_shared.ipc import Client
from chitti_shared.market_time import IST
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from msgspec import UNSET
from news_nlp.feeds import DEFAULT_FEEDS
from news_nlp.storage import FeedStore

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
FAR = "https://feeds.example/markets.xml"
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]


@pytest.fixture
async def own_pool(database: Database) -> AsyncIterator[Pool]:
    async with await connect_pool(database.url_of("news-nlp"), application_name="test") as pool:
        yield pool


async def feeds_of(client: Client) -> list[news.Feed]:
    return (await client.call(news.LIST_FEEDS, Empty())).feeds


async def add(client: Client, **given: Any) -> news.Feed:
    return (await client.call(news.ADD_FEED, news.AddFeedRequest(**given))).feed


async def update(client: Client, feed_id: int, **changes: Any) -> news.Feed:
    return (await client.call(news.UPDATE_FEED, news.UpdateFeedRequest(feed_id=feed_id, **changes))).feed


async def leading(client: Client) -> None:
    """Once this daemon leads, only a change makes it look at the feeds before the next tick."""

    async def elected() -> bool:
        return bool((await client.call(HEALTH, Empty())).info["leader"])

    await first_true(elected)


def moment(text: str | None) -> datetime:
    assert text is not None
    return datetime.fromisoformat(text)


async def feeding(_request: web.Request) -> web.Response:
    return web.Response(body=FEED, headers={"ETag": '"v1"'})


async def test_an_added_feed_is_fetched_on_its_interval(start: Start, host: Host):
    address = await host(feeding)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    await leading(client)
    added = await add(client, url=f"{address}/feed", name="Wire", interval_s=300)
    assert (added.name, added.origin, added.enabled, added.schedule, added.interval_s) == (
        "Wire",
        "user",
        True,
        None,
        300,
    )

    async def stored() -> bool:
        return (await feeds_of(client))[0].items_seen == 2

    await first_true(stored)
    feed = (await feeds_of(client))[0]
    assert (feed.http_status, feed.failures, feed.last_error) == (200, 0, None)
    assert feed.last_new_at == feed.last_success_at == feed.last_attempt_at
    waits = moment(feed.next_due_at) - moment(feed.last_success_at)
    assert timedelta(seconds=295) < waits < timedelta(seconds=305)


async def test_links_and_letters_are_read_by_what_the_server_says(start: Start, host: Host):
    async def latin(request: web.Request) -> web.Response:
        if request.path == "/old":
            return web.Response(status=301, headers={"Location": "/new/feed"})
        item = "<item><title>Nestlé gains</title><link>story/1</link></item>"
        return web.Response(
            body=f"<rss><channel>{item}</channel></rss>".encode("latin-1"),
            headers={"Content-Type": "text/xml; charset=iso-8859-1"},
        )

    address = await host(latin)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    await client.call(news.INGEST_RSS, news.IngestRssRequest(url=f"{address}/old"))
    (article,) = (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).articles
    assert (article.title, article.url) == ("Nestlé gains", f"{address}/new/story/1")


async def test_a_feed_with_a_schedule_is_due_at_its_time_in_india(start: Start):
    client = await start()
    feed = await add(client, url=FAR, schedule="30 9 * * mon-fri")
    due = moment(feed.next_due_at).astimezone(IST)
    assert (due.hour, due.minute) == (9, 30)
    assert due.isoweekday() <= 5
    assert feed.last_attempt_at is None


@pytest.mark.parametrize(
    ("given", "field", "constraint"),
    [
        ({"url": "http://10.0.0.1/feed"}, "url", "public address"),
        ({"url": "ftp://feeds.example/"}, "url", "http or https"),
        ({"url": "http://feeds.example:8080/"}, "url", "port 80 or 443"),
        ({"url": "http://me:secret@feeds.example/"}, "url", "no credentials"),
        ({"url": FAR, "schedule": "61 * * * *"}, "schedule", "cron expression of five fields"),
        ({"url": FAR, "schedule": "* * *"}, "schedule", "cron expression of five fields"),
        ({"url": FAR, "interval_s": 5}, "interval_s", "int >= 60"),
        ({"url": FAR, "name": "a\nb"}, "name", None),
    ],
)
async def test_a_feed_that_makes_no_sense_is_refused(
    start: Start, given: dict[str, Any], field: str, constraint: str | None
):
    client = await start()
    with pytest.raises(InvalidInput) as refused:
        await add(client, **given)
    assert refused.value.details["field"] == field
    if constraint is not None:
        assert refused.value.details["constraint"] == constraint
    assert await feeds_of(client) == []


@pytest.mark.parametrize(
    "again", [FAR, FAR.upper().replace("MARKETS.XML", "markets.xml"), "https://feeds.example:443/markets.xml"]
)
async def test_an_address_is_a_feed_once(start: Start, again: str):
    client = await start()
    feed = await add(client, url=FAR, enabled=False)
    with pytest.raises(Conflict, match=f"is feed {feed.feed_id} already") as refused:
        await add(client, url=again)
    assert refused.value.details["feed_id"] == feed.feed_id
    assert len(await feeds_of(client)) == 1


async def test_what_is_given_is_changed_and_the_rest_stays(start: Start):
    client = await start()
    feed = await add(client, url=FAR, name="Wire", enabled=False)
    changed = await update(client, feed.feed_id, schedule="0 18 * * *")
    assert (changed.name, changed.schedule, changed.enabled, changed.next_due_at) == ("Wire", "0 18 * * *", False, None)
    changed = await update(client, feed.feed_id, name=None, schedule=None, interval_s=3600)
    assert (changed.name, changed.schedule, changed.interval_s) == (None, None, 3600)
    with pytest.raises(InvalidInput, match="found 'noon'"):
        await update(client, feed.feed_id, schedule="0 noon * * *")
    assert await update(client, feed.feed_id, name=UNSET) == changed


async def test_a_paused_feed_is_not_due_and_a_resumed_one_begins_anew(start: Start, own_pool: Pool):
    client = await start()
    feed = await add(client, url=FAR, schedule="0 18 * * *")
    store = FeedStore(own_pool)
    claimed = await store.claim(feed.feed_id, lease_s=60, at_any_time=True)
    assert claimed is not None
    await store.failed(claimed, error="no answer", status=None, next_in_s=9999)
    paused = await update(client, feed.feed_id, enabled=False)
    assert (paused.enabled, paused.disabled_by, paused.failures, paused.last_error) == (False, "user", 1, "no answer")
    assert await store.claim(feed.feed_id, lease_s=60) is None
    resumed = await update(client, feed.feed_id, enabled=True)
    assert (resumed.enabled, resumed.disabled_by, resumed.failures) == (True, None, 0)
    due = moment(resumed.next_due_at).astimezone(IST)
    assert (due.hour, due.minute) == (18, 0)


async def test_a_removed_feed_leaves_its_articles(start: Start, host: Host):
    address = await host(feeding)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=f"{address}/feed", schedule="0 0 1 1 *")
    assert (await client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed.feed_id))).new == 2
    gone = await client.call(news.REMOVE_FEED, news.RemoveFeedRequest(feed_id=feed.feed_id))
    assert (gone.feed_id, gone.url) == (feed.feed_id, f"{address}/feed")
    assert await feeds_of(client) == []
    assert (await client.call(news.GET_ARTICLES, news.GetArticlesRequest())).count == 2


async def test_an_id_that_no_feed_has_is_not_found(start: Start):
    client = await start()
    for action, request in (
        (news.UPDATE_FEED, news.UpdateFeedRequest(feed_id=7, enabled=False)),
        (news.REMOVE_FEED, news.RemoveFeedRequest(feed_id=7)),
        (news.INGEST_RSS, news.IngestRssRequest(feed_id=7)),
    ):
        with pytest.raises(NotFound, match="no feed has the id 7") as refused:
            await client.call(action, request)
        assert refused.value.details == {"kind": "feed", "feed_id": 7}


async def test_a_feed_is_fetched_now_whether_due_or_paused(start: Start, host: Host):
    asked: list[str | None] = []

    async def conditional(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"v1"':
            return web.Response(status=304)
        return await feeding(request)

    address = await host(conditional)
    client = await start(chitti_feed_allow=[address.removeprefix("http://")])
    feed = await add(client, url=address, enabled=False)
    fetch = news.IngestRssRequest(feed_id=feed.feed_id)
    first = await client.call(news.INGEST_RSS, fetch)
    second = await client.call(news.INGEST_RSS, fetch)
    assert (first.new, first.not_modified, second.new, second.not_modified) == (2, False, 0, True)
    assert asked == [None, '"v1"']
    feed = (await feeds_of(client))[0]
    assert (feed.http_status, feed.items_seen, feed.enabled) == (304, 2, False)
    assert moment(feed.last_new_at) < moment(feed.last_success_at)


async def test_a_feed_of_the_setting_can_be_paused_but_not_removed(start: Start):
    client = await start(chitti_feeds=[FAR])
    (feed,) = await feeds_of(client)
    assert feed.origin == "setting"
    with pytest.raises(Conflict, match="pause it instead"):
        await client.call(news.REMOVE_FEED, news.RemoveFeedRequest(feed_id=feed.feed_id))
    assert not (await update(client, feed.feed_id, enabled=False)).enabled


async def test_the_default_feeds_have_names(own_pool: Pool):
    store = FeedStore(own_pool)
    await store.keep_only(tuple(DEFAULT_FEEDS), DEFAULT_FEEDS)
    names = [row["name"] for row in await store.all()]
    assert names == ["Stocks on NSE and BSE", "Nifty and Sensex", "Results", "RBI and economy"]


async def test_a_changed_setting_disables_only_its_own(own_pool: Pool):
    store = FeedStore(own_pool)
    now = datetime.now(UTC)
    await store.keep_only(["https://a.example/rss", "https://b.example/rss"])
    await store.add("https://u.example/rss", name=None, schedule=None, interval_s=600, enabled=True, next_due=now)
    await store.keep_only(["https://b.example/rss"])

    async def states() -> dict[str, str | None]:
        return {row["url"][8]: row["disabled_by"] for row in await store.all()}

    assert await states() == {"a": "setting", "b": None, "u": None}
    assert {feed.url for feed in await store.due()} == {"https://b.example/rss", "https://u.example/rss"}
    await store.keep_only(["https://a.example/rss", "https://b.example/rss"])
    assert await states() == {"a": None, "b": None, "u": None}


async def test_what_a_user_paused_or_a_server_ended_stays_so_over_starts(own_pool: Pool, start: Start):
    client = await start(chitti_feeds=["https://a.example/rss", "https://b.example/rss"])
    store = FeedStore(own_pool)
    first, second = await feeds_of(client)
    await update(client, first.feed_id, enabled=False)
    claimed = await store.claim(second.feed_id, lease_s=60, at_any_time=True)
    assert claimed is not None
    await store.gone(claimed, error="b.example answered 410", status=410)
    await store.keep_only([])
    await store.keep_only([first.url, second.url])
    assert [feed.disabled_by for feed in await feeds_of(client)] == ["user", "gone"]
    assert (await client.call(HEALTH, Empty())).info["feeds_gone"] == 1


async def test_resuming_a_feed_that_left_the_setting_makes_it_the_users(own_pool: Pool, start: Start):
    store = FeedStore(own_pool)
    await store.keep_only([FAR])
    client = await start()
    (feed,) = await feeds_of(client)
    assert feed.disabled_by == "setting"
    assert (await update(client, feed.feed_id, enabled=True)).origin == "user"
    await store.keep_only([])
    assert (await feeds_of(client))[0].enabled


async def test_a_turn_is_given_once_and_comes_round_again_unless_it_is_noted(own_pool: Pool):
    store = FeedStore(own_pool)
    await store.keep_only([FAR])
    claimed = await store.claim(1, lease_s=60)
    assert claimed is not None
    assert claimed.url == FAR
    assert await store.claim(1, lease_s=60) is None
    assert await store.due() == []
    assert await store.claim(1, lease_s=-1, at_any_time=True) is not None
    assert [feed.feed_id for feed in await store.due()] == [1]


async def test_of_many_who_want_a_turn_one_gets_it(own_pool: Pool):
    store = FeedStore(own_pool)
    await store.keep_only([FAR])
    claims = await asyncio.gather(*(store.claim(1, lease_s=60) for _ in range(20)))
    assert sum(claim is not None for claim in claims) == 1


async def test_a_failing_feed_keeps_its_error_until_it_works_again(own_pool: Pool):
    store = FeedStore(own_pool)
    await store.keep_only([FAR])
    claimed = await store.claim(1, lease_s=60)
    assert claimed is not None
    await store.failed(claimed, error="x" * 600, status=503, next_in_s=1200)
    row = await store.one(1)
    assert row is not None
    assert (row["failures"], len(row["last_error"]), row["http_status"], row["last_success_at"]) == (1, 500, 503, None)
    assert await store.due() == []
    due = datetime.now(UTC) + timedelta(minutes=10)
    claimed = await store.claim(1, lease_s=60, at_any_time=True)
    assert claimed is not None
    await store.succeeded(
        claimed,
        status=200,
        items=3,
        new=0,
        etag=None,
        last_modified=None,
        moved_to=None,
        address_error=None,
        next_due=due,
    )
    row = await store.one(1)
    assert row is not None
    assert (row["failures"], row["last_error"], row["items_seen"], row["last_new_at"]) == (0, None, 3, None)
    assert row["next_due"] == due
