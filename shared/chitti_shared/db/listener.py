"""Hearing NOTIFY on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg

from chitti_shared.db.identifiers import quoted
from chitti_shared.db.session import LastingSession


class Listener(LastingSession):
    """Calls `on_wake` when something was sent to `channel`, and after every (re)connection.

    A notification is a hint, not a message: any may be lost while the connection is down, hence
    the call after connecting, and several may come as one. `on_wake` looks into the tables.
    It runs in the event loop and must return at once; setting an `asyncio.Event` is typical.

    Use as an asynchronous context manager.

    Parameters
    ----------
    url : str
        The database.
    channel : str
        A lower-case name.
    on_wake : callable
        Takes nothing.
    application_name : str
        What the server calls this session.
    heartbeat_s : float
        How soon a silent loss of the connection is noticed.
    """

    def __init__(
        self,
        url: str,
        channel: str,
        on_wake: Callable[[], None],
        *,
        application_name: str = "listener",
        heartbeat_s: float = 10.0,
    ) -> None:
        super().__init__(url, application_name=application_name, heartbeat_s=heartbeat_s)
        quoted(channel)  # refuses odd names here rather than at the first connection
        self._channel = channel
        self._on_wake = on_wake
        self.connected = asyncio.Event()

    async def serve(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        await connection.add_listener(self._channel, self._heard)
        self.connected.set()
        try:
            self._on_wake()
            await self.watch(connection, gone)
        finally:
            self.connected.clear()

    def _heard(self, _connection: object, _pid: int, _channel: str, _payload: object) -> None:
        self._on_wake()
