"""Reading request bodies within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from chitti_shared.errors import Cancelled, InvalidInput, Overloaded, PayloadTooLarge, Timeout

from core_api.asgi import Message, Receive, WholeBody, not_whole

_ARRIVAL_S = 60.0
_RETRY_AFTER_MS = 1000


class Bodies:
    """Reads whole bodies, checking the limits before and while bytes are kept.

    Parameters
    ----------
    limit_bytes : int
        Largest body.
    budget_bytes : int
        Bytes of all bodies held at once in this process.
    arrival_s : float
        Time within which a body must be there.
    """

    def __init__(self, limit_bytes: int, budget_bytes: int, arrival_s: float = _ARRIVAL_S) -> None:
        self._limit = limit_bytes
        self._budget = budget_bytes
        self._arrival_s = arrival_s
        self.held = 0

    async def read(self, receive: Receive, headers: Mapping[bytes, bytes], whole_body: WholeBody = not_whole) -> bytes:
        """The body; its caller must `release` it.

        What `whole_body` gives is there already, so that there is nothing to wait for and to time.

        Errors: payload_too_large, overloaded (the budget is spent), invalid_input (a length that
        is no number, a compressed body), timeout (it does not arrive), cancelled (the client left).
        """
        counted = self._check(headers)
        self._hold(counted)
        body = whole_body()
        if body is not None:
            self.held -= counted
            self._check_length(len(body))  # its head need not have told
            self._hold(len(body))
            return body
        size = 0
        parts: list[bytes] = []
        more = True
        try:
            async with asyncio.timeout(self._arrival_s):
                while more:
                    message = await receive()
                    _check_present(message)
                    part: bytes = message.get("body", b"")
                    more = message.get("more_body", False)
                    size += len(part)
                    if size > counted:
                        self._check_length(size)
                        self._hold(size - counted)
                        counted = size
                    parts.append(part)
        except TimeoutError as error:
            self.held -= counted
            raise Timeout(f"the body did not arrive within {self._arrival_s:g} s") from error
        except BaseException:
            self.held -= counted
            raise
        self.held += size - counted
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def release(self, body: bytes) -> None:
        """Give back what `read` counted."""
        self.held -= len(body)

    def _check(self, headers: Mapping[bytes, bytes]) -> int:
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise InvalidInput("a request body must not be compressed", field="content-encoding", constraint="identity")
        text = headers.get(b"content-length", b"0")
        if not text.isdigit():
            raise InvalidInput("content-length is not a number", field="content-length", constraint="digits")
        self._check_length(expected := int(text))
        return expected

    def _check_length(self, size: int) -> None:
        if size > self._limit:
            raise PayloadTooLarge(
                f"a body may have {self._limit} bytes", field="body", constraint=f"length <= {self._limit}"
            )

    def _hold(self, size: int) -> None:
        if self.held + size > self._budget:
            raise Overloaded("too many large requests at once", retry_after_ms=_RETRY_AFTER_MS)
        self.held += size


def _check_present(message: Message) -> None:
    if message["type"] == "http.disconnect":
        raise Cancelled("the client left while it was sending")


def replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives a body read already, and then what comes after it."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
