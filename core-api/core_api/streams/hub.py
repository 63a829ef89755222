"""The feeds and the open streams of one process, and the clock that watches over them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import msgspec
from chitti_shared.contracts.signals import AlertFilter
from chitti_shared.errors import Overloaded, ServiceUnavailable
from chitti_shared.ipc import Client

from core_api.metrics import StreamMetrics
from core_api.security.logins import Logins
from core_api.streams.feed import Feed, now_text

if TYPE_CHECKING:
    from core_api.streams.connection import Connection

T = TypeVar("T", bound=str)

MAX_FEEDS = 256
HEARTBEAT_S = 15.0
SEND_TIMEOUT_S = 10.0
_TICK_S = 1.0
_LINGER_S = 30.0  # an empty feed is kept for clients that are just reconnecting


class Hub:
    """Shares one feed among all streams of the same filter.

    One task ticks for all streams: it cuts those whose socket takes no data, ends those whose
    time or login is over, and every 15 s asks for a heartbeat. Timers of their own would cost
    each stream more than the stream itself.

    Parameters
    ----------
    client : Client
        Of signal-service.
    logins : Logins
    metrics : StreamMetrics
    limit : int
        Streams open at once.
    max_feeds : int
        Different filters at once.
    heartbeat_s, send_timeout_s, linger_s : float
    """

    def __init__(
        self,
        client: Client,
        logins: Logins,
        metrics: StreamMetrics,
        limit: int,
        *,
        max_feeds: int = MAX_FEEDS,
        heartbeat_s: float = HEARTBEAT_S,
        send_timeout_s: float = SEND_TIMEOUT_S,
        linger_s: float = _LINGER_S,
    ) -> None:
        self.client = client
        self.metrics = metrics
        self.tick = now_text()
        self.closing = False
        self._logins = logins
        self._limit = limit
        self._max_feeds = max_feeds
        self._heartbeat_s = heartbeat_s
        self._send_timeout_s = send_timeout_s
        self._linger_s = linger_s
        self._feeds: dict[bytes, Feed] = {}
        self._empty_since: dict[bytes, float] = {}  # in the order in which they became empty
        self._streams: dict[bytes, set[Connection]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._count = 0
        self._beat_due = 0.0

    def enter(self, connection: Connection, wanted: AlertFilter, *, returning: bool = False) -> Feed:
        """Register a stream and give it its feed; `returning`: the client has a cursor, its filter was taken before.

        Errors: overloaded, service_unavailable (closing).
        """
        if self.closing:
            raise ServiceUnavailable("the server is shutting down", retry_after_ms=1000)
        if self._count >= self._limit:
            raise Overloaded("too many event streams", retry_after_ms=5000, limit=self._limit)
        key = key_of(wanted)
        feed = self._feeds.get(key)
        if feed is None:
            if len(self._feeds) >= self._max_feeds and not self._drop_longest_empty():
                raise Overloaded("too many different stream filters", retry_after_ms=5000, limit=self._max_feeds)
            self.metrics.feeds.inc()
        if feed is None or feed.ended:
            feed = self._feeds[key] = Feed(self.client, wanted, self.metrics)
        feed.returning = feed.returning or returning
        self._empty_since.pop(key, None)
        self._streams.setdefault(key, set()).add(connection)
        self._count += 1
        self.metrics.clients.inc()
        return feed

    def leave(self, connection: Connection, wanted: AlertFilter) -> None:
        key = key_of(wanted)
        self._streams[key].discard(connection)
        if not self._streams[key]:
            self._empty_since[key] = asyncio.get_running_loop().time()
        self._count -= 1
        self.metrics.clients.dec()

    async def run(self) -> None:
        """Tick until cancelled."""
        loop = asyncio.get_running_loop()
        self._beat_due = loop.time() + self._heartbeat_s
        while True:
            await asyncio.sleep(min(_TICK_S, self._heartbeat_s))
            now = loop.time()
            beat = now >= self._beat_due
            if beat:
                self._beat_due = now + self._heartbeat_s
                self.tick = now_text()
            for key, streams in self._streams.items():
                for connection in streams:
                    connection.look(now, self._send_timeout_s, beat=beat)
                    if self._logins.ended(connection.principal):
                        connection.end("login")
                if beat:
                    self._feeds[key].wake()
            self._drop_empty(now)

    async def close(self) -> None:
        """End every stream and every subscription."""
        self.end_streams()
        feeds, self._feeds = list(self._feeds.values()), {}
        await asyncio.gather(*self._closing, *(feed.close() for feed in feeds))
        self.metrics.feeds.set(0)

    def end_streams(self) -> None:
        """Let every stream end by itself; the clients reconnect elsewhere or later."""
        self.closing = True
        for streams in self._streams.values():
            for connection in streams:
                connection.end("shutdown")

    def _drop_empty(self, now: float) -> None:
        expired = [key for key, since in self._empty_since.items() if now - since > self._linger_s]
        for key in expired:
            self._drop(key)

    def _drop_longest_empty(self) -> bool:
        """Make room for another filter; False where every feed has clients."""
        key = next(iter(self._empty_since), None)
        if key is not None:
            self._drop(key)
        return key is not None

    def _drop(self, key: bytes) -> None:
        del self._empty_since[key], self._streams[key]
        closing = asyncio.create_task(self._feeds.pop(key).close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        self.metrics.feeds.dec()


def key_of(wanted: AlertFilter) -> bytes:
    return msgspec.json.encode(wanted)


def normal(wanted: AlertFilter) -> AlertFilter:
    """The same conditions in one order, so that equal filters share a feed."""
    return AlertFilter(
        symbols=_ordered(wanted.symbols),
        sectors=_ordered(wanted.sectors),
        watchlist=wanted.watchlist,
        kinds=_ordered(wanted.kinds),
        rules=_ordered(wanted.rules),
        directions=_ordered(wanted.directions),
        min_impact=wanted.min_impact or None,
        min_confidence=wanted.min_confidence,
    )


def _ordered(values: list[T] | None) -> list[T] | None:
    return sorted(set(values)) if values else None
