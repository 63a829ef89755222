"""Clients that follow the alert log and come back after their last event whenever they are cut off."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import Sequence

from chitti_shared.contracts import signals
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Client
from chitti_shared.testing.waiting import until

from tests.soak.scene import PATIENCE_S, Scene

Told = tuple[int, str]  # number in the log, alert id
_PAUSE_S = 0.02


class Follower:
    """What a client received, connection by connection.

    Attributes
    ----------
    at : str or None
        The last event id: what it resumes from; set beforehand, what it begins after.
    connections : list of list of (int, str)
        The events of each connection, as number and alert id.
    resets : list of str
        The data of each reset.
    failures : list of str
        Replies that were neither a stream nor a service that is away.
    """

    def __init__(self) -> None:
        self.at: str | None = None
        self.connections: list[list[Told]] = []
        self.resets: list[str] = []
        self.failures: list[str] = []
        self.last = 0
        self._life: asyncio.Timeout | None = None

    def take(self, event: str, event_id: str | None, data: bytes) -> None:
        if event == "new_alert":
            self.last = int((event_id or "").split("-")[1])
            self.connections[-1].append((self.last, json.loads(data)["alert_id"]))
        elif event == "reset":
            self.resets.append(data.decode())
        self.at = event_id or self.at

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(None) as self._life:
                    await self.connect()
            except ChittiError as error:
                if not error.retryable:
                    self.failures.append(f"{error.code}: {error.message}")
            except (OSError, EOFError):
                pass  # cut off, or killed and being started again
            await asyncio.sleep(_PAUSE_S)

    def cut(self) -> None:
        """End the present connection; `follow` makes another one."""
        if self._life is not None and not self._life.expired():
            with contextlib.suppress(RuntimeError):  # between two connections
                self._life.reschedule(asyncio.get_running_loop().time())

    async def connect(self) -> None:
        """One connection, to its end."""
        raise NotImplementedError


class SocketFollower(Follower):
    """A subscriber of signal-service."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def connect(self) -> None:
        client = Client(signals.SIGNAL_SERVICE, self._address)
        try:
            request = signals.SubscribeRequest(after=self.at)
            async with client.subscribe(signals.SUBSCRIBE, request) as stream:
                self.connections.append([])
                self.at = self.at or stream.first.at
                async for event in stream:
                    self.take(event.event, event.event_id, bytes(event.data))
        finally:
            await client.close()


class SseFollower(Follower):
    """A client of core-api's event stream."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene

    async def connect(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._scene.port)
        try:
            cursor = f"last-event-id: {self.at}\r\n" if self.at else ""
            writer.write(self._scene.stream_head + cursor.encode() + b"\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            if status != 200:
                if status != 503:
                    self.failures.append(head.decode("latin-1"))
                return
            self.connections.append([])
            await self._read(reader)
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        text = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            text += (await reader.readexactly(size + 2))[:-2]
            *blocks, text = text.split(b"\n\n")
            for block in blocks:
                fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
                if b"event" in fields:
                    event_id = fields.get(b"id")
                    self.take(fields[b"event"].decode(), event_id and event_id.decode(), fields[b"data"])


class SilentStream:
    """An event stream whose client reads as far as its first event id, and then nothing more.

    Attributes
    ----------
    at : str or None
        That event id.
    """

    def __init__(self, scene: Scene) -> None:
        self.at: str | None = None
        self._scene = scene
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.setblocking(False)

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, ("127.0.0.1", self._scene.port))
        await loop.sock_sendall(self._socket, self._scene.stream_head + b"\r\n")
        text = b""
        while (found := re.search(rb"\nid: (\S+)\n", text)) is None:
            text += await loop.sock_recv(self._socket, 512)
        self.at = found[1].decode()

    def close(self) -> None:
        self._socket.close()


async def log_of(pool: Pool) -> list[Told]:
    """What is committed, in order."""
    rows = await pool.fetch("SELECT seq, alert_id FROM signals.events WHERE topic = 'alerts' ORDER BY seq")
    return [(row["seq"], row["alert_id"]) for row in rows]


async def place_of(pool: Pool) -> tuple[str, int]:
    """The log's epoch and the number of its last event."""
    row = await pool.fetchrow("SELECT lineage, seq FROM signals.streams WHERE topic = 'alerts'")
    assert row is not None, "signal-service makes it when it starts"
    return row["lineage"][-1], row["seq"]


async def complete(followers: Sequence[Follower], top: int) -> None:
    """Wait until all have received event `top`. Raises TimeoutError."""
    await until(lambda: all(one.last >= top for one in followers), PATIENCE_S)


def faults_of(follower: Follower, log: Sequence[Told], after: int = 0) -> list[str]:
    """What a follower that began after event `after` did not get as it was committed; empty: all is well."""
    faults = [f"reset: {reset}" for reset in follower.resets] + [f"refused: {head}" for head in follower.failures]
    committed = set(log)
    seen: set[Told] = set()
    in_order: list[Told] = []
    for number, connection in enumerate(follower.connections):
        if len(set(connection)) < len(connection):
            faults.append(f"an event came twice in connection {number}")
        faults += [f"phantom: {told} in connection {number}" for told in connection if told not in committed]
        in_order += [told for told in connection if told not in seen]
        seen.update(connection)
    expected = [told for told in log if told[0] > after]
    if in_order != expected:
        missing = [told[0] for told in expected if told not in seen]
        faults.append(f"received {len(in_order)} of {len(expected)}, missing {missing[:10]}, or out of order")
    return faults
