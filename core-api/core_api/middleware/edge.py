"""The outermost layer: what every request and reply has."""

from __future__ import annotations

import time
from collections.abc import Sequence

from chitti_shared.logs import bind_request, get_logger
from chitti_shared.tracing import bind_trace, parse_traceparent

from core_api.asgi import App, Exchange, Header, Message, Receive, Scope, Send
from core_api.metrics import HttpMetrics

_log = get_logger(__name__)
_SLOW_S = 1.0

SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)


class Edge:
    """Request id, security headers, access log and metrics of each request.

    One layer for the four: each wrapper around `send` costs on every message, and all of them
    need the same moment, the start of the reply.
    """

    def __init__(self, app: App, metrics: HttpMetrics, headers: Sequence[Header] = SECURITY_HEADERS) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = tuple(headers)
        self._debug = _log.debug  # looked up once: that costs more than a line below the level

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope)
        scope["exchange"] = exchange
        bind_request(request_id=exchange.request_id, action=scope["path"])
        if (traceparent := exchange.headers.get(b"traceparent")) is not None:
            bind_trace(parse_traceparent(traceparent.decode("latin-1")))
        common = (*self._headers, (b"x-request-id", exchange.request_id.encode()))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], *common]
            await send(message)

        started = time.perf_counter()
        self._metrics.started()
        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            method: str = scope["method"]
            self._metrics.finished(exchange.route, method, exchange.status, seconds)
            if exchange.status >= 500 or seconds > _SLOW_S:
                _log_access(scope, exchange, seconds)
            else:
                self._debug("http", method=method, route=exchange.route, status=exchange.status)


def _log_access(scope: Scope, exchange: Exchange, seconds: float) -> None:
    log = _log.warning if exchange.status >= 500 else _log.info
    log(
        "http",
        method=scope["method"],
        route=exchange.route,
        status=exchange.status,
        duration_ms=round(seconds * 1000, 2),
        user=exchange.principal.name if exchange.principal else None,
        address=exchange.address,
    )
