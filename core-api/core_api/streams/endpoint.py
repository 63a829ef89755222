"""`GET /api/alerts/stream`."""

from __future__ import annotations

import asyncio
import random
import socket
import time

import msgspec
from chitti_shared.contracts.signals import AlertFilter

from core_api.asgi import Exchange, Header, Receive, Scope, Send, send_bytes
from core_api.query import split_query
from core_api.routes.parameters import Parameters
from core_api.streams.connection import Connection
from core_api.streams.hub import Hub, normal

LIFE_S = 600.0
_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_SEND_BUFFER = 64 * 1024


class StreamQuery(AlertFilter, frozen=True, kw_only=True):
    """What the stream's address may hold: the filter, the cursor, the ticket."""

    last_event_id: str | None = None
    ticket: str | None = None


class AlertStream:
    """The handler of the alert stream, as a plain ASGI response: two tasks a connection.

    Parameters
    ----------
    hub : Hub
    life_s : float
        Longest life of a connection; each lives a random 80 to 100 % of it, and never past its token.
    """

    def __init__(self, hub: Hub, life_s: float = LIFE_S) -> None:
        self._hub = hub
        self._life_s = life_s
        self._parameters = Parameters(StreamQuery)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, _values: tuple[str, ...]) -> None:
        exchange: Exchange = scope["exchange"]
        wanted, cursor = self._asked(scope["query_string"], exchange.headers.get(b"last-event-id"))
        if scope["method"] == "HEAD":
            await send_bytes(send, 200, b"", _HEADERS)
            return
        principal = exchange.principal
        assert principal is not None
        life_s = min(self._life_s * random.uniform(0.8, 1.0), principal.expires_at - time.time())  # noqa: S311
        transport = _small_buffers(scope)
        ends_at = asyncio.get_running_loop().time() + life_s
        push = scope.get("extensions", {}).get("chitti.push")
        connection = Connection(self._hub, principal, send, receive, ends_at, transport, push)
        await connection.serve(wanted, cursor, list(_HEADERS))

    def _asked(self, query: bytes, header: bytes | None) -> tuple[AlertFilter, str | None]:
        typed = self._parameters.typed(query)
        typed.pop("ticket", None)
        typed.pop("last_event_id", None)
        # the text itself: a cursor of "null" is an unknown one, not none
        texts = split_query(query).get("last_event_id")
        cursor = header.decode("latin-1") if header else (texts[0] if texts and texts[0] else None)
        return normal(msgspec.convert(typed, AlertFilter)), cursor


def _small_buffers(scope: Scope) -> asyncio.Transport | None:
    """Let a slow client be noticed early: little is buffered on its behalf."""
    transport: asyncio.Transport | None = scope.get("extensions", {}).get("chitti.transport")
    if transport is not None:
        transport.set_write_buffer_limits(high=_SEND_BUFFER)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return transport
