"""Cross-origin requests from the origins in the settings; the layer is absent without any."""

from __future__ import annotations

from collections.abc import Iterable

from core_api.asgi import App, Exchange, Header, Message, Receive, Scope, Send, send_bytes

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = b"authorization, content-type, last-event-id, traceparent, x-request-id"
_EXPOSED = b"x-request-id, retry-after, content-disposition"
_PREFLIGHT_LIFE_S = b"600"


class Cors:
    """Lets the given origins read replies and send credentials.

    Origins are compared whole; there is no wildcard, since a login may ride along in a cookie.
    """

    def __init__(self, app: App, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.rstrip("/").encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange: Exchange = scope["exchange"]
        origin = exchange.headers.get(b"origin")
        if origin is None:
            await self._app(scope, receive, self._varying(send))
            return
        allowed: list[Header] = []
        if origin in self._origins:
            allowed = [
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", _EXPOSED),
            ]
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in exchange.headers:
            exchange.route = "preflight"
            await send_bytes(send, 204 if allowed else 403, b"", [*allowed[:2], *_preflight(bool(allowed))])
            return
        await self._app(scope, receive, self._varying(send, allowed))

    def _varying(self, send: Send, allowed: Iterable[Header] = ()) -> Send:
        """`send` that adds `allowed`, and tells caches that the reply depends on the origin."""

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *allowed, (b"vary", b"origin")]
            await send(message)

        return send_allowed


def _preflight(allowed: bool) -> list[Header]:
    if not allowed:
        return [(b"vary", b"origin")]
    return [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _REQUEST_HEADERS),
        (b"access-control-max-age", _PREFLIGHT_LIFE_S),
        (b"vary", b"origin"),
    ]
