"""Webhooks of a process that is killed again and again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys

import pytest
from aiohttp import web
from chitti_shared.contracts import signals
from chitti_shared.ipc import Client
from chitti_shared.testing.waiting import first_true

from tests.support.safe_fetching import serving

pytestmark = pytest.mark.integration

SEED = 20250930
ROUNDS, EVENTS = 5, 20  # kills, and events committed before each
PATIENCE_S = 60  # a machine may be busy; nothing waits that long by itself


async def spawn(database, folder, address: str) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "DATABASE_URL_SIGNAL_SERVICE": database.url_of("signal-service"),
        "CHITTI_RUNTIME_DIR": str(folder),
        "CHITTI_DATA_DIR": str(folder / "data"),
        "CHITTI_WEBHOOK_ALLOW": address,
        "CHITTI_LOG_LEVEL": "ERROR",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "signal_service", env=environment)


async def test_killing_the_process_leaves_no_event_out_and_keeps_their_order(database, folder, open_desk):
    chance = random.Random(SEED)
    folder.chmod(0o700)
    taken: list[int] = []

    async def take(request: web.Request) -> web.Response:
        await request.read()
        taken.append(int(request.headers["Chitti-Event-Id"].split("-")[1]))
        return web.Response(status=500 if chance.random() < 0.1 else 200)

    async def has(count: int) -> bool:
        return len(taken) >= count

    async def told(number: int) -> bool:
        return bool(taken) and taken[-1] == number

    async with serving(take) as port:
        address = f"127.0.0.1:{port}"
        process = await spawn(database, folder, address)
        try:
            desk = await open_desk()
            await put(folder, f"http://{address}/")
            for round_ in range(ROUNDS):
                reached = len(taken) + chance.randint(1, 5)
                await desk.raise_alerts(*range(round_ * EVENTS + 1, (round_ + 1) * EVENTS + 1))
                await first_true(lambda count=reached: has(count), PATIENCE_S)
                process.send_signal(signal.SIGKILL)
                await process.wait()
                process = await spawn(database, folder, address)
            await first_true(lambda: told(ROUNDS * EVENTS), PATIENCE_S)
        finally:
            process.terminate()
            assert await process.wait() == 0
    assert list(dict.fromkeys(taken)) == list(range(1, ROUNDS * EVENTS + 1))
    assert taken == sorted(taken)


async def put(folder, url: str) -> None:
    """Make the webhook as soon as the daemon answers."""
    client = Client(signals.SIGNAL_SERVICE, f"unix://{folder}/signal-service.sock")
    try:

        async def made() -> bool:
            return (folder / "signal-service.sock").exists()

        await first_true(made, PATIENCE_S)
        await client.call(signals.PUT_WEBHOOK, signals.PutWebhookRequest(name="bot", url=url))
    finally:
        await client.close()
