"""Waking instances through Redis, beside PostgreSQL's notifications: a hint, never the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from chitti_shared.logs import get_logger

log = get_logger(__name__)

STREAM = "chitti:signals_events"
_KEPT = 16  # entries: whoever comes later looks into the tables anyway
_BLOCK_MS = 5_000
_PATIENCE_S = 2.0
_PAUSE_S = 5.0  # after a failure


class RedisWake:
    """Announces commits of this process on a Redis stream, and wakes when any process announced one.

    Parameters
    ----------
    url : str
        `redis://`, `rediss://` or `unix://`. ValueError: another one.
    on_wake : callable
        Takes nothing and returns at once; called after every (re)connection too.
    """

    def __init__(self, url: str, on_wake: Callable[[], None]) -> None:
        from redis.asyncio import Redis  # takes a third of a second, which those without a Redis need not wait
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        self._away = (RedisError, OSError, TimeoutError)
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=_PATIENCE_S,
            socket_timeout=_BLOCK_MS / 1000 + _PATIENCE_S,
            max_connections=4,
            retry=Retry(NoBackoff(), 0),  # what fails is tried again here, and not after a cancellation
        )
        self._on_wake = on_wake
        self._committed = asyncio.Event()
        self._troubles: set[str] = set()

    def announce(self) -> None:
        """Wake the others: something was committed here."""
        self._committed.set()

    async def run(self) -> None:
        """Announce and listen until cancelled; a Redis that is away costs its hints only."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._again_and_again("announce", self._announce), name="redis announce")
                group.create_task(self._again_and_again("listen", self._listen), name="redis listen")
                group.create_task(self._hang_up(), name="redis hang up")
        finally:
            await self._redis.aclose()

    async def _hang_up(self) -> None:
        """At the end close what is open: whoever missed the cancellation would wait for an answer."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._redis.connection_pool.disconnect(inuse_connections=True)

    async def _again_and_again(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        while not _is_cancelled():
            try:
                await step()
            except Exception as error:
                if _is_cancelled():  # its connection was closed under it
                    return
                if not isinstance(error, self._away):
                    raise
                if name not in self._troubles:
                    log.warning("Redis is away, notifications of the database wake alone", step=name, reason=str(error))
                self._troubles.add(name)
                await asyncio.sleep(_PAUSE_S)

    async def _announce(self) -> None:
        await self._committed.wait()
        self._committed.clear()
        await self._redis.xadd(STREAM, {"at": "commit"}, maxlen=_KEPT, approximate=False)
        self._troubles.discard("announce")

    async def _listen(self) -> None:
        newest: Any = await self._redis.xrevrange(STREAM, count=1)
        last: Any = newest[0][0] if newest else b"0-0"
        self._troubles.discard("listen")
        while not _is_cancelled():
            self._on_wake()
            found: Any = None
            while not found:
                found = await self._redis.xread({STREAM: last}, block=_BLOCK_MS)
                if _is_cancelled():
                    return
            last = found[0][1][-1][0]


def _is_cancelled() -> bool:
    """Whether this task is to end: the client swallows a cancellation that comes as a connection is made or lost."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
