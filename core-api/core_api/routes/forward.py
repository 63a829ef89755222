"""HTTP in, one action of a daemon out: the body goes through unparsed, the result untouched."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from chitti_shared.contracts.action import Action, Route
from chitti_shared.errors import Cancelled, InvalidInput
from chitti_shared.ipc import Client
from chitti_shared.json import peek

from core_api.asgi import Exchange, Receive, Scope, Send, send_bytes
from core_api.body import Bodies
from core_api.routes.departures import Departure
from core_api.routes.parameters import Parameters
from core_api.routes.steps import send_steps
from core_api.routes.table import path_names

_QUERY_ONLY = ("GET", "DELETE")
_SEARCHED_BYTES = 64 * 1024  # 50 us of the event loop


@dataclass(frozen=True, slots=True)
class Upload:
    """Raw documents that an action takes in place of JSON.

    The body travels as the `|u1` section `section`; its other parameters come from the query.
    """

    section: str
    content_types: frozenset[bytes]


_FEEDS = (
    "application/xml",
    "text/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_TABLES = (
    "text/csv",
    "application/csv",
    "application/vnd.apache.parquet",
    "application/x-parquet",
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/octet-stream",
)
UPLOADS: dict[str, Upload] = {
    "ingest_rss": Upload("document", frozenset(kind.encode() for kind in _FEEDS)),
    "import_prices": Upload("document", frozenset(kind.encode() for kind in _TABLES)),
    "import_adjustments": Upload("document", frozenset(kind.encode() for kind in _TABLES)),
    "import_fundamentals": Upload("document", frozenset(kind.encode() for kind in _TABLES)),
}


class Forward:
    """The handler of one forwarded route.

    Parameters
    ----------
    action : Action
    client : Client
        Of the daemon that answers it.
    bodies : Bodies
    timeout_s : float
        Longest the daemon may take.

    Long work asked with `progress` is answered in lines (`steps.py`); no other reply is.
    """

    def __init__(self, action: Action, client: Client, bodies: Bodies, timeout_s: float) -> None:
        route = action.route
        assert isinstance(route, Route)
        self._name = action.name
        self._client = client
        self._bodies = bodies
        self._timeout_s = timeout_s
        self._parameters = Parameters(action.request, path_names(route.path))
        self._upload = UPLOADS.get(action.name)
        self._is_long = action.partial is not None
        self._answer = self._answer_query if route.method in _QUERY_ONLY else self._answer_body

    def __call__(self, scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> Awaitable[None]:
        return self._answer(scope, receive, send, values)

    async def _answer_query(self, scope: Scope, _receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        parameters = self._parameters.encoded(scope["query_string"], values)
        exchange: Exchange = scope["exchange"]
        with Departure(exchange):
            result = await self._forward(exchange, parameters)
        await send_bytes(send, 200, result)

    async def _answer_body(self, scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        exchange: Exchange = scope["exchange"]
        query: bytes = scope["query_string"]
        beside = self._parameters.typed(query, values) if query or values else None
        body = await self._bodies.read(receive, exchange.headers, exchange.whole_body)
        try:
            if self._upload is not None and _content_type(exchange) in self._upload.content_types:
                _check_document(body, self._upload)
                parameters, sections = None, {self._upload.section: body}
            else:
                parameters, sections = body or b"{}", None
            if self._is_long and (asked := _asks_progress(parameters, beside)) is not False:
                await self._send_steps(exchange, send, parameters, beside, sections, asked=asked or False)
                return
            with Departure(exchange):
                result = await self._forward(exchange, parameters, beside, sections)
        finally:
            self._bodies.release(body)
        await send_bytes(send, 200, result)

    async def _send_steps(
        self,
        exchange: Exchange,
        send: Send,
        body: bytes | None,
        beside: dict[str, Any] | None,
        sections: dict[str, bytes] | None,
        *,
        asked: bool,
    ) -> None:
        """Over a connection of its own: the daemon goes no faster than this client reads, and nobody else waits."""
        try:
            with Departure(exchange):
                async with self._client.session() as session:
                    steps = session.steps(
                        self._name,
                        body,
                        params=beside,
                        sections=sections,
                        timeout_s=self._timeout_s,
                        request_id=exchange.request_id,
                    )
                    async with aclosing(steps):
                        await send_steps(send, steps, asked=asked)
        except Cancelled:
            if not exchange.status:
                raise

    def _forward(
        self,
        exchange: Exchange,
        body: bytes | None,
        beside: dict[str, Any] | None = None,
        sections: dict[str, bytes] | None = None,
    ) -> Awaitable[bytes | memoryview]:
        return self._client.forward(
            self._name,
            body,
            params=beside,
            sections=sections,
            timeout_s=self._timeout_s,
            request_id=exchange.request_id,
        )


def _content_type(exchange: Exchange) -> bytes:
    return exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()


def _asks_progress(body: bytes | None, beside: dict[str, Any] | None) -> bool | None:
    """Whether partial replies are wanted; None: a body too long to be searched here, the daemon will show."""
    if beside is not None and "progress" in beside:
        return bool(beside["progress"])
    if body is None:
        return False
    if len(body) > _SEARCHED_BYTES:
        return None
    return peek(body, b"progress") == b"true"


def _check_document(body: bytes, upload: Upload) -> None:
    if not body:
        raise InvalidInput("the body is empty", field=upload.section, constraint="length >= 1")
