"""The layer that finds the route, asks for the login and keeps the rate limits."""

from __future__ import annotations

from collections.abc import Mapping

from chitti_shared.errors import Unauthorized

from core_api.asgi import App, Exchange, Receive, Scope, Send, not_allowed, send_error
from core_api.body import Bodies, replayed
from core_api.routes.table import RouteTable
from core_api.security.logins import Logins
from core_api.security.rates import RateLimit
from core_api.security.streams import StreamLogin

OPEN_PATHS = frozenset({"/api/auth/token", "/api/auth/refresh"})
STREAM_PATH = "/api/alerts/stream"
_FORM_BYTES = 64 * 1024
_FORM_BUDGET_BYTES = 16 * 2**20


class Gate:
    """Everything under `/api` needs a login, but for the two paths that give one.

    Forwarded routes are answered from the table, before FastAPI's router is asked; all else
    goes to `app`.

    Parameters
    ----------
    app : ASGI application
        The gateway's own routes.
    table : RouteTable
        The forwarded ones.
    logins : Logins
    streams : StreamLogin
        Who a stream acts for: besides the header it may use a ticket or a cookie.
    limits : mapping of str to RateLimit
        By class: `fast`, `bulk`, `stream` (by login) and `open` (by address).
    """

    def __init__(
        self,
        app: App,
        table: RouteTable,
        logins: Logins,
        streams: StreamLogin,
        limits: Mapping[str, RateLimit],
    ) -> None:
        self._app = app
        self._table = table
        self._logins = logins
        self._streams = streams
        self._limits = dict(limits)
        self._open = limits["open"]
        self._forms = Bodies(_FORM_BYTES, _FORM_BUDGET_BYTES)  # Starlette reads a form of any size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        exchange: Exchange = scope["exchange"]
        if not path.startswith("/api/") or path in OPEN_PATHS:
            self._open.take(exchange.address)
            await self._own(scope, receive, send)
            return
        try:
            if path == STREAM_PATH:
                exchange.principal = await self._streams.principal_of(scope)
            else:
                exchange.principal = self._logins.by_header(exchange.headers.get(b"authorization"))
        except Unauthorized:
            self._open.take(exchange.address)
            raise
        found = self._table.find(scope["method"], path)
        if found is None:
            self._take("fast", exchange)
            await self._own(scope, receive, send)
            return
        endpoint = found.endpoint
        if endpoint is None:
            await send_error(send, *not_allowed(scope["method"], found.allowed))
            return
        exchange.route = endpoint.path
        self._take(endpoint.rate_class, exchange)
        await endpoint.handler(scope, receive, send, found.values)

    def _take(self, rate_class: str, exchange: Exchange) -> None:
        principal = exchange.principal
        assert principal is not None
        self._limits[rate_class].take(principal.user_id)

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope["exchange"].headers
        body = b""
        if b"content-length" in headers or b"transfer-encoding" in headers:
            body = await self._forms.read(receive, headers)
            receive = replayed(body, receive)
        try:
            await self._app(scope, receive, send)
        finally:
            self._forms.release(body)
            route = scope.get("route")
            if route is not None:
                scope["exchange"].route = getattr(route, "path", "unmatched")
