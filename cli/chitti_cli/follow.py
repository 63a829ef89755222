"""The alert stream without an end: reconnects, goes on where it was, loses and repeats nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from chitti_shared.errors import ChittiError, Unauthorized
from chitti_shared.positions import Position

from chitti_cli.gateway import Gateway
from chitti_cli.sse import EventParser, ServerEvent

PATH = "/api/alerts/stream"
LONGEST_WAIT_S = 5.0


class ResetData(msgspec.Struct, frozen=True):
    """What a `reset` event says; `oldest` is the first event still kept."""

    reason: str
    oldest: str
    top: str


class AlertStream:
    """Events of the alert log, one after the other.

    Parameters
    ----------
    gateway : Gateway
    query : mapping, optional
        Conditions by the names of the stream's parameters; lists are alternatives.
    after : str, optional
        The position to go on from; without it live from now.
    from_start : bool
        Begin with the oldest alert kept.
    on_state : callable, optional
        Told in words when the line is lost and found.
    rng : random.Random, optional
        Spreads the reconnects of many clients.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        query: Mapping[str, Any] | None = None,
        after: str | None = None,
        from_start: bool = False,
        on_state: Callable[[str], None] = lambda _state: None,
        rng: random.Random | None = None,
    ) -> None:
        self.position = after
        self._path = f"{PATH}?{_query_of(query)}" if query else PATH
        self._gateway = gateway
        # any position of another epoch is answered by a reset that names the oldest event
        self._seeking_start = from_start
        self._on_state = on_state
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._failures = 0
        self._refused = False
        self._retry_s = 1.0

    async def events(self) -> AsyncGenerator[ServerEvent]:
        """`hb`, `new_alert` and `reset` events, for ever.

        Raises
        ------
        ChittiError
            The gateway refuses for a reason that waiting does not cure.
        """
        while True:
            try:
                async for event in self._one_connection():
                    yield event
            except (httpx.TransportError, httpx.StreamError) as error:
                self._lost(str(error) or type(error).__name__)
            except Unauthorized:
                if self._refused:
                    raise
                self._refused = True
                self._gateway.forget_token()
                continue
            except ChittiError as error:
                if not error.retryable:
                    raise
                self._lost(error.message)
            await asyncio.sleep(self._wait_s())

    def _lost(self, reason: str) -> None:
        if not self._failures:
            self._on_state(f"the line is lost ({reason}); reconnecting")
        self._failures += 1

    def _wait_s(self) -> float:
        ceiling = min(LONGEST_WAIT_S, self._retry_s, 0.1 * 2 ** min(self._failures, 10))
        return self._rng.uniform(0.0, ceiling)

    async def _one_connection(self) -> AsyncGenerator[ServerEvent]:
        parser = EventParser()
        headers = {}
        if self._seeking_start:
            headers["Last-Event-ID"] = "start-0"
        elif self.position is not None:
            headers["Last-Event-ID"] = self.position
        async with self._gateway.stream(self._path, headers) as reply:
            self._refused = False
            async for data in reply.aiter_bytes():
                for event in parser.feed(data):
                    if self._failures:
                        self._on_state("the line is back")
                        self._failures = 0
                    if self._seeking_start and event.event == "reset":
                        self._begin_at_oldest(event)
                        return
                    if self._is_new(event):
                        yield event
                self._retry_s = parser.retry_s or self._retry_s

    def _begin_at_oldest(self, event: ServerEvent) -> None:
        reset = msgspec.json.decode(event.data, type=ResetData)
        oldest = Position.parse(reset.oldest)
        self.position = str(Position(oldest.epoch, max(oldest.seq - 1, 0))) if oldest else reset.top
        self._seeking_start = False

    def _is_new(self, event: ServerEvent) -> bool:
        """Move the position; False for an event at or before it, which was given out already."""
        if event.event_id is None:
            return True
        there = Position.parse(event.event_id)
        here = Position.parse(self.position) if self.position else None
        if event.event == "new_alert" and there and here and there.epoch == here.epoch and there.seq <= here.seq:
            return False
        if not self._seeking_start:
            self.position = event.event_id
        return True


def _query_of(query: Mapping[str, Any]) -> str:
    joined = {name: ",".join(value) if isinstance(value, list) else value for name, value in query.items()}
    return urlencode({name: str(value).lower() if value is True else value for name, value in joined.items()})
