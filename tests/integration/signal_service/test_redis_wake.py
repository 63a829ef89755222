"""Instances that wake each other through a real Redis."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from chitti_shared.contracts import signals
from chitti_shared.testing.waiting import first_true
from signal_service.work import redis_wake
from signal_service.work.redis_wake import RedisWake

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="Debian's redis-server is not installed"),
]

TIMEOUT_S = 20


class RedisServer:
    """A Redis on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"],
            cwd=self.socket.parent,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    monkeypatch.setattr(redis_wake, "_PAUSE_S", 0.05)
    running = RedisServer(folder)
    yield running
    running.stop()


class Instance:
    """Counts how often it is woken."""

    def __init__(self, url: str) -> None:
        self.woken = 0
        self.wake = RedisWake(url, self._count)
        self.task = asyncio.create_task(self.wake.run())

    def _count(self) -> None:
        self.woken += 1

    async def reaches(self, count: int) -> None:
        async def reached() -> bool:
            return self.woken >= count

        await first_true(reached, TIMEOUT_S)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def test_a_commit_of_one_wakes_the_others_also_after_redis_was_away(server: RedisServer):
    one, two = Instance(server.url), Instance(server.url)
    server.start()
    await one.reaches(1)
    await two.reaches(1)  # a connection wakes: something may have been missed
    one.wake.announce()
    await two.reaches(2)
    server.stop()
    server.start()
    before = two.woken
    await two.reaches(before + 1)
    one.wake.announce()
    await two.reaches(before + 2)
    await one.stop()
    await two.stop()


async def test_an_instance_ends_wherever_it_is_told_to(server: RedisServer):
    server.start()
    for steps in range(120):
        one = Instance(server.url)
        one.wake.announce()
        for _ in range(steps % 40):
            await asyncio.sleep(0)
        one.task.cancel()
        done, _ = await asyncio.wait([one.task], timeout=TIMEOUT_S)
        assert done, f"{steps % 40} steps after its start"


async def test_a_service_with_redis_tells_its_alerts_and_one_without_redis_being_there_too(
    start_service, open_desk, server: RedisServer
):
    server.start()
    with_redis = await start_service(redis_url=server.url)
    away = await start_service("second", redis_url=f"unix://{server.socket}.none")
    desk = await open_desk()
    for service, number in ((with_redis, 1), (away, 2)):
        async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
            await desk.raise_alerts(number)
            async with asyncio.timeout(TIMEOUT_S):
                event = await anext(stream)
        assert event.event == "new_alert"
