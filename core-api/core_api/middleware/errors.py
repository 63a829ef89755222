"""The layer that turns exceptions into replies."""

from __future__ import annotations

from chitti_shared.errors import ChittiError, Internal
from chitti_shared.logs import get_logger

from core_api.asgi import App, Exchange, Receive, Scope, Send, send_error

_log = get_logger(__name__)


class Errors:
    """Answers every failure in the one error shape.

    An expected error (`ChittiError`) is answered as it is. Anything else is logged once with
    its traceback and answered as `internal`, opaque but for the request id. Once the reply has
    begun nothing can be answered: the exception goes on to the server, which cuts the
    connection, so that the client sees a broken reply and not a complete one.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except ChittiError as error:
            exchange: Exchange = scope["exchange"]
            if exchange.status:
                raise
            if error.code == Internal.code:
                error = internal(exchange)
            await send_error(send, error)
        except Exception as error:
            exchange = scope["exchange"]
            _log.error("unexpected error", path=scope["path"], exc_info=error)
            if exchange.status:
                raise
            await send_error(send, internal(exchange))


def internal(exchange: Exchange) -> Internal:
    """What a caller may know of an unexpected failure."""
    return Internal("an unexpected error; the log tells more under the request id", request_id=exchange.request_id)
