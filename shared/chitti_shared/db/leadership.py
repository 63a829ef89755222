"""Electing one among several processes with an advisory lock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from chitti_shared.db.advisory import advisory_key
from chitti_shared.db.session import LastingSession, within


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
        # One event a term: who waits for the end of a term isn't misled by the beginning of the next.
        self._term_over = asyncio.Event()
        self._term_over.set()

    @property
    def is_leader(self) -> bool:
        return self._held.is_set()

    async def elected(self) -> None:
        """Wait until this candidate leads; returns at once when it does."""
        await self._held.wait()

    async def lost(self) -> None:
        """Wait until the present term ends; returns at once when this candidate doesn't lead."""
        await self._term_over.wait()

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` whenever this candidate leads; cancel it when the office is lost.

        Returns when `work` returns, and passes on what it raises.
        """
        while True:
            await self.elected()
            running = asyncio.ensure_future(work())
            lost = asyncio.ensure_future(self._term_over.wait())
            try:
                await asyncio.wait((running, lost), return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    return await running
            finally:
                lost.cancel()
                running.cancel()
                await asyncio.wait((running, lost))

    async def serve(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._key):
            if await within(gone, self._retry_s):
                return
        self._term_over = asyncio.Event()
        self._held.set()
        try:
            await self.watch(connection, gone)
        finally:
            self._held.clear()
            self._term_over.set()
