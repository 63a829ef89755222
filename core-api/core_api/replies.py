"""One request and its reply: the body passed on without copies, a whole reply written in one piece."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from core_api.asgi import Header, Message

_NO_BODY = (204, 304)
_READ_HIGH_WATER = 256 * 1024


class Cycle(RequestResponseCycle):
    """uvicorn's record of a request, with a shorter way for bodies and for replies that are whole.

    uvicorn gathers a body in a bytearray and copies it out again; here the pieces stay as they came.
    It writes head and body apart, two system calls and two segments, and checks each header with
    two regular expressions: together a fifth of what a small request costs. A reply in parts (a
    stream, a file) takes uvicorn's way, but for HTTP/1.0, which knows no chunks: there a reply
    of unknown length is what comes until the connection closes.

    Parameters
    ----------
    config : mapping
        What `RequestResponseCycle` takes of the connection.
    default_headers : list
        Of every reply.
    scope : dict
        The ASGI scope.
    flow : FlowControl
    keep_alive, expect_100_continue : bool
        What the request's head says.
    on_response : callable
        Called when the reply is written.
    """

    def __init__(
        self,
        config: dict[str, Any],
        default_headers: list[Header],
        scope: Any,
        flow: FlowControl,
        on_response: Callable[[], None],
        *,
        keep_alive: bool,
        expect_100_continue: bool,
    ) -> None:
        super().__init__(
            scope,
            flow=flow,
            default_headers=default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=expect_100_continue,
            keep_alive=keep_alive,
            on_response=on_response,
            **config,
        )
        self._parts: list[bytes] = []
        self._held = 0
        self._start: Message | None = None
        self._until_close = False

    def take(self, part: bytes) -> None:
        """Keep a piece of the body until it is asked for; nothing more is read while many wait."""
        self._parts.append(part)
        self._held += len(part)
        if self._held > _READ_HIGH_WATER:
            self.flow.pause_reading()
        self.message_event.set()

    def whole_body(self) -> bytes | None:
        """The body, when nothing more of it is to come: then `receive` has no more to give, and is not waited for."""
        if self.more_body or self.disconnected or self.response_complete or self.waiting_for_100_continue:
            return None
        self.flow.resume_reading()
        self.message_event.clear()
        return self._taken()

    def _taken(self) -> bytes:
        parts, self._parts, self._held = self._parts, [], 0
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def push(self, body: bytes, chunk: bytes) -> bool:
        """Write a part of a streamed reply at once, without a task's turn; False: it must wait its turn.

        Parameters
        ----------
        body, chunk : bytes
            The part, and the same as a chunk: framed once, however many replies it goes into.
        """
        if not self.response_started or self.response_complete or self.disconnected or self.flow.write_paused:
            return False
        self.transport.write(chunk if self.chunked_encoding else body)
        return True

    async def receive(self) -> Any:
        if self.waiting_for_100_continue and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.waiting_for_100_continue = False
        if not self.disconnected and not self.response_complete:
            self.flow.resume_reading()
            await self.message_event.wait()
            self.message_event.clear()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self._taken(), "more_body": self.more_body}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and self._start is None and not self.response_started:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if not message.get("more_body", False) and self._may_be_whole(start):
                self._write(start["status"], start["headers"], message.get("body", b""))
                return
            self._until_close = self.scope["http_version"] != "1.1" and not _has_length(start)
            if self._until_close:
                self.chunked_encoding = False
            await super().send(start)  # type: ignore[arg-type]
        if self._until_close and message["type"] == "http.response.body":
            self.expected_content_length = len(message.get("body", b""))  # what comes is what is expected
        await super().send(message)

    def _may_be_whole(self, start: Message) -> bool:
        names = [name for name, _ in start["headers"]]
        return (
            self.keep_alive
            and not self.disconnected
            and not self.flow.write_paused
            and start["status"] not in _NO_BODY
            and b"content-length" in names
            and b"connection" not in names
            and self.scope["method"] != "HEAD"
        )

    def _write(self, status: int, headers: list[Header], body: bytes | memoryview) -> None:
        lines = [b"%b: %b\r\n" % header for header in (*self.default_headers, *headers)]
        head = b"".join((STATUS_LINE[status], *lines, b"\r\n"))
        breaks = len(lines) + 2
        if head.count(b"\r") != breaks or head.count(b"\n") != breaks:
            raise RuntimeError("a header holds a line break")
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.writelines((head, body))
        self.message_event.set()
        self.on_response()


def _has_length(start: Message) -> bool:
    return any(name == b"content-length" for name, _ in start["headers"])
