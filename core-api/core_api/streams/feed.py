"""One upstream subscription and the ring of encoded events that its clients read."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections import deque
from contextvars import Context
from datetime import UTC, datetime

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.ipc import Client, Event, Subscription
from chitti_shared.logs import get_logger
from chitti_shared.positions import Position

from core_api.metrics import StreamMetrics
from core_api.streams.encoding import event_bytes, heartbeat_bytes, reset_bytes

_log = get_logger(__name__)

MAX_EVENTS = 1000
MAX_BYTES = 2**20
_BATCH_BYTES = 64 * 1024
_READY_S = 5.0
_SILENCE_S = 45.0  # three heartbeats of signal-service
_FIRST_PAUSE_S = 0.05
_LAST_PAUSE_S = 2.0


class Behind(Exception):
    """The client's next event has left the ring: it is cut, and resumes from its last id."""


class Feed:
    """Events of one filter, kept encoded for all clients that asked for it.

    The ring holds every event after `floor` and up to `position`. A client reads from it by
    index, so a join costs one search and an event is stored once however many clients wait.
    When signal-service goes away, the subscription is begun again after `position`: nothing is
    lost and nothing repeated, and the clients stay connected.

    Parameters
    ----------
    client : Client
        Of signal-service.
    wanted : AlertFilter
    metrics : StreamMetrics
    """

    def __init__(self, client: Client, wanted: signals.AlertFilter, metrics: StreamMetrics) -> None:
        self.wanted = wanted
        self.position: Position | None = None
        self._floor: Position | None = None
        self._client = client
        self._metrics = metrics
        self._payloads: deque[bytes] = deque()
        self._seqs: deque[int] = deque()  # of the same items; only those after `_base` are in this epoch
        self._first = 0  # index of the oldest item
        self._base = 0  # index of the first item after the last reset
        self._bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._failure: ChittiError | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._heartbeat: tuple[str, str, bytes, bytes] | None = None
        # a context of its own: it outlives the request that was first to ask for it
        self._task = asyncio.create_task(self._run(), name="alert-feed", context=Context())
        self._task.add_done_callback(self._stopped)

    @property
    def end(self) -> int:
        """The index that the next event will have."""
        return self._first + len(self._payloads)

    async def ready(self) -> Position:
        """Wait for the first connection. Errors: that of the subscription, service_unavailable."""
        deadline = asyncio.get_running_loop().time() + _READY_S
        while self.position is None:
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0 or self._task.done():
                raise self._failure or ServiceUnavailable("signal-service does not answer", kind="signal-service")
            waiter = self.waiter()
            await asyncio.wait((waiter,), timeout=remaining)
            self.forget(waiter)
        return self.position

    def join(self, cursor: Position, *, verified: bool) -> int | None:
        """The index of the first event after `cursor`; None when the ring does not reach back to it.

        `verified` says that the log knows the cursor: it may then lie ahead of what has arrived here.
        """
        if self.position is None or self._floor is None or cursor.epoch != self.position.epoch:
            return None
        if cursor.seq > self.position.seq:
            return self.end if verified else None
        if cursor.seq < self._floor.seq:
            return None
        start = max(self._base, self._first)
        return bisect_right(self._seqs, cursor.seq, lo=start - self._first) + self._first

    def read(self, index: int, beyond: Position | None) -> tuple[bytes, int]:
        """Events from `index` on, up to 64 KiB together, and the index after them.

        Events of `beyond`'s epoch up to it are left out. Raises Behind.
        """
        if index < self._first:
            raise Behind
        parts: list[bytes] = []
        size = 0
        at = index - self._first
        while at < len(self._payloads) and size < _BATCH_BYTES:
            if beyond is None or not self._covered(at, beyond):
                parts.append(self._payloads[at])
                size += len(self._payloads[at])
            at += 1
        self._metrics.events.inc(len(parts))
        return b"".join(parts), at + self._first

    def heartbeat(self, tick: str) -> tuple[bytes, bytes]:
        """`hb` for this tick without and with an id, encoded once for all."""
        top = str(self.position)
        made = self._heartbeat
        if made is None or made[0] != tick or made[1] != top:
            made = self._heartbeat = (tick, top, heartbeat_bytes(top, tick), heartbeat_bytes(top, tick, top))
        return made[2], made[3]

    def hello(self, cursor: str) -> bytes:
        """The first event of a connection: `hb` with the client's own position as its id."""
        return heartbeat_bytes(str(self.position), now_text(), cursor)

    def past(self, cursor: Position | None) -> bool:
        """Whether the feed has come as far as a client that read ahead of it in the log."""
        return cursor is None or (self.position is not None and self.position.reaches(cursor))

    def waiter(self) -> asyncio.Future[None]:
        """A future that is done when something happened; `forget` it afterwards."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        return waiter

    def forget(self, waiter: asyncio.Future[None]) -> None:
        self._waiting.discard(waiter)

    def wake(self) -> None:
        """Let every client look for something to write."""
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait((self._task,))
        self.wake()

    def _covered(self, at: int, beyond: Position) -> bool:
        return (
            self.position is not None
            and beyond.epoch == self.position.epoch
            and at + self._first >= self._base
            and self._seqs[at] <= beyond.seq
        )

    def _stopped(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("alert feed failed", exc_info=error)
        self.wake()

    async def _run(self) -> None:
        while True:
            try:
                await self._follow()
            except (ChittiError, msgspec.MsgspecError) as failure:
                error = failure if isinstance(failure, ChittiError) else ServiceUnavailable(str(failure))
                if self._failure is None or self._failure.code != error.code:
                    _log.warning("alert subscription lost", error=error.code, reason=error.message)
                self._failure = error
                if self.position is None and not error.retryable:
                    self.wake()
                    return
            self._metrics.reconnects.inc()
            await asyncio.sleep(self._pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            self._pause_s = min(self._pause_s * 2, _LAST_PAUSE_S)

    async def _follow(self) -> None:
        after = str(self.position) if self.position else None
        request = signals.SubscribeRequest(after=after, filter=self.wanted)
        async with self._client.subscribe(signals.SUBSCRIBE, request) as subscription:
            self._pause_s = _FIRST_PAUSE_S
            if self.position is None:
                self._start(subscription.first.at)
            if self._failure is not None:
                _log.info("alert subscription back", at=str(self.position))
                self._failure = None
            await self._take_all(subscription)

    async def _take_all(self, subscription: Subscription) -> None:
        """Until the connection is lost, or has been silent for so long that it must be dead."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_SILENCE_S) as limit:
                async for event in subscription:
                    self._take(event)
                    limit.reschedule(loop.time() + _SILENCE_S)
        except TimeoutError:
            raise ServiceUnavailable(f"no heartbeat for {_SILENCE_S:g} s", kind="signal-service") from None

    def _start(self, at: str) -> None:
        self.position = self._floor = _position(at)
        self.wake()

    def _take(self, event: Event) -> None:
        if event.event == "hb":
            if event.event_id is not None:  # without one, events below its `top` may still be on their way
                self._advance(_position(event.event_id))
            return
        if event.event == "reset":
            reset = msgspec.json.decode(event.data, type=signals.Reset)
            self._append(reset_bytes(reset.reason, reset.oldest, reset.top), 0)
            self._base = self.end
            self.position = self._floor = _position(reset.top)
        else:
            at = _position(event.event_id or "")
            if self.position is not None and self.position.reaches(at):
                return  # seen before the reconnection
            self._append(event_bytes(event.event, event.data, str(at)), at.seq)
            self.position = at
        self.wake()

    def _advance(self, top: Position) -> None:
        if self.position is not None and top.reaches(self.position):
            self.position = top

    def _append(self, payload: bytes, seq: int) -> None:
        self._payloads.append(payload)
        self._seqs.append(seq)
        self._bytes += len(payload)
        while len(self._payloads) > MAX_EVENTS or (self._bytes > MAX_BYTES and len(self._payloads) > 1):
            self._bytes -= len(self._payloads.popleft())
            gone = self._seqs.popleft()
            if self._first >= self._base and self.position is not None:
                self._floor = Position(self.position.epoch, gone)
            self._first += 1


def _position(text: str) -> Position:
    position = Position.parse(text)
    if position is None:
        raise ServiceUnavailable(f"signal-service sent a position that is none: {text[:80]!r}", kind="signal-service")
    return position


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
