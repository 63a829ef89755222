"""HTTP in, one action of a daemon out: the body goes through unparsed, the result untouched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chitti_shared.contracts.action import Action, Route
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Client

from core_api.asgi import Exchange, Receive, Scope, Send, send_bytes
from core_api.body import Bodies
from core_api.routes.departures import Departure
from core_api.routes.parameters import Parameters
from core_api.routes.table import path_names

_QUERY_ONLY = ("GET", "DELETE")


@dataclass(frozen=True, slots=True)
class Upload:
    """Raw documents that an action takes in place of JSON.

    The body travels as the `|u1` section `section`; its other parameters come from the query.
    """

    section: str
    content_types: frozenset[bytes]


_XML = ("application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml")
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
    "ingest_rss": Upload("document", frozenset(kind.encode() for kind in _XML)),
    "import_prices": Upload("document", frozenset(kind.encode() for kind in _TABLES)),
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
        self._answer = self._answer_query if route.method in _QUERY_ONLY else self._answer_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        await send_bytes(send, 200, await self._answer(scope, receive, values))

    async def _answer_query(self, scope: Scope, receive: Receive, values: tuple[str, ...]) -> bytes:
        parameters = self._parameters.encoded(scope["query_string"], values)
        with Departure(receive):
            return await self._forward(scope["exchange"], parameters)

    async def _answer_body(self, scope: Scope, receive: Receive, values: tuple[str, ...]) -> bytes:
        exchange: Exchange = scope["exchange"]
        query: bytes = scope["query_string"]
        beside = self._parameters.typed(query, values) if query or values else None
        body = await self._bodies.read(receive, exchange.headers)
        try:
            with Departure(receive):
                if self._upload is not None and _content_type(exchange) in self._upload.content_types:
                    _check_document(body, self._upload)
                    return await self._forward(exchange, None, beside, {self._upload.section: body})
                return await self._forward(exchange, body or b"{}", beside)
        finally:
            self._bodies.release(body)

    async def _forward(
        self,
        exchange: Exchange,
        body: bytes | None,
        beside: dict[str, Any] | None = None,
        sections: dict[str, bytes] | None = None,
    ) -> bytes:
        return await self._client.forward(
            self._name,
            body,
            params=beside,
            sections=sections,
            timeout_s=self._timeout_s,
            request_id=exchange.request_id,
        )


def _content_type(exchange: Exchange) -> bytes:
    return exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()


def _check_document(body: bytes, upload: Upload) -> None:
    if not body:
        raise InvalidInput("the body is empty", field=upload.section, constraint="length >= 1")
