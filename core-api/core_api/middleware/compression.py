"""gzip for large replies, where the client asks for it."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable

from core_api.asgi import App, Exchange, Header, Message, Receive, Scope, Send

_LEVEL = 1  # the arrays of a reply shrink to a third; higher levels cost much and gain little
_REFUSED = re.compile(rb"gzip\s*;\s*q=0(\.0*)?\s*(,|\Z)")
_COMPRESSIBLE = (b"application/json", b"text/html", b"text/css", b"text/plain", b"text/javascript", b"image/svg+xml")


class Compression:
    """Compresses whole bodies of `min_bytes` or more; streamed replies pass untouched.

    The work is done in a thread (zlib releases the GIL), so other requests go on.
    """

    def __init__(self, app: App, min_bytes: int) -> None:
        self._app = app
        self._min_bytes = min_bytes

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            exchange: Exchange = scope["exchange"]
            accepted = exchange.headers.get(b"accept-encoding", b"")
            if b"gzip" in accepted and not _REFUSED.search(accepted):
                send = _Reply(send, self._min_bytes).send
        return self._app(scope, receive, send)


class _Reply:
    """Holds the reply's start back until the first body message shows whether it is whole."""

    def __init__(self, send: Send, min_bytes: int) -> None:
        self._send = send
        self._min_bytes = min_bytes
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _suits(message["headers"]):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            body: bytes | memoryview = message.get("body", b"")
            if not message.get("more_body", False) and len(body) >= self._min_bytes:
                message["body"] = body = await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)
                start["headers"] = [*_without_length(start["headers"]), *_gzip_headers(len(body))]
            await self._send(start)
        await self._send(message)


def _suits(headers: list[Header]) -> bool:
    kinds = [value for name, value in headers if name == b"content-type"]
    encoded = any(name == b"content-encoding" for name, _ in headers)
    return not encoded and bool(kinds) and kinds[0].partition(b";")[0].strip() in _COMPRESSIBLE


def _without_length(headers: list[Header]) -> list[Header]:
    return [header for header in headers if header[0] != b"content-length"]


def _gzip_headers(length: int) -> list[Header]:
    return [
        (b"content-encoding", b"gzip"),
        (b"content-length", b"%d" % length),
        (b"vary", b"accept-encoding"),
    ]
