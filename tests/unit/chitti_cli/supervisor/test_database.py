"""The keeper of the embedded PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from typing import cast

from chitti_cli.supervisor.backoff import Backoff
from chitti_cli.supervisor.database import embedded
from chitti_shared.db import EmbeddedServer
from chitti_shared.errors import ServiceUnavailable


class Server:
    """Ends at once, and answers each new start with the next of `starts`."""

    def __init__(self, *starts: Exception | None) -> None:
        self.starts = [None, *starts]
        self.ended = asyncio.Event()
        self.stopped = False

    async def start(self) -> None:
        failure = self.starts.pop(0)
        if not self.starts:
            self.ended = asyncio.Event()  # this run goes on
        else:
            self.ended.set()
        if failure is not None:
            raise failure

    async def wait(self) -> int:
        await self.ended.wait()
        return 128 + 9

    async def stop(self) -> None:
        self.stopped = True


async def reports_of(server: Server, last: str) -> list[tuple[str, str, str]]:
    """What is reported up to the line of level `last`."""
    reports: list[tuple[str, str, str]] = []
    came = asyncio.Event()

    def report(level: str, name: str, text: str) -> None:
        reports.append((level, name, text))
        if level == last:
            came.set()

    backoff = Backoff(0.001, 0.002, 30.0, random.Random(1))
    async with asyncio.timeout(10), embedded(cast("EmbeddedServer", server), backoff, report):
        await came.wait()
    return reports


async def test_a_server_that_was_killed_is_started_again():
    server = Server(ServiceUnavailable("no room"), None)
    first, second, third = await reports_of(server, "INFO")
    assert first[:2] == ("ERROR", "postgresql")
    assert first[2].startswith("ended by signal SIGKILL; starting it again in ")
    assert second[2].startswith("ended by a failed start: no room; starting it again in ")
    assert third == ("INFO", "postgresql", "is back")
    assert server.stopped


async def test_a_keeper_that_fails_says_that_the_server_is_kept_no_longer():
    server = Server(ValueError("a defect"))
    *_, last = await reports_of(server, "CRITICAL")
    assert last == ("CRITICAL", "postgresql", "is no longer kept running: ValueError('a defect')")
    assert server.stopped
