"""One upstream subscription and the ring of encoded events that its clients read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
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
from core_api.streams.ring import Ring

_log = get_logger(__name__)

_FILTER = "filter."
_READY_S = 5.0
_SILENCE_S = 45.0  # three heartbeats of signal-service
_FIRST_PAUSE_S = 0.05
_LAST_PAUSE_S = 2.0


class Feed:
    """Events of one filter, kept encoded in a ring for all clients that asked for it.

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
        self.returning = False  # whether a client comes back with this filter: what it names may be removed since
        self.ring = Ring()
        self._client = client
        self._metrics = metrics
        self._waiting: dict[asyncio.Future[None], Callable[[], bool] | None] = {}
        self._chunk: tuple[bytes, bytes] = (b"", b"")  # the last payload, and framed
        self._failure: ChittiError | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._heartbeat: tuple[str, str, bytes, bytes] | None = None
        # a context of its own: it outlives the request that was first to ask for it
        self._task = asyncio.create_task(self._run(), name="alert-feed", context=Context())
        self._task.add_done_callback(self._stopped)

    @property
    def position(self) -> Position | None:
        """How far it has come; None until the first connection."""
        return self.ring.position

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._task.done()

    async def ready(self) -> Position:
        """Wait for the first connection. Errors: that of the subscription, service_unavailable."""
        deadline = asyncio.get_running_loop().time() + _READY_S
        while self.position is None:
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0 or self.ended:
                raise self._failure or ServiceUnavailable("signal-service does not answer", kind="signal-service")
            waiter = self.waiter()
            await asyncio.wait((waiter,), timeout=remaining)
            self.forget(waiter)
        return self.position

    def read(self, index: int, beyond: Position | None) -> tuple[bytes, int]:
        """As `Ring.read`, the events joined."""
        parts, index = self.ring.read(index, beyond)
        self._metrics.events.inc(len(parts))
        return b"".join(parts), index

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

    def chunk(self, payload: bytes) -> bytes:
        """The payload as a chunk of HTTP; framed once for all clients that get the same bytes."""
        if self._chunk[0] is not payload:
            self._chunk = (payload, b"%x\r\n%b\r\n" % (len(payload), payload))
        return self._chunk[1]

    def waiter(self, write: Callable[[], bool] | None = None) -> asyncio.Future[None]:
        """A future that is done when something happened; `forget` it afterwards.

        Where `write` is given it is called first, and while it answers True, that everything is
        written, the client goes on waiting: a task's turn would cost more than the writing.
        """
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = write
        return waiter

    def forget(self, waiter: asyncio.Future[None]) -> None:
        self._waiting.pop(waiter, None)

    def wake(self) -> None:
        """Let every client look for something to write."""
        for waiter, write in list(self._waiting.items()):
            if write is not None and not self.ended and write():
                continue
            self._waiting.pop(waiter, None)
            if not waiter.done():
                waiter.set_result(None)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait((self._task,))
        self.wake()

    def _stopped(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("alert feed failed", exc_info=error)
        self.wake()

    async def _run(self) -> None:
        while True:
            returning = self.returning
            try:
                await self._follow()
            except (ChittiError, msgspec.MsgspecError) as failure:
                error = _told(failure) if isinstance(failure, ChittiError) else ServiceUnavailable(str(failure))
                if self._failure is None or self._failure.code != error.code:
                    _log.warning("alert subscription lost", error=error.code, reason=error.message)
                self._failure = error
                if self.position is None and not error.retryable and returning == self.returning:
                    self.wake()
                    return
            self._metrics.reconnects.inc()
            await asyncio.sleep(self._pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            self._pause_s = min(self._pause_s * 2, _LAST_PAUSE_S)

    async def _follow(self) -> None:
        after = str(self.position) if self.position else None
        request = signals.SubscribeRequest(after=after, filter=self.wanted, returning=self.returning)
        async with self._client.subscribe(signals.SUBSCRIBE, request) as subscription:
            self._pause_s = _FIRST_PAUSE_S
            if self.position is None:
                self.ring.start(_position(subscription.first.at))
                self.wake()
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

    def _take(self, event: Event) -> None:
        if event.event == "hb":
            if event.event_id is not None:  # without one, events below its `top` may still be on their way
                self.ring.advance(_position(event.event_id))
            return
        if event.event == "reset":
            reset = msgspec.json.decode(event.data, type=signals.Reset)
            self.ring.reset(_position(reset.top), reset_bytes(reset.reason, reset.oldest, reset.top))
        else:
            at = _position(event.event_id or "")
            if not self.ring.append(at, event_bytes(event.event, event.data, str(at))):
                return  # seen before the reconnection
        self.wake()


def _told(failure: ChittiError) -> ChittiError:
    """The failure in the words of the stream's address, where the filter's fields are parameters."""
    field = failure.details.get("field")
    if not isinstance(field, str) or not field.startswith(_FILTER):
        return failure
    details = failure.details | {"field": field.removeprefix(_FILTER)}
    return type(failure)(failure.message.removeprefix(_FILTER), **details)


def _position(text: str) -> Position:
    position = Position.parse(text)
    if position is None:
        raise ServiceUnavailable(f"signal-service sent a position that is none: {text[:80]!r}", kind="signal-service")
    return position


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
