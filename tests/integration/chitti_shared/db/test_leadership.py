from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest
from chitti_shared.db import Leadership
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true, until

pytestmark = pytest.mark.integration


def candidate(database: Database, name: str, office: str = "feeds") -> Leadership:
    return Leadership(database.url_of("news-nlp"), office, application_name=name, retry_s=0.05, heartbeat_s=0.5)


async def cut(database: Database, application_name: str) -> None:
    admin = await asyncpg.connect(database.superuser_url)
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1", application_name
    )
    await admin.close()


async def test_one_of_two_leads_and_the_other_follows_it(database: Database) -> None:
    async with AsyncExitStack() as office:
        first = await office.enter_async_context(candidate(database, "first"))
        await first.elected()
        async with candidate(database, "second") as second:
            await first_true(lambda: has_tried(database, "second"))
            assert first.is_leader
            assert not second.is_leader
            await office.aclose()
            assert not first.is_leader
            async with asyncio.timeout(10):
                await second.elected()
    assert not second.is_leader


async def has_tried(database: Database, application_name: str) -> bool:
    admin = await asyncpg.connect(database.superuser_url)
    tried: bool = await admin.fetchval(
        "SELECT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE application_name = $1 AND state = 'idle' AND query LIKE '%pg_try_advisory_lock%')",
        application_name,
    )
    await admin.close()
    return tried


async def test_different_offices_have_their_own_leaders(database: Database) -> None:
    async with candidate(database, "a", "feeds") as feeds, candidate(database, "b", "models") as models:
        await until(lambda: feeds.is_leader and models.is_leader)


async def test_a_leader_whose_connection_dies_loses_the_office(database: Database) -> None:
    async with candidate(database, "only") as only:
        await only.elected()
        end_of_term = asyncio.create_task(only.lost())
        await cut(database, "only")
        async with asyncio.timeout(10):
            await end_of_term
            await only.elected()


async def test_work_runs_while_leading_and_is_cancelled_at_the_loss(database: Database) -> None:
    runs: list[str] = []

    async def work() -> None:
        runs.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            runs.append("ended")

    async with candidate(database, "worker") as worker:
        leading = asyncio.create_task(worker.lead(work))
        await until(lambda: runs == ["began"])
        await cut(database, "worker")
        await until(lambda: runs == ["began", "ended", "began"])
        leading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leading
    assert runs == ["began", "ended", "began", "ended"]


async def test_failing_work_is_told(database: Database) -> None:
    async def work() -> None:
        raise LookupError("told")

    async with candidate(database, "worker") as worker:
        with pytest.raises(LookupError, match="told"):
            await worker.lead(work)
