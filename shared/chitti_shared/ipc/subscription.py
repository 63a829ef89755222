"""The client's side of one subscription, on a connection of its own."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from chitti_shared.contracts.action import Action, Request
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.ipc.channel import Channel, ConnectionLost, failure_in
from chitti_shared.ipc.messages import Message
from chitti_shared.ipc.outgoing import decoded_reply, outgoing

if TYPE_CHECKING:
    from chitti_shared.ipc.client import Client

_KEYS = frozenset({"id", "status", "bin", "event", "event_id", "data"})
_MOST_QUEUED = 256  # events; beyond, the socket is not read until half are taken


@dataclass(frozen=True, slots=True)
class Event:
    """One pushed event; `data` and `tail` are raw JSON, `tail` the members without braces."""

    event: str
    event_id: str | None
    data: bytes
    tail: bytes


class _Feed(Channel):
    """A connection that carries one subscription."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, _KEYS)
        self.queued: deque[Event] = deque()
        self.ended: ChittiError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def received(self, message: Message) -> None:
        reserved = message.scanned.reserved
        if "event" in reserved:
            self._budget.give(message.held)
            self.queued.append(_event(reserved))
            if len(self.queued) >= _MOST_QUEUED:
                self.pause("slow consumer")
            self._wake()
        elif self.pending or "id" not in reserved:
            super().received(message)
        else:  # an answer after the first one ends the stream
            self._budget.give(message.held)
            failed = reserved.get("status") == b'"error"'
            self.finish(failure_in(message) if failed else ServiceUnavailable("the stream has ended"))

    def lost(self, error: Exception | None) -> None:
        super().lost(error)
        self.finish(ServiceUnavailable("lost the connection of the stream"))

    def finish(self, why: ChittiError) -> None:
        if self.ended is None:
            self.ended = why
        self._wake()

    async def next(self) -> Event:
        while not self.queued:
            if self.ended is not None:
                raise self.ended
            self._waiter = self.loop.create_future()
            await self._waiter
        if len(self.queued) <= _MOST_QUEUED // 2:
            self.resume("slow consumer")
        return self.queued.popleft()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Subscription:
    """Events of one stream; iteration raises `ServiceUnavailable` when the connection is lost.

    Attributes
    ----------
    first
        The reply struct that came before the events.
    """

    def __init__(self, client: Client, action: Action, request: Request) -> None:
        self._client = client
        self._action = action
        self._request = request
        self._feed: _Feed | None = None
        self.first: Any = None

    async def __aenter__(self) -> Self:
        client, action = self._client, self._action
        out = outgoing(action, self._request, "inline", None, client.limits)
        feed = await client.connect_apart(_Feed(client.open()))
        try:
            pending = feed.begin(out, frozenset(), client.loop.time() + client.timeout_s, endless=True)
            try:
                message = await pending.future
            finally:
                feed.end(pending)
            self.first = decoded_reply(action.reply, message)
        except ConnectionLost as error:
            raise ServiceUnavailable(f"{client.service.name}: {error}") from None
        except BaseException:
            feed.close()
            raise
        self._feed = feed
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._feed is not None:
            self._feed.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        assert self._feed is not None, "enter the subscription first"
        return await self._feed.next()


def _event(reserved: dict[str, bytes]) -> Event:
    event_id = reserved.get("event_id")
    tail = b",".join(
        b'"%b":%b' % (name.encode(), reserved[name]) for name in ("event", "event_id", "data") if name in reserved
    )
    return Event(
        msgspec.json.decode(reserved["event"], type=str),
        None if event_id is None else msgspec.json.decode(event_id, type=str),
        reserved.get("data", b"null"),
        tail,
    )
