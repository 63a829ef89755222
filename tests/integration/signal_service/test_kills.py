from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys

import pytest
from chitti_shared.contracts import signals
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
SEED = 20250930
PATIENCE_S = 60  # a machine may be busy; nothing waits that long by itself


class Follower:
    """A client that keeps following the log: resumes after its last event whenever it is cut off."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.at: str | None = None
        self.received: list[tuple[str, str]] = []
        self.resets = 0
        self.connections = 0

    async def follow(self) -> None:
        while True:
            client = Client(signals.SIGNAL_SERVICE, self.address)
            try:
                request = signals.SubscribeRequest(after=self.at)
                async with client.subscribe(signals.SUBSCRIBE, request) as stream:
                    self.connections += 1
                    self.at = self.at or stream.first.at
                    async for event in stream:
                        self._take(event)
            except ServiceUnavailable:
                await asyncio.sleep(0.01)
            finally:
                await client.close()

    def _take(self, event) -> None:
        if event.event == "new_alert":
            self.received.append((event.event_id, json.loads(event.data)["symbol"]))
        self.resets += event.event == "reset"
        self.at = event.event_id or self.at


async def spawn(database, folder) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "DATABASE_URL_SIGNAL_SERVICE": database.url_of("signal-service"),
        "CHITTI_RUNTIME_DIR": str(folder),
        "CHITTI_DATA_DIR": str(folder / "data"),
        "CHITTI_LOG_LEVEL": "ERROR",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "signal_service", env=environment)


async def test_killing_the_process_loses_and_repeats_no_alert(
    database, folder, serve_market, stock_market, newsroom, pool
):
    chance = random.Random(SEED)
    symbols = [f"SYM{number}" for number in range(40)]
    await serve_market()
    for symbol in symbols:
        await stock_market.store(symbol, RISING)
    folder.chmod(0o700)
    follower = Follower(f"unix://{folder}/signal-service.sock")
    following = asyncio.create_task(follower.follow())
    waiting = iter(symbols)
    process = await spawn(database, folder)
    try:
        await first_true(lambda: connected(follower, 1), PATIENCE_S)
        for round_ in range(4):
            for symbol in [next(waiting) for _ in range(10)]:
                await newsroom.publish(symbol)
                await asyncio.sleep(chance.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
            await process.wait()
            process = await spawn(database, folder)
            await first_true(lambda reached=round_ + 2: connected(follower, reached), PATIENCE_S)
        await first_true(lambda: complete(follower, 40), PATIENCE_S)
    finally:
        following.cancel()
        process.terminate()
        assert await process.wait() == 0
        await asyncio.wait([following])
    committed = await pool.fetch("SELECT seq, alert_id, data FROM signals.events ORDER BY seq")
    assert [int(event_id.split("-")[1]) for event_id, _ in follower.received] == list(range(1, 41))
    assert [symbol for _, symbol in follower.received] == [json.loads(row["data"])["symbol"] for row in committed]
    assert sorted(symbol for _, symbol in follower.received) == sorted(symbols)
    assert len({event_id.split("-")[0] for event_id, _ in follower.received}) == 1
    assert follower.resets == 0


async def connected(follower: Follower, times: int) -> bool:
    return follower.connections >= times


async def complete(follower: Follower, count: int) -> bool:
    return len(follower.received) >= count
