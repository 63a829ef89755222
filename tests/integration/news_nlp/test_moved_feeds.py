"""Feeds whose servers say that they live elsewhere from now on, and feeds that a user gives another address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError, Conflict, InvalidInput
from chitti_shared.http import Limits
from chitti_shared.ipc import Client

pytestmark = pytest.mark.integration
FEED = (Path(__file__).parents[2] / "data" / "feeds" / "google.xml").read_bytes()
FAR = "https://feeds.example/markets.xml"
NEVER = "0 0 1 1 *"
Start = Callable[..., Awaitable[Client]]
Host = Callable[[Any], Awaitable[str]]


class Site:
    """Answers each path with a status, a place to go to, or the feed; `asked` tells which were asked for."""

    def __init__(self, **answers: int | str | None) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.Response:
        path = request.path[1:]
        self.asked.append(path)
        match self.answers.get(path):
            case int(status):
                return web.Response(status=status)
            case str(target):
                return web.Response(status=301, headers={"Location": target})
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(body=FEED, headers={"ETag": '"v1"'})


@pytest.fixture
def site() -> Site:
    return Site(old="/new")


@pytest.fixture
async def client(start: Start, host: Host, site: Site) -> tuple[Client, str]:
    """A daemon that may fetch from the site, and the site's address."""
    address = await host(site)
    limits = Limits(attempts=1)
    return await start(chitti_feed_allow=[address.removeprefix("http://")], limits=limits), address


async def add(client: Client, url: str, **given: Any) -> int:
    request = news.AddFeedRequest(url=url, schedule=NEVER, **given)
    return int((await client.call(news.ADD_FEED, request)).feed.feed_id)


async def fetch(client: Client, feed_id: int) -> str | None:
    """What is wrong with the feed when it is fetched."""
    try:
        await client.call(news.INGEST_RSS, news.IngestRssRequest(feed_id=feed_id))
    except ChittiError as error:
        return error.message
    return None


async def update(client: Client, feed_id: int, **changes: Any) -> news.Feed:
    reply: news.FeedReply = await client.call(news.UPDATE_FEED, news.UpdateFeedRequest(feed_id=feed_id, **changes))
    return reply.feed


async def feed_of(client: Client, feed_id: int) -> news.Feed:
    feeds = (await client.call(news.LIST_FEEDS, Empty())).feeds
    found: news.Feed = next(feed for feed in feeds if feed.feed_id == feed_id)
    return found


async def test_a_feed_keeps_its_address_and_tells_where_it_moved_to(client: tuple[Client, str], site: Site):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    for _ in range(2):
        assert await fetch(daemon, feed_id) is None
    feed = await feed_of(daemon, feed_id)
    assert (feed.url, feed.moved_to, feed.address_error) == (f"{address}/old", f"{address}/new", None)
    assert (feed.state, feed.items_seen, feed.http_status) == ("ok", 2, 304)
    assert site.asked == ["old", "new"] * 2


async def test_a_redirect_that_ends_is_forgotten(client: tuple[Client, str], site: Site):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = None
    await fetch(daemon, feed_id)
    assert (await feed_of(daemon, feed_id)).moved_to is None


@pytest.mark.parametrize("status", [404, 410, 503])
async def test_when_the_old_address_dies_the_new_one_is_fetched(client: tuple[Client, str], site: Site, status: int):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = status
    site.asked.clear()
    for _ in range(3):
        assert await fetch(daemon, feed_id) is None
    assert site.asked == ["old", "new", "new", "new"]
    feed = await feed_of(daemon, feed_id)
    assert (feed.state, feed.enabled, feed.failures, feed.last_error) == ("ok", True, 0, None)
    assert (feed.moved_to, feed.address_error) == (f"{address}/new", f"127.0.0.1 answered {status}")


async def test_when_the_new_address_dies_the_old_one_is_asked_again(client: tuple[Client, str], site: Site):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = 503
    await fetch(daemon, feed_id)
    site.answers |= {"old": "/newer", "new": 404}
    assert await fetch(daemon, feed_id) is None
    feed = await feed_of(daemon, feed_id)
    assert (feed.moved_to, feed.address_error) == (f"{address}/newer", None)


async def test_a_new_address_that_moves_on_is_followed(client: tuple[Client, str], site: Site):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = 404
    await fetch(daemon, feed_id)
    site.answers["new"] = "/newer"
    await fetch(daemon, feed_id)
    feed = await feed_of(daemon, feed_id)
    assert (feed.moved_to, feed.address_error) == (f"{address}/newer", "127.0.0.1 answered 404")


@pytest.mark.parametrize(
    ("old", "new", "state", "status"),
    [(404, 500, "failing", 404), (410, 500, "failing", 500), (500, 410, "failing", 500), (410, 410, "gone", 410)],
)
@pytest.mark.parametrize("settled", [False, True])
async def test_when_both_addresses_fail_the_error_tells_of_both(
    client: tuple[Client, str], site: Site, settled: bool, old: int, new: int, state: str, status: int
):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = old
    if settled:
        await fetch(daemon, feed_id)
    site.answers["new"] = new
    told = f"127.0.0.1 answered {old}; where it moved to: 127.0.0.1 answered {new}"
    assert await fetch(daemon, feed_id) == told
    feed = await feed_of(daemon, feed_id)
    assert (feed.state, feed.http_status, feed.last_error) == (state, status, told)


async def test_a_server_that_names_a_time_is_not_got_round(client: tuple[Client, str], site: Site):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await fetch(daemon, feed_id)
    site.answers["old"] = 429
    site.asked.clear()
    assert await fetch(daemon, feed_id) == "127.0.0.1 answered 429"
    assert site.asked == ["old"]


async def test_a_place_that_was_moved_to_is_checked_like_any_address(client: tuple[Client, str], own_pool: Pool):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old")
    await own_pool.execute("UPDATE news.feeds SET moved_to = 'http://169.254.169.254/latest', address_error = 'gone'")
    assert await fetch(daemon, feed_id) is None  # by its own address
    assert (await feed_of(daemon, feed_id)).moved_to == f"{address}/new"


async def test_a_feed_with_a_new_address_begins_anew_there(client: tuple[Client, str], site: Site):
    daemon, address = client
    site.answers["old"] = 410
    feed_id = await add(daemon, f"{address}/old", name="Wire")
    await fetch(daemon, feed_id)
    assert (await feed_of(daemon, feed_id)).state == "gone"
    feed = await update(daemon, feed_id, url=f"{address}/new")
    assert (feed.url, feed.name, feed.state, feed.failures, feed.last_error) == (
        f"{address}/new",
        "Wire",
        "new",
        0,
        None,
    )
    assert await fetch(daemon, feed_id) is None
    assert (await feed_of(daemon, feed_id)).items_seen == 2


async def test_a_paused_feed_with_a_new_address_stays_paused(client: tuple[Client, str]):
    daemon, address = client
    feed_id = await add(daemon, f"{address}/old", enabled=False)
    assert (await update(daemon, feed_id, url=f"{address}/new")).state == "paused"


async def test_an_address_that_is_refused_or_another_feeds_is_not_taken(client: tuple[Client, str]):
    daemon, address = client
    first, second = await add(daemon, f"{address}/old"), await add(daemon, FAR)
    with pytest.raises(Conflict, match=f"is feed {first} already"):
        await update(daemon, second, url=f"{address}/old#top")
    with pytest.raises(InvalidInput) as refused:
        await update(daemon, second, url="http://10.0.0.1/rss")
    assert refused.value.details["constraint"] == "public address"
    assert (await update(daemon, second, url=FAR, name="Far")).name == "Far"


async def test_a_feed_of_the_setting_has_its_address_from_there(start: Start):
    daemon = await start(chitti_feeds=[FAR])
    with pytest.raises(Conflict, match="change it there"):
        await update(daemon, 1, url="https://feeds.example/other.xml")
    assert (await feed_of(daemon, 1)).url == FAR
