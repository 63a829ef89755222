"""Hearing NOTIFY on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import asyncpg

from chitti_shared.db.identifiers import quoted
from chitti_shared.db.session import LastingSession


class Listener(LastingSession):
    """Calls a channel's function when something was sent to it, and every function after a (re)connection.

    One connection hears all channels of a process. A notification is a hint, not a message: any may
    be lost while the connection is down, hence the calls after connecting, and several may come as
    one. The function looks into the tables. It runs in the event loop and must return at once;
    setting an `asyncio.Event` is typical.

    Use as an asynchronous context manager.

    Parameters
    ----------
    url : str
        The database.
    wakes : mapping of str to callable
        By channel, a lower-case name; each takes nothing. One that stands at several channels is
        called once after connecting.
    application_name : str
        What the server calls this session.
    heartbeat_s : float
        How soon a silent loss of the connection is noticed.
    """

    def __init__(
        self,
        url: str,
        wakes: Mapping[str, Callable[[], None]],
        *,
        application_name: str = "listener",
        heartbeat_s: float = 10.0,
    ) -> None:
        super().__init__(url, application_name=application_name, heartbeat_s=heartbeat_s)
        for channel in wakes:
            quoted(channel)  # refuses odd names here rather than at the first connection
        self._wakes = dict(wakes)
        self.connected = asyncio.Event()

    async def serve(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        for channel in self._wakes:
            await connection.add_listener(channel, self._heard)
        self.connected.set()
        try:
            for on_wake in dict.fromkeys(self._wakes.values()):
                on_wake()
            await self.watch(connection, gone)
        finally:
            self.connected.clear()

    def _heard(self, _connection: object, _pid: int, channel: str, _payload: object) -> None:
        self._wakes[channel]()
