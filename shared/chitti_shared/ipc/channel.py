"""The client's side of one connection: requests out by id, replies in as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chitti_shared.errors import ChittiError, ServiceUnavailable, Timeout
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc._frames import frame
from chitti_shared.ipc.link import Link
from chitti_shared.ipc.messages import NO_KEYS, Message, Reader, Rejected
from chitti_shared.json import peek
from chitti_shared.json._block import Block

if TYPE_CHECKING:
    from chitti_shared.ipc.client import Client
    from chitti_shared.ipc.outgoing import Outgoing

REPLY_KEYS = frozenset({"id", "status", "bin"})
OnPartial = Callable[[Message], None]


class ConnectionLost(Exception):
    """The connection ended before the reply came: whether the request was done is unknown."""


class Pending:
    """A request that waits for its reply."""

    __slots__ = ("action", "array_keys", "channel", "future", "id", "on_partial", "slot")

    def __init__(
        self,
        channel: Channel,
        action: str,
        array_keys: frozenset[str],
        on_partial: OnPartial | None,
    ) -> None:
        self.channel = channel
        self.id = channel.next_id()
        self.action = action
        self.array_keys = array_keys
        self.on_partial = on_partial
        self.future: asyncio.Future[Message] = channel.loop.create_future()
        self.slot: int | None = None

    def expire(self) -> None:
        """Its time is up."""
        if not self.future.done():
            self.future.set_exception(Timeout(f"{self.action} was not answered in time"))


class Channel(Link):
    """One connection of a client."""

    holds_up_reading = False

    def __init__(self, client: Client, reserved: frozenset[str] = REPLY_KEYS) -> None:
        budget = Budget(client.limits.connection_bytes)
        reader = Reader(client.limits, budget, keys_for=self._keys_for, reserved=reserved, offload=True)
        super().__init__(client.loop, client.wheel, client.limits, budget, reader, client.pool)
        self.pending: dict[int, Pending] = {}
        self._client = client
        self._last_id = 0
        self._lost: Exception | None = None
        self.ready = False

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def opened(self) -> None:
        self.ready = True

    def lost(self, error: Exception | None) -> None:
        self.ready = False
        pending, self.pending = self.pending, {}
        if pending:
            self._client.breaker.failed()
        for waiting in pending.values():
            self._fail(waiting, ConnectionLost(str(error) if error else "closed by the peer"))

    def begin(
        self,
        out: Outgoing,
        array_keys: frozenset[str],
        deadline: float,
        on_partial: OnPartial | None = None,
        *,
        endless: bool = False,
    ) -> Pending:
        """Send a request; its future gets the final reply. `endless`: the server need not know the deadline."""
        pending = Pending(self, out.action, array_keys, on_partial)
        left_s = deadline - self.loop.time()
        if left_s <= 0:
            raise Timeout(f"{out.action} was not answered in time")
        if not self.send(out.message(pending.id, None if endless else left_s)):
            raise ConnectionLost("closed before sending")
        self.pending[pending.id] = pending
        pending.slot = self._wheel.add(deadline, pending)
        return pending

    def end(self, pending: Pending) -> None:
        """The caller waits no longer; a server that has not answered is told to stop."""
        if pending.slot is not None:
            self._wheel.discard(pending.slot, pending)
        if self.pending.pop(pending.id, None) is not None:
            self.cancel(pending.id)

    def cancel(self, target: int) -> None:
        """Tell the server to stop a request; nobody waits for the answer."""
        self.send(frame(b'{"id":%d,"action":"cancel","target":%d}' % (self.next_id(), target)))

    def received(self, message: Message) -> None:
        self._budget.give(message.held)
        self._client.breaker.answered()
        reserved = message.scanned.reserved
        raw_id = reserved.get("id")
        if raw_id is None:
            self._fail_all(message)
            return
        pending = self.pending.get(int(raw_id)) if raw_id.isdigit() else None
        if pending is None:
            return  # the answer to a cancel, or too late
        status = reserved.get("status")
        if status == b'"partial"':
            if pending.on_partial is not None:
                pending.on_partial(message)
            return
        del self.pending[pending.id]
        if pending.future.done():
            return
        if status == b'"ok"':
            pending.future.set_result(message)
        else:
            pending.future.set_exception(failure_in(message))

    def rejected(self, rejected: Rejected) -> None:
        """A reply that breaks the rules of the wire: nothing behind it can be trusted."""
        for waiting in self.pending.values():
            self._fail(waiting, ServiceUnavailable(f"unreadable reply: {rejected.error.message}"))
        self.close()

    def _fail_all(self, message: Message) -> None:
        error = failure_in(message)
        for waiting in self.pending.values():
            self._fail(waiting, error)
        self.close()

    def _fail(self, pending: Pending, error: Exception) -> None:
        if not pending.future.done():
            pending.future.set_exception(error)

    def _keys_for(self, envelope: bytes | Block) -> frozenset[str]:
        raw_id = peek(envelope, b"id")
        pending = self.pending.get(int(raw_id)) if raw_id is not None and raw_id.isdigit() else None
        return NO_KEYS if pending is None else pending.array_keys


def failure_in(message: Message) -> ChittiError:
    """The error that a reply stands for."""
    fields = msgspec.json.decode(message.scanned.rest)
    if not isinstance(fields.get("details"), dict):
        fields["details"] = {}
    fields["details"] = {str(k): v for k, v in fields["details"].items() if k not in ("message", "self")}
    return ChittiError.from_dict(fields)
