"""Politeness: one request at a time to a host, and a pause between two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_REMEMBERED = 256  # hosts, before those that are idle are forgotten


class HostTurns:
    """Lets the requests to a host follow one another, in the order in which they were asked for.

    Parameters
    ----------
    pause_s : float
        Least time from the end of a request to the beginning of the next one to the same host.
    """

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._hosts: dict[str, _Queue] = {}

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it for the block."""
        queue = self._queue_of(host)
        queue.length += 1
        try:
            async with queue.lock:
                if (wait_s := queue.free_at - asyncio.get_running_loop().time()) > 0:
                    await asyncio.sleep(wait_s)
                try:
                    yield
                finally:
                    queue.free_at = asyncio.get_running_loop().time() + self._pause_s
        finally:
            queue.length -= 1

    def _queue_of(self, host: str) -> _Queue:
        if len(self._hosts) >= _REMEMBERED:
            now = asyncio.get_running_loop().time()
            self._hosts = {name: one for name, one in self._hosts.items() if one.length or one.free_at > now}
        return self._hosts.setdefault(host, _Queue())


class _Queue:
    __slots__ = ("free_at", "length", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0  # who holds the turn and who wait for it
        self.free_at = 0.0  # on the loop's clock
