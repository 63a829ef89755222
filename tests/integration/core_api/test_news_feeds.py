"""Feeds over HTTP, from a real news-nlp behind the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from chitti_shared.settings import Settings
from news_nlp.__main__ import wire

pytestmark = pytest.mark.integration
FEEDS = "/api/news/feeds"
FAR = "https://feeds.example/markets.xml"


@pytest.fixture
async def http(stack: Any, database: Any, folder: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A logged-in client of a gateway whose news-nlp is the real one."""
    await stack.daemons["news-nlp"].stop()
    settings = Settings(
        _env_file=None,
        chitti_runtime_dir=folder,
        chitti_feeds=[],
        database_url_news_nlp=database.url_of("news-nlp"),
    )
    async with AsyncExitStack() as daemon:
        server = await wire(settings, daemon)
        await server.start(stack.daemons["news-nlp"].address)
        daemon.push_async_callback(server.close)
        yield await stack.logged_in()


async def test_feeds_are_added_changed_listed_and_removed(http: httpx.AsyncClient):
    made = await http.post(FEEDS, json={"url": FAR, "schedule": "0 18 * * mon-fri"})
    assert made.status_code == 200
    feed = made.json()["feed"]
    assert (feed["url"], feed["origin"], feed["enabled"], feed["schedule"]) == (FAR, "user", True, "0 18 * * mon-fri")

    path = f"{FEEDS}/{feed['feed_id']}"
    changed = (await http.patch(path, json={"name": "Markets", "schedule": None, "enabled": False})).json()["feed"]
    assert (changed["name"], changed["schedule"], changed["enabled"]) == ("Markets", None, False)
    assert (changed["disabled_by"], changed["next_due_at"]) == ("user", None)

    listed = (await http.get(FEEDS)).json()
    assert listed == {"feeds": [changed], "count": 1}
    assert (await http.delete(path)).json() == {"feed_id": feed["feed_id"], "url": FAR}
    assert (await http.get(FEEDS)).json() == {"feeds": [], "count": 0}


async def test_what_is_refused_has_the_status_of_its_error(http: httpx.AsyncClient):
    assert (await http.post(FEEDS, json={"url": FAR, "enabled": False})).status_code == 200
    for method, path, body, status, error in (
        ("POST", FEEDS, {"url": FAR}, 409, "conflict"),
        ("POST", FEEDS, {"url": "http://169.254.169.254/"}, 400, "invalid_input"),
        ("POST", FEEDS, {"url": FAR, "schedule": "noon"}, 400, "invalid_input"),
        ("POST", FEEDS, {"url": FAR, "cron": "* * * * *"}, 400, "invalid_input"),
        ("PATCH", f"{FEEDS}/99", {"enabled": False}, 404, "not_found"),
        ("PATCH", f"{FEEDS}/nine", {"enabled": False}, 400, "invalid_input"),
        ("DELETE", f"{FEEDS}/99", None, 404, "not_found"),
        ("POST", "/api/news/ingest", {"feed_id": 99}, 404, "not_found"),
    ):
        reply = await http.request(method, path, json=body)
        assert (reply.status_code, reply.json()["error"]) == (status, error), reply.text
