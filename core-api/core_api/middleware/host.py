"""The layer that asks each request for its one `Host`."""

from __future__ import annotations

from collections.abc import Awaitable

from chitti_shared.errors import InvalidInput

from core_api.asgi import App, Exchange, Receive, Scope, Send, send_error


class Host:
    """Refuses HTTP/1.1 without a `Host`, and any request with two: RFC 9112, section 3.2.

    A proxy in front could take one of them and send a request on its way that this server
    reads by the other.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            exchange: Exchange = scope["exchange"]
            named = b"host" in exchange.headers
            # a repeated header stands once in the dict: the list is searched only then
            if named and len(exchange.headers) != len(scope["headers"]):
                if sum(name == b"host" for name, _ in scope["headers"]) > 1:
                    return send_error(send, _refusal("the request has several Host headers"))
            elif not named and scope["http_version"] != "1.0":
                return send_error(send, _refusal("the request has no Host header"))
        return self._app(scope, receive, send)


def _refusal(message: str) -> InvalidInput:
    return InvalidInput(message, field="host", constraint="one Host header")
