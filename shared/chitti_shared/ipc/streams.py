"""The server's side of one subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chitti_shared.contracts.action import Reply
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import replies

if TYPE_CHECKING:
    from chitti_shared.ipc.connection import Connection


class Stream:
    """Events to one subscriber, under the id of its request."""

    __slots__ = ("_accepted", "_connection", "_raw_id")

    def __init__(self, connection: Connection, raw_id: bytes) -> None:
        self._connection = connection
        self._raw_id = raw_id
        self._accepted = False

    @property
    def drained(self) -> bool:
        """Whether all that was sent has been taken by the peer's socket."""
        return self._connection.drained

    async def accept(self, reply: Reply) -> None:
        """Send the first reply; once, before any event."""
        if self._accepted:
            raise RuntimeError("a stream is accepted once")
        self._accepted = True
        await self._write(replies.reply(self._raw_id, reply, "inline", self._connection.limits))

    async def send(self, tail: bytes) -> None:
        r"""Push one event and wait until the socket takes it.

        Parameters
        ----------
        tail : bytes
            The envelope's members without braces and `id`, shared by all subscribers:
            ``b'"event":"new_alert","event_id":"...","data":{...}'``.

        Raises
        ------
        ServiceUnavailable
            The peer is gone; one that takes nothing for 10 s is disconnected.
        """
        if not self._accepted:
            raise RuntimeError("accept the stream before sending")
        await self._write(replies.event(self._raw_id, tail))

    async def _write(self, message: replies.Parts) -> None:
        if not self._connection.send(message):
            raise ServiceUnavailable("the subscriber is gone")
        await self._connection.drain()
