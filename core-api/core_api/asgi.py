"""What the gateway's layers share: the record of one request, and how it is answered."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

import msgspec
from chitti_shared.errors import ChittiError, InvalidInput

from core_api.security.tokens import Principal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]
WholeBody = Callable[[], bytes | None]

JSON: Header = (b"content-type", b"application/json")
_REQUEST_ID = re.compile(rb"\A[A-Za-z0-9._\-]{1,64}\Z")
_PREFIX = secrets.token_hex(6)
_counter = itertools.count(1)
_encode = msgspec.json.Encoder().encode


def not_whole() -> bytes | None:
    """Of a server that does not tell, a body has to be received."""
    return None


class Presence:
    """Whether the client of one request is still there; in `scope["extensions"]["chitti.presence"]`.

    Attributes
    ----------
    gone : bool
    on_departure : callable or None
        Called when it leaves.
    """

    __slots__ = ("gone", "on_departure")

    def __init__(self) -> None:
        self.gone = False
        self.on_departure: Callable[[], None] | None = None

    def depart(self) -> None:
        self.gone = True
        if self.on_departure is not None:
            self.on_departure()


class Exchange:
    """One HTTP request on its way; in `scope["exchange"]`.

    Parameters
    ----------
    scope : dict
        The ASGI scope.

    Attributes
    ----------
    request_id : str
        The client's `x-request-id` where it is 1 to 64 of `A-Z a-z 0-9 . _ -`, else a new one.
    headers : dict of bytes to bytes
        Names in lower case; of a repeated header the last.
    address : str
        The peer's.
    presence : Presence
    whole_body : callable
        The request's body when all of it is there already, else None; `receive` does not give it again.
    principal : Principal or None
        Who is logged in.
    route : str
        The matched route, for metrics: never the caller's own spelling.
    status : int
        Of the reply; 0 until it starts.
    """

    __slots__ = ("address", "headers", "presence", "principal", "request_id", "route", "status", "whole_body")

    def __init__(self, scope: Scope) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-request-id")
        self.request_id = given.decode() if given and _REQUEST_ID.match(given) else f"{_PREFIX}-{next(_counter):x}"
        self.headers = headers
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        extensions: dict[str, Any] = scope.get("extensions") or {}
        self.presence: Presence = extensions.get("chitti.presence") or Presence()
        self.whole_body: WholeBody = extensions.get("chitti.whole_body") or not_whole
        self.principal: Principal | None = None
        self.route = "unmatched"
        self.status = 0


async def send_bytes(send: Send, status: int, body: bytes | memoryview, headers: Sequence[Header] = (JSON,)) -> None:
    """Answer with a whole body."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def send_json(send: Send, status: int, value: object, headers: Sequence[Header] = ()) -> None:
    """Answer with a small JSON value."""
    await send_bytes(send, status, _encode(value), (JSON, *headers))


async def send_error(send: Send, error: ChittiError, status: int = 0, headers: Sequence[Header] = ()) -> None:
    """Answer in the one error shape, with the status and headers that belong to the error."""
    await send_json(send, status or error.http_status, error.to_dict(), (*error_headers(error), *headers))


def error_headers(error: ChittiError) -> list[Header]:
    """`Retry-After` in whole seconds where the error says when, `WWW-Authenticate` with a 401."""
    headers: list[Header] = []
    retry_after_ms = error.details.get("retry_after_ms")
    if isinstance(retry_after_ms, int | float):
        headers.append((b"retry-after", b"%d" % max(1, -(-int(retry_after_ms) // 1000))))
    if error.http_status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return headers


def not_allowed(method: str, allowed: Iterable[str]) -> tuple[ChittiError, int, list[Header]]:
    """What answers a path that exists, but not with this method: `send_error(send, *not_allowed(...))`."""
    names = ", ".join(sorted(allowed))
    error = InvalidInput(f"{method} is not allowed here", field="method", constraint=f"one of: {names}")
    return error, 405, [(b"allow", names.encode())]
