"""core-api over HTTP, as somebody who is logged in."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from chitti_shared.errors import ChittiError, Internal

from chitti_cli.accounts import Token, local_token
from chitti_cli.problem import Problem
from chitti_cli.stack_record import require_stack

TokenSource = Callable[[], Awaitable[Token]]
# An access token is replaced this long before it ends
RENEW_BEFORE_S = 30.0
# The server beats every 15 s: silence for longer means a dead line
STREAM_SILENCE_S = 45.0
# What the command reads of its environment alone, not of .env, with what it means
ENVIRONMENT = {
    "CHITTI_URL": "Address of a core-api elsewhere; unset: that of the stack running here.",
    "CHITTI_TOKEN": "Access token of POST /api/auth/token, needed with CHITTI_URL; unset: a local login.",
}


class Gateway:
    """A logged-in HTTP client.

    Parameters
    ----------
    url : str
        Address of core-api.
    token_source : callable
        Gives a fresh access token; called again when the last one is about to end or was refused.
    """

    def __init__(self, url: str, token_source: TokenSource) -> None:
        self.url = url
        self._token_source = token_source
        self._token = ""
        self._renew_at = 0.0
        # the addresses are our own: a proxy for the world outside has no part in it
        self._http = httpx.AsyncClient(base_url=url, timeout=30.0, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """The JSON object of a reply.

        Raises
        ------
        ChittiError
            The error reply.
        httpx.TransportError
            No reply came.
        """
        headers = {**await self.authorization(), **arguments.pop("headers", {})}
        reply = await self._http.request(method, path, headers=headers, **arguments)
        if reply.is_error:
            raise error_of(reply)
        answer: dict[str, Any] = reply.json()
        return answer

    @asynccontextmanager
    async def stream(self, path: str, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        """An event stream that has been accepted.

        Raises
        ------
        ChittiError, httpx.TransportError
            As `request`.
        """
        timeout = httpx.Timeout(10.0, read=STREAM_SILENCE_S)
        headers = {**await self.authorization(), "Accept": "text/event-stream", **headers}
        async with self._http.stream("GET", path, headers=headers, timeout=timeout) as reply:
            if reply.is_error:
                await reply.aread()
                raise error_of(reply)
            yield reply

    def forget_token(self) -> None:
        """The present token was refused."""
        self._renew_at = 0.0

    async def authorization(self) -> dict[str, str]:
        """The header that shows the login."""
        if time.monotonic() >= self._renew_at:
            token = await self._token_source()
            self._token = token.access_token
            self._renew_at = time.monotonic() + max(1.0, token.expires_in - RENEW_BEFORE_S)
        return {"Authorization": f"Bearer {self._token}"}


def error_of(reply: httpx.Response) -> ChittiError:
    """The error that a reply of status 400 or more stands for."""
    try:
        fields = reply.json()
    except ValueError:
        return Internal(f"{reply.request.url} answered {reply.status_code} without an error object")
    if not isinstance(fields, dict) or "error" not in fields:
        return Internal(f"{reply.request.url} answered {reply.status_code} without an error object")
    return ChittiError.from_dict(fields)


def open_gateway(data_dir: Path) -> Gateway:
    """The gateway that CHITTI_URL names, else that of the stack running here.

    Raises
    ------
    Problem
        No stack runs here, or CHITTI_URL is set without CHITTI_TOKEN.
    """
    url, given = os.environ.get("CHITTI_URL"), os.environ.get("CHITTI_TOKEN")
    if url and not given:
        raise Problem("CHITTI_URL is set without CHITTI_TOKEN", "set it to an access token of POST /api/auth/token")
    if given:
        token = Token(access_token=given, expires_in=float("inf"))

        async def from_environment() -> Token:
            return token

        return Gateway(url or require_stack(data_dir).url, from_environment)

    async def from_core_api() -> Token:
        return await local_token(require_stack(data_dir), str(data_dir))

    return Gateway(require_stack(data_dir).url, from_core_api)
