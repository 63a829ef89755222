"""A connection of one's own that is made again whenever it is lost."""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from typing import Self

import asyncpg

from chitti_shared.db.failures import mapped_connecting, mapped_failures
from chitti_shared.db.pool import session_settings
from chitti_shared.errors import ChittiError
from chitti_shared.logs import get_logger

log = get_logger(__name__)

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 5.0
# What a database may answer while it is restored, its roles are changed, or it is going away: it passes
_PASSING = (ChittiError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class LastingSession(ABC):
    """Runs `serve` on a dedicated connection, and again on a new one after a loss.

    Between two tries it pauses, longer each time, with full jitter. The connection is asked
    a trifle every `heartbeat_s`, so that a peer that vanished without a word is noticed.
    """

    def __init__(self, url: str, *, application_name: str, heartbeat_s: float) -> None:
        self._url = url
        self._application_name = application_name
        self._heartbeat_s = heartbeat_s
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep(), name=f"{self._application_name} session")
        self._task.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *_failure: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled() and (failure := self._task.exception()):
            raise failure

    @property
    def finished(self) -> bool:
        """Whether it gave up for good: what it was given to do failed by a defect. Leaving the context tells how."""
        return self._task is not None and self._task.done()

    @abstractmethod
    async def serve(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        """Work on a fresh connection until `gone` is set, which says that it was closed, or until it fails."""

    async def watch(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        """Wait until the connection is lost; raises what the heartbeat found."""
        while not await within(gone, self._heartbeat_s):
            await connection.execute("SELECT 1", timeout=self._heartbeat_s)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("database session ended by a defect", session=self._application_name, exc_info=failure)

    async def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        known = ""  # the reason of the loss before: one that lasts is told once
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._one_session()
            except _PASSING as error:
                reason = str(error)
                if reason != known:
                    log.warning("database session lost", session=self._application_name, reason=reason)
                known = reason
            if loop.time() - began > LONGEST_PAUSE_S:
                pause_s, known = FIRST_PAUSE_S, ""
            await asyncio.sleep(random.uniform(0, pause_s))  # noqa: S311 - jitter, not a secret
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _one_session(self) -> None:
        with mapped_connecting():
            connection = await asyncpg.connect(
                self._url,
                timeout=10,
                command_timeout=max(self._heartbeat_s, 1.0) * 2,
                server_settings=session_settings(self._application_name, 10.0),
            )
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _connection: gone.set())
        try:
            with mapped_failures():
                await self.serve(connection, gone)
        finally:
            connection.terminate()


async def within(event: asyncio.Event, timeout_s: float) -> bool:
    """Whether `event` is set before `timeout_s` is over."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
