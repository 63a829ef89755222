"""Electing one among several processes with an advisory lock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from chitti_shared.db.advisory import advisory_key
from chitti_shared.db.session import LastingSession


class Leadership(LastingSession):
    """Tries to hold the advisory lock `name`; who holds it leads.

    The lock lives as long as its connection: a leader that dies, or loses the database, is
    followed by another within `retry_s`. A leader that lost the database without noticing may
    believe in its office for up to three heartbeats more, so what leaders write must be
    guarded by keys as well.

    Use as an asynchronous context manager.

    Parameters
    ----------
    url : str
        The database.
    name : str
        What is led, e.g. "news-nlp.feeds"; the same in all candidates.
    application_name : str
        What the server calls this session.
    retry_s : float
        How often a candidate tries.
    heartbeat_s : float
        How soon a silent loss of the connection is noticed.
    """

    def __init__(
        self,
        url: str,
        name: str,
        *,
        application_name: str = "leadership",
        retry_s: float = 1.0,
        heartbeat_s: float = 2.0,
    ) -> None:
        super().__init__(url, application_name=application_name, heartbeat_s=heartbeat_s)
        self._key = advisory_key(name)
        self._retry_s = retry_s
        self._held = asyncio.Event()
        self._lost = asyncio.Event()
        self._lost.set()

    @property
    def is_leader(self) -> bool:
        return self._held.is_set()

    async def elected(self) -> None:
        """Wait until this candidate leads; returns at once when it does."""
        await self._held.wait()

    async def lost(self) -> None:
        """Wait until this candidate doesn't lead; returns at once when it doesn't."""
        await self._lost.wait()

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` whenever this candidate leads; cancel it when the office is lost.

        Returns when `work` returns, and passes on what it raises.
        """
        while True:
            await self.elected()
            running = asyncio.ensure_future(work())
            lost = asyncio.ensure_future(self.lost())
            try:
                await asyncio.wait((running, lost), return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    return await running
            finally:
                lost.cancel()
                running.cancel()
                await asyncio.wait((running, lost))

    async def serve(self, connection: asyncpg.Connection) -> None:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _connection: gone.set())
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._key):
            await _until(gone, self._retry_s)
        self._lost.clear()
        self._held.set()
        try:
            while not connection.is_closed():
                if not await _until(gone, self._heartbeat_s):
                    await self.beat(connection)
        finally:
            self._held.clear()
            self._lost.set()


async def _until(event: asyncio.Event, timeout_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return False
    return True
