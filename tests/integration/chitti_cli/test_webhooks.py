"""`chitti webhooks` as its user types it, against a real daemon."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from signal_service.__main__ import wire
from support.terminal import Chitti

from tests.support.safe_fetching import serving

pytestmark = pytest.mark.integration


class Receiver:
    """Answers every request with one status."""

    status = 200
    address = ""

    async def handle(self, _request: web.Request) -> web.Response:
        return web.Response(status=self.status)

    @property
    def url(self) -> str:
        return f"http://{self.address}/alerts"


@pytest.fixture
async def receiver(database: Database, folder: Path) -> AsyncIterator[Receiver]:
    """What a running signal-service may send to."""
    taker = Receiver()
    async with serving(taker.handle) as port, AsyncExitStack() as stack:
        taker.address = f"127.0.0.1:{port}"
        settings = Settings(
            _env_file=None,
            chitti_runtime_dir=folder,
            chitti_data_dir=folder / "data",
            chitti_webhook_allow=[taker.address],
            database_url_signal_service=database.url_of("signal-service"),
        )
        server = await wire(settings, stack)
        await server.start(settings.listen_of("signal-service"))
        yield taker
        await server.close(grace_s=0)


async def test_a_webhook_is_made_tested_paused_resumed_and_removed(receiver: Receiver, chitti: Chitti):
    code, said, _ = await chitti(
        "webhooks", "put", "bot", receiver.url, "--sector", "it", "--min-confidence", "0", "--watchlist"
    )
    assert code == 0
    assert f"made: bot {receiver.url} (it and the watchlist and confidence from 0; delivering)" in said
    assert "secret (shown this once): whsec_" in said
    code, said, _ = await chitti("webhooks", "test", "bot")
    assert (code, said.startswith("accepted with 200")) == (0, True)
    receiver.status = 500
    code, _, complaints = await chitti("webhooks", "test", "bot")
    assert (code, "it answered 500, expected 200 to 299" in complaints) == (1, True)
    assert "paused" in (await chitti("webhooks", "pause", "bot"))[1]
    _, listed, _ = await chitti("webhooks", "--json")
    hook = json.loads(listed)
    assert (hook["disabled_by"], hook["filter"]["sectors"], hook["filter"]["min_confidence"]) == ("user", ["it"], 0.0)
    assert "secret" not in hook
    assert "delivering" in (await chitti("webhooks", "resume", "bot"))[1]
    code, page, _ = await chitti("webhooks")
    assert (code, "never" in page, receiver.address in page) == (0, True, True)
    code, said, _ = await chitti("webhooks", "remove", "bot")
    assert said.strip() == f"removed: bot {receiver.url}"
    assert "no webhooks" in (await chitti("webhooks"))[1]


async def test_what_makes_no_sense_is_told(receiver: Receiver, chitti: Chitti):
    for arguments, words in (
        (("put", "Bot", receiver.url), "can't be asked for"),
        (("put", "bot", "http://10.0.0.1/"), "public address"),
        (("put", "bot", receiver.url, "--sector", "Bankin"), "Banking"),
        (("pause", "bot"), "there is no webhook bot"),
        (("remove", "bot"), "there is no webhook bot"),
    ):
        code, _, complaints = await chitti("webhooks", *arguments)
        assert code == 1
        assert words in complaints
