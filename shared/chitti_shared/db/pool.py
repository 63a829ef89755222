"""Connections to PostgreSQL for a service, and what a session of ours looks like."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from chitti_shared.db.failures import mapped_connecting, mapped_failures
from chitti_shared.errors import Overloaded, ServiceUnavailable
from chitti_shared.logs import get_logger

log = get_logger(__name__)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Let asyncpg's pool tell of a server that is away in one line: it tries again by itself."""
    failure = record.exc_info[1] if record.exc_info else None
    if isinstance(failure, (OSError, asyncpg.PostgresError)):
        record.msg, record.args, record.exc_info = f"{record.msg}: {type(failure).__name__}", (), None
    return True


logging.getLogger("asyncpg.pool").addFilter(_without_traceback)

_JSONB_VERSION = b"\x01"


class Pool:
    """An asyncpg pool whose failures are `ChittiError`s; made by `connect_pool`.

    Sessions are handed on without a query that resets them, so code that borrows one leaves
    no session state behind: `SET LOCAL` and `pg_advisory_xact_lock` inside a transaction,
    temporary tables `ON COMMIT DROP`, and `Listener` or `Leadership` for the rest.
    """

    def __init__(self, pool: asyncpg.Pool, acquire_timeout_s: float) -> None:
        self._pool = pool
        self._acquire_timeout_s = acquire_timeout_s

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[PoolConnectionProxy]:
        """Borrow a connection for the block.

        Raises
        ------
        ServiceUnavailable
            The database can't be reached, or the connection was lost inside the block.
        Overloaded
            No connection became free in time.
        Timeout
            A statement in the block took too long.
        """
        with mapped_connecting():
            try:
                connection = await self._pool.acquire(timeout=self._acquire_timeout_s)
            except TimeoutError:
                raise Overloaded("all database connections are in use", retry_after_ms=500) from None
        with mapped_failures():
            try:
                yield connection
            except asyncpg.InternalClientError:
                with contextlib.suppress(asyncpg.InterfaceError):  # lost meanwhile, and taken back with that
                    connection.terminate()  # in no state to serve the next borrower
                raise
            finally:
                await self._give_back(connection)

    async def _give_back(self, connection: PoolConnectionProxy) -> None:
        try:
            await self._pool.release(connection)
        except asyncpg.InternalClientError as error:
            # Lost between asyncpg's promise to release it and the release: it is back already.
            if not str(error).endswith("called on a free connection holder"):
                raise

    @contextlib.asynccontextmanager
    async def transaction(
        self, *, isolation: str | None = None, readonly: bool = False
    ) -> AsyncIterator[PoolConnectionProxy]:
        """Borrow a connection with a transaction around the block. Raises as `acquire`."""
        async with self.acquire() as connection, connection.transaction(isolation=isolation, readonly=readonly):
            yield connection

    async def fetch(self, query: str, *args: Any) -> list[asyncpg.Record]:
        async with self.acquire() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *args)
            return rows

    async def fetchrow(self, query: str, *args: Any) -> asyncpg.Record | None:
        async with self.acquire() as connection:
            return await connection.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any, column: int = 0) -> Any:
        async with self.acquire() as connection:
            return await connection.fetchval(query, *args, column=column)

    async def execute(self, query: str, *args: Any) -> str:
        async with self.acquire() as connection:
            status: str = await connection.execute(query, *args)
            return status

    async def executemany(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        async with self.acquire() as connection:
            await connection.executemany(query, rows)

    async def ping(self) -> None:
        """Return when the database answers. Raises as `acquire`."""
        await self.execute("SELECT 1")

    def sizes(self) -> dict[str, int]:
        """Connections open and idle, for health and metrics."""
        return {"open": self._pool.get_size(), "idle": self._pool.get_idle_size(), "max": self._pool.get_max_size()}

    async def close(self, timeout_s: float = 5.0) -> None:
        """Close when all is given back; after `timeout_s` cut what isn't."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._pool.close()
        except TimeoutError:
            log.warning("database connections still in use were cut")
            self._pool.terminate()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.close()


async def connect_pool(
    url: str,
    *,
    application_name: str,
    min_size: int = 1,
    max_size: int = 8,
    statement_timeout_s: float = 30.0,
    acquire_timeout_s: float = 5.0,
    wait_s: float = 10.0,
) -> Pool:
    """Connect to the database at `url`.

    JSON columns take and give Python objects (through orjson); times come with UTC.

    Parameters
    ----------
    url : str
        `postgresql://…`, TCP or Unix socket.
    application_name : str
        What the server's log and `pg_stat_activity` call this process.
    min_size, max_size : int
        Connections kept open, and at most.
    statement_timeout_s : float
        How long one statement may take; `SET LOCAL statement_timeout` changes it for a transaction.
    acquire_timeout_s : float
        How long a borrower waits for a connection.
    wait_s : float
        How long to keep trying while the server is down or recovering.

    Raises
    ------
    ServiceUnavailable
        It can't be reached within `wait_s`, or refuses the login.
    InvalidInput
        `url` is none.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_s
    pause_s = 0.05
    while True:
        try:
            with mapped_connecting():
                return await _connected(
                    url, application_name, min_size, max_size, statement_timeout_s, acquire_timeout_s
                )
        except ServiceUnavailable:
            if loop.time() + pause_s > deadline:
                raise
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            raise ServiceUnavailable(f"the database refuses the login of {application_name}: {error}") from error
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)


def session_settings(application_name: str, statement_timeout_s: float) -> dict[str, str]:
    """The server settings of every session of ours."""
    return {
        "application_name": application_name,
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": f"{statement_timeout_s * 1000:.0f}",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
    }


async def _connected(
    url: str, application_name: str, min_size: int, max_size: int, statement_timeout_s: float, acquire_timeout_s: float
) -> Pool:
    pool = await asyncpg.create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        init=use_json_objects,
        reset=_no_reset,
        timeout=10,
        # A peer that vanished without a word: the server's own limit can't reach us then.
        command_timeout=statement_timeout_s + 5,
        server_settings=session_settings(application_name, statement_timeout_s),
    )
    return Pool(pool, acquire_timeout_s)


async def _no_reset(_connection: asyncpg.Connection) -> None:
    """Open transactions are rolled back by asyncpg; nothing else may be left (see `Pool`)."""


async def use_json_objects(connection: asyncpg.Connection) -> None:
    """Let json and jsonb columns take and give Python objects, in COPY too."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=orjson.dumps, decoder=orjson.loads, format="binary"
    )
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: _JSONB_VERSION + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
        format="binary",
    )
