"""One client of the alert stream, from its cursor to its end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from chitti_shared.contracts import signals
from chitti_shared.errors import ChittiError
from chitti_shared.positions import Position

from core_api.asgi import Receive, Send
from core_api.security.tokens import Principal
from core_api.streams.encoding import event_bytes, reset_bytes, retry_bytes, safe_id
from core_api.streams.feed import Feed
from core_api.streams.hub import Hub
from core_api.streams.ring import Behind

_PAGE = 500
_RETRY_MS = (1000, 5000)
_PAUSE_S = (0.2, 0.6)
_CATCH_UP_S = 5.0


class Connection:
    """Writes a client's events, in order and without repeats.

    First what the client missed, read from the log page by page until the feed's ring reaches
    back far enough, then the ring. The client's socket sets the pace: the next events are
    taken when the last ones are written.

    Parameters
    ----------
    hub : Hub
    principal : Principal
        Whose login it is; the connection ends with it.
    send, receive : callable
        Of ASGI.
    ends_at : float
        Event loop time at which the connection ends by itself.
    transport : asyncio.Transport, optional
        Aborted when the client takes no data; without one the task is cancelled.
    push : callable, optional
        `Cycle.push`: writes live events without the task's turn.
    """

    def __init__(
        self,
        hub: Hub,
        principal: Principal,
        send: Send,
        receive: Receive,
        ends_at: float,
        transport: asyncio.Transport | None = None,
        push: Callable[[bytes, bytes], bool] | None = None,
    ) -> None:
        self.principal = principal
        self.ended: str | None = None
        self._hub = hub
        self._send = send
        self._receive = receive
        self._ends_at = ends_at
        self._transport = transport
        self._push = push
        self._index = 0  # of the feed's ring: the next event to write
        self._beyond: Position | None = None  # what was read from the log already
        self._feed: Feed | None = None
        self._task = asyncio.current_task()
        self._sending_since: float | None = None
        self._beat = False
        self._waiter: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()

    async def serve(self, wanted: signals.AlertFilter, cursor: str | None, headers: list[tuple[bytes, bytes]]) -> None:
        """Stream until the client leaves or the connection's time is over.

        Errors, before the reply begins: invalid_input, overloaded, service_unavailable.
        """
        feed = self._feed = self._hub.enter(self, wanted, returning=cursor is not None)
        gone = asyncio.create_task(self._watch())
        try:
            start = await feed.ready()
            await self._send({"type": "http.response.start", "status": 200, "headers": headers})
            position = Position.parse(cursor) if cursor is not None else start
            first = feed.hello(safe_id(cursor) if cursor is not None else str(start))
            await self._write(retry_bytes(random.randint(*_RETRY_MS)) + first)  # noqa: S311 - spreads reconnections
            self._index, self._beyond = await self._catch_up(feed, position, cursor)
            await self._follow(feed)
        except Behind:
            self.end("slow")
        finally:
            gone.cancel()
            self._hub.leave(self, wanted)
            self._hub.metrics.closed.labels(self.ended or "error").inc()
        if self.ended != "gone":
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def look(self, now: float, send_timeout_s: float, *, beat: bool) -> None:
        """Called by the hub every second."""
        self._beat = self._beat or beat
        if self._sending_since is not None and now - self._sending_since > send_timeout_s:
            self.end("stalled")
            if self._transport is not None:
                self._transport.abort()  # a close would wait for the client to take what is buffered
            elif self._task is not None:
                self._task.cancel("the client takes no data")
        elif now >= self._ends_at:
            self.end("time")

    def end(self, reason: str) -> None:
        """Stop after what is being written."""
        if self.ended is None:
            self.ended = reason
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.end("gone")

    async def _catch_up(self, feed: Feed, position: Position | None, cursor: str | None) -> tuple[int, Position | None]:
        """Write what the log holds after the cursor; the ring's index to go on from, and what to leave out there."""
        verified = cursor is None
        index = feed.ring.join(position, verified=verified) if position is not None else None
        while index is None and self.ended is None:
            page = await self._page(feed, str(position) if position is not None else safe_id(cursor or ""))
            if page is None:
                continue
            if page.reset is not None:
                await self._write(reset_bytes(page.reset.reason, page.reset.oldest, page.reset.top))
            for event in page.events:
                await self._write(event_bytes(event.event, bytes(event.data), event.event_id))
            position = Position.parse(page.reset.top if page.reset is not None else page.at)
            if position is None:
                raise ValueError(f"signal-service sent a position that is none: {page.at[:80]!r}")
            verified = not page.events
            index = feed.ring.join(position, verified=verified)
            if index is None and verified and page.reset is None:
                await self._pause(feed, _CATCH_UP_S)  # the feed has not heard of the new epoch yet
        return (feed.ring.end if index is None else index), position

    async def _page(self, feed: Feed, after: str | None) -> signals.ReadEventsReply | None:
        """A page of the log; None: signal-service is away, ask again."""
        request = signals.ReadEventsRequest(after=after, limit=_PAGE, filter=feed.wanted)
        try:
            page: signals.ReadEventsReply = await self._hub.client.call(signals.READ_EVENTS, request)
        except ChittiError as error:
            if not error.retryable:
                raise
            await self._pause(feed, random.uniform(*_PAUSE_S))  # noqa: S311 - jitter
            return None
        return page

    async def _pause(self, feed: Feed, seconds: float) -> None:
        await self._wait(feed, seconds)
        if self._beat:
            self._beat = False
            await self._write(feed.heartbeat(self._hub.tick)[0])

    async def _wait(self, feed: Feed, timeout_s: float | None = None, write: Callable[[], bool] | None = None) -> None:
        if feed.ended:
            self.end("feed")  # the client comes back with its last id, to another feed
        if self.ended is not None:
            return
        waiter = self._waiter = feed.waiter(write)
        try:
            await (waiter if timeout_s is None else asyncio.wait((waiter,), timeout=timeout_s))
        finally:
            feed.forget(waiter)

    async def _follow(self, feed: Feed) -> None:
        write = partial(self._write_now, feed) if self._push is not None else None
        while self.ended is None:
            payload = self._next(feed)
            if payload:
                await self._write(payload)
            elif self._index == feed.ring.end:
                await self._wait(feed, write=write)

    def _next(self, feed: Feed) -> bytes:
        """What is to be written next; empty: nothing just now. Raises Behind."""
        payload, self._index = feed.read(self._index, self._beyond)
        if payload or not self._beat or self._index != feed.ring.end:
            return payload
        self._beat = False
        plain, with_id = feed.heartbeat(self._hub.tick)
        return with_id if feed.past(self._beyond) else plain

    def _write_now(self, feed: Feed) -> bool:
        """Write what is due without waiting; False: the task must go on, from `_index`."""
        assert self._push is not None
        while self.ended is None:
            index, beat = self._index, self._beat
            try:
                payload = self._next(feed)
            except Behind:
                return False  # the task meets it too, and ends
            if not payload:
                if self._index == feed.ring.end:
                    return True
            elif not self._push(payload, feed.chunk(payload)):
                self._index, self._beat = index, beat
                return False
        return False

    async def _write(self, payload: bytes) -> None:
        message: dict[str, Any] = {"type": "http.response.body", "body": payload, "more_body": True}
        self._sending_since = self._loop.time()
        await self._send(message)
        self._sending_since = None
