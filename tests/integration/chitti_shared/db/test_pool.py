from __future__ import annotations

import asyncio
import logging
import time

import asyncpg
import pytest
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import InvalidInput, Overloaded, ServiceUnavailable, Timeout
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import until

pytestmark = pytest.mark.integration


async def test_json_columns_take_and_give_objects(pool: Pool) -> None:
    document = {"a": [1, 2.5, None], "b": {"c": "ß"}}
    row = await pool.fetchrow("SELECT $1::jsonb AS b, $1::json AS j, NULL::jsonb AS n", document)
    assert row is not None
    assert (row["b"], row["j"], row["n"]) == (document, document, None)


async def test_a_session_is_named_and_in_utc(pool: Pool) -> None:
    row = await pool.fetchrow(
        "SELECT current_setting('application_name'), current_setting('timezone'), current_setting('jit')"
    )
    assert tuple(row or ()) == ("test", "UTC", "off")


async def test_a_lost_connection_is_service_unavailable_and_the_next_one_works(pool: Pool) -> None:
    with pytest.raises(ServiceUnavailable):
        await pool.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await pool.fetchval("SELECT 1") == 1


async def test_a_connection_lost_while_idle_is_replaced(database: Database, pool: Pool) -> None:
    pid = await pool.fetchval("SELECT pg_backend_pid()")
    admin = await asyncpg.connect(database.superuser_url)
    await admin.execute("SELECT pg_terminate_backend($1, 5000)", pid)
    await admin.close()
    until = time.monotonic() + 5
    while True:  # the loss may be seen by the first borrower rather than before
        try:
            assert await pool.fetchval("SELECT pg_backend_pid()") != pid
            break
        except ServiceUnavailable:
            assert time.monotonic() < until


async def test_a_connection_in_a_broken_state_is_not_handed_on(pool: Pool) -> None:
    pid = await pool.fetchval("SELECT pg_backend_pid()")
    with pytest.raises(ServiceUnavailable):
        async with pool.acquire():
            raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
    assert await pool.fetchval("SELECT pg_backend_pid()") != pid


async def test_a_pool_whose_server_is_away_says_so_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("asyncpg.pool")
    for failure in (ConnectionRefusedError(111, "refused"), LookupError("a defect")):
        logger.warning("Failed to restore the pool", exc_info=failure)
    away, defect = caplog.records
    assert (away.getMessage(), away.exc_info) == ("Failed to restore the pool: ConnectionRefusedError", None)
    assert defect.exc_info is not None


@pytest.mark.parametrize("url", ["zzz", "mysql://u:secret@h/x", "postgresql://u:secret@h/x?sslmode=perhaps"])
async def test_a_url_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await connect_pool(url, application_name="test")
    assert caught.value.details["field"] == "DATABASE_URL"
    assert "secret" not in str(caught.value.to_dict())


async def test_a_transaction_that_fails_is_rolled_back(pool: Pool) -> None:
    with pytest.raises(LookupError):  # noqa: PT012 - the block is the test
        async with pool.transaction() as connection:
            await connection.execute("CREATE TABLE md.never (a int)")
            raise LookupError
    assert await pool.fetchval("SELECT to_regclass('md.never')") is None


async def test_a_long_statement_times_out(database_url: str) -> None:
    async with await connect_pool(database_url, application_name="test", statement_timeout_s=0.05) as short:
        with pytest.raises(Timeout):
            await short.execute("SELECT pg_sleep(5)")
        assert await short.fetchval("SELECT 1") == 1


async def test_a_pool_in_full_use_is_overloaded(database_url: str) -> None:
    async with await connect_pool(database_url, application_name="test", max_size=1, acquire_timeout_s=0.05) as small:
        async with small.acquire():
            assert small.sizes() == {"open": 1, "idle": 0, "max": 1}
            with pytest.raises(Overloaded, match="in use"):
                await small.fetchval("SELECT 1")
        assert await small.fetchval("SELECT 1") == 1


async def test_a_row_locked_for_long_is_overloaded(pool: Pool) -> None:
    await pool.execute("CREATE TABLE md.held (a int)")
    async with pool.transaction() as holder:
        await holder.execute("LOCK TABLE md.held")
        with pytest.raises(Overloaded):  # noqa: PT012 - the block is the test
            async with pool.transaction() as waiter:
                await waiter.execute("SET LOCAL lock_timeout = '20ms'")
                await waiter.execute("SELECT * FROM md.held")


async def test_a_wrong_statement_passes_as_it_is(pool: Pool) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        await pool.execute("SELECT * FROM md.nowhere")
    async with pool.acquire() as connection:
        with pytest.raises(asyncpg.InterfaceError, match="in progress"):
            await asyncio.gather(connection.execute("SELECT pg_sleep(0.2)"), connection.execute("SELECT 1"))


async def test_a_cancelled_borrower_gives_its_connection_back(database_url: str) -> None:
    async with await connect_pool(database_url, application_name="test", max_size=1) as small:
        task = asyncio.create_task(small.execute("SELECT pg_sleep(30)"))
        await until(lambda: small.sizes()["idle"] == 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await small.fetchval("SELECT 1") == 1


async def test_a_connection_lost_while_it_is_given_back_is_no_failure(pool: Pool) -> None:
    async with pool.acquire() as connection:
        asyncio.get_running_loop().call_soon(connection.terminate)  # after the release began, before it is done
    assert await pool.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("inside", ["acquire", "transaction"])
async def test_a_cancellation_is_not_hidden_by_a_connection_lost_with_it(pool: Pool, inside: str) -> None:
    started = asyncio.Event()

    async def borrow() -> None:
        async with getattr(pool, inside)() as connection:
            try:
                started.set()
                await asyncio.Event().wait()
            finally:
                asyncio.get_running_loop().call_soon(connection.terminate)
                if inside == "transaction":
                    connection.terminate()

    task = asyncio.create_task(borrow())
    await started.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert await pool.fetchval("SELECT 1") == 1


async def test_a_broken_connection_that_was_lost_too_is_service_unavailable(pool: Pool) -> None:
    with pytest.raises(ServiceUnavailable):  # noqa: PT012 - the block is the test
        async with pool.acquire() as connection:
            connection.terminate()
            raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")


async def test_a_closed_pool_is_service_unavailable(database_url: str) -> None:
    closed = await connect_pool(database_url, application_name="test")
    await closed.close()
    with pytest.raises(ServiceUnavailable):
        await closed.fetchval("SELECT 1")


async def test_a_refused_login_is_told_at_once(database: Database) -> None:
    wrong = database.url_of("core-api").replace(database.passwords["chitti_core_api"], "guess")
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable, match="refuses the login"):
        await connect_pool(wrong, application_name="test")
    assert time.monotonic() - began < 5
