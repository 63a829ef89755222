from __future__ import annotations

import asyncio

import asyncpg
import pytest
from chitti_shared.db.session import LastingSession

pytestmark = pytest.mark.integration


class Thwarted(LastingSession):
    """Meets a table that is not there, `times` times; then it works."""

    def __init__(self, url: str, times: int) -> None:
        super().__init__(url, application_name="test", heartbeat_s=1.0)
        self._left = times
        self.works = asyncio.Event()

    async def serve(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        if self._left:
            self._left -= 1
            await connection.execute("SELECT FROM a_table_under_restoration")
        self.works.set()
        await self.watch(connection, gone)


async def test_what_the_server_refuses_for_a_while_ends_no_session(database_url: str) -> None:
    async with Thwarted(database_url, times=2) as session, asyncio.timeout(10):
        await session.works.wait()
        assert not session.finished
