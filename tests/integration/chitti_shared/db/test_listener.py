from __future__ import annotations

import asyncio

import asyncpg
import pytest
from chitti_shared.db import Listener, Pool
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import until

pytestmark = pytest.mark.integration


class Wakes:
    """Counts calls; `reach(n)` waits for the n-th."""

    def __init__(self) -> None:
        self.count = 0
        self._called = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self._called.set()

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.count < count:
                self._called.clear()
                await self._called.wait()


async def test_a_notification_wakes(database: Database, pool: Pool) -> None:
    wakes = Wakes()
    async with Listener(database.url_of("signal-service"), {"news_articles": wakes}):
        await wakes.reach(1)  # after connecting
        await pool.execute("NOTIFY news_articles, '17'")
        await wakes.reach(2)
        await pool.execute("NOTIFY elsewhere; NOTIFY news_articles")
        await wakes.reach(3)
    assert wakes.count == 3


async def test_a_rolled_back_notification_does_not_wake(database_url: str, pool: Pool) -> None:
    wakes = Wakes()
    async with Listener(database_url, {"news_articles": wakes}):
        await wakes.reach(1)
        async with pool.acquire() as connection:
            await connection.execute("BEGIN; NOTIFY news_articles; ROLLBACK")
        await pool.execute("NOTIFY news_articles")
        await wakes.reach(2)
    assert wakes.count == 2


async def test_a_lost_connection_is_made_again_and_wakes(database: Database, pool: Pool) -> None:
    wakes = Wakes()
    async with Listener(database.url_of("core-api"), {"alerts": wakes}, application_name="ears") as listener:
        await wakes.reach(1)
        for loss in range(3):
            await cut(database, "ears")
            await wakes.reach(2 + loss)
        await asyncio.wait_for(listener.connected.wait(), 5)
        await pool.execute("NOTIFY alerts")
        await wakes.reach(5)


async def test_one_connection_hears_every_channel_and_wakes_all_after_a_loss(database: Database, pool: Pool) -> None:
    news, prices = Wakes(), Wakes()
    channels = {"news_articles": news, "prices_imported": prices, "signals_rules": prices}
    async with Listener(database.url_of("signal-service"), channels, application_name="ears") as listener:
        await listener.connected.wait()
        assert (news.count, prices.count) == (1, 1)
        await pool.execute("NOTIFY signals_rules")
        await prices.reach(2)
        await pool.execute("NOTIFY prices_imported")
        await prices.reach(3)
        await pool.execute("NOTIFY news_articles")
        await news.reach(2)
        await cut(database, "ears")  # which finds just one session
        await news.reach(3)
        await prices.reach(4)
    assert (news.count, prices.count) == (3, 4)


async def test_an_odd_channel_is_refused_at_once(database_url: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        Listener(database_url, {'alerts"; DROP': lambda: None})


async def test_a_failing_callback_is_not_swallowed(database_url: str) -> None:
    def fail() -> None:
        raise LookupError("told")

    with pytest.raises(LookupError, match="told"):
        async with Listener(database_url, {"alerts": fail}) as listener:
            await until(lambda: listener.finished)


async def cut(database: Database, application_name: str) -> None:
    admin = await asyncpg.connect(database.superuser_url)
    cut = await admin.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1", application_name
    )
    await admin.close()
    assert len(cut) == 1
