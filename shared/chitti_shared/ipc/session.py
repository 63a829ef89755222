"""A client's connection of its own: uploads and the requests that name them, long work step by step."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from chitti_shared.contracts.action import Action, Request
from chitti_shared.contracts.system import UPLOAD_BEGIN, UPLOAD_PART, UploadBeginRequest, Uploaded, UploadPartRequest
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc.channel import Channel, ConnectionLost, Pending
from chitti_shared.ipc.messages import NO_KEYS, Message
from chitti_shared.ipc.outgoing import Heard, decoded_reply, forwarded, heard_by, outgoing, reply_as_of, reply_keys_of

if TYPE_CHECKING:
    from chitti_shared.ipc.client import Client

PART_VALUES = 100_000
_MOST_QUEUED = 4 << 20  # bytes of steps; beyond, the socket is not read until half are taken


class Session:
    """Calls over one connection that nobody else uses; it is not made again when it is lost.

    Uploads belong to their connection, so they are sent here::

        async with client.session() as session:
            prices = await session.upload(values)
            reply = await session.call(compute.SMA, compute.SMA.request(prices=prices, period=20))
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __aenter__(self) -> Self:
        self._channel = await self._client.connect_apart(Channel(self._client.open()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()

    async def upload(self, values: np.ndarray) -> Any:
        """Send an array ahead, in parts.

        Parameters
        ----------
        values : ndarray
            1-D or 2-D, at most 1,000,000 numbers; NaN is a missing value.

        Returns
        -------
        Uploaded
            Stands for the array in the first request that is accepted with it; typed as
            Any because it goes where an array is declared.
        """
        flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
        begun = await self.call(UPLOAD_BEGIN, UploadBeginRequest(shape=list(values.shape)))
        for offset in range(0, flat.size, PART_VALUES):
            part = flat[offset : offset + PART_VALUES]
            await self.call(UPLOAD_PART, UploadPartRequest(upload=begun.upload, offset=offset, values=part))
        return Uploaded(begun.upload)

    async def call(
        self, action: Action, request: Request, *, timeout_s: float | None = None, on_partial: Heard | None = None
    ) -> Any:
        """As `Client.call`, but never sent again."""
        keys = reply_keys_of(action)
        out = outgoing(action, request, reply_as_of(action), None, self._client.limits)
        told = None if on_partial is None else heard_by(on_partial, action)
        pending = self._channel.begin(out, keys, self._deadline(timeout_s), told)
        return decoded_reply(action.reply, await self._answer(pending))

    async def steps(
        self,
        action: str,
        body: bytes | memoryview | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        sections: Mapping[str, bytes] | None = None,
        timeout_s: float | None = None,
        request_id: str | None = None,
    ) -> AsyncGenerator[bytes, None]:
        """`Client.forward` of long work: each partial reply's object, then the result's.

        The partial ones begin with `"status":"partial"`. They are read no faster than they
        are taken.
        """
        out = forwarded(action, body, params or {}, sections or {}, request_id, self._client.limits)
        queue = _Steps(self._channel)
        pending = self._channel.begin(out, NO_KEYS, self._deadline(timeout_s), queue.put)
        pending.future.add_done_callback(queue.wake)
        try:
            while (step := await queue.next(pending.future)) is not None:
                yield step
        finally:
            if not pending.future.done():
                self._channel.end(pending)
        message = await self._answer(pending)
        yield bytes(message.sections[0]) if message.sections else message.scanned.rest

    def _deadline(self, timeout_s: float | None) -> float:
        return self._client.loop.time() + (self._client.timeout_s if timeout_s is None else timeout_s)

    async def _answer(self, pending: Pending) -> Message:
        try:
            return await pending.future
        except ConnectionLost as error:
            name = self._client.service.name
            raise ServiceUnavailable(f"{name}: lost the connection: {error}", service=name) from None
        finally:
            self._channel.end(pending)


class _Steps:
    """Partial replies between the socket and whoever takes them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queued: deque[bytes] = deque()
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None

    def put(self, message: Message) -> None:
        step = b'{"status":"partial",' + message.scanned.rest[1:]
        self._queued.append(step)
        self._bytes += len(step)
        if self._bytes >= _MOST_QUEUED:
            self._channel.pause("slow consumer")
        self.wake()

    def wake(self, _done: object = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def next(self, answered: asyncio.Future[Message]) -> bytes | None:
        """The next step; None when the answer is there and all steps are taken."""
        while not self._queued:
            if answered.done():
                return None
            self._waiter = self._channel.loop.create_future()
            await self._waiter
        step = self._queued.popleft()
        self._bytes -= len(step)
        if self._bytes <= _MOST_QUEUED // 2:
            self._channel.resume("slow consumer")
        return step
