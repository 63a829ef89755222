"""Noticing that the HTTP client left while its request is being served."""

from __future__ import annotations

import asyncio
from types import TracebackType

from chitti_shared.errors import Cancelled

from core_api.asgi import Exchange


class Departure:
    """`with Departure(exchange): ...` cancels the block once the client is gone.

    The block then ends with `cancelled`. The connection itself tells of its loss, so waiting for
    it costs neither a task nor a timer.
    """

    __slots__ = ("_gone", "_presence", "_task")

    def __init__(self, exchange: Exchange) -> None:
        self._presence = exchange.presence
        self._gone = False

    def __enter__(self) -> None:
        if self._presence.gone:
            raise Cancelled("the client left")
        task = asyncio.current_task()
        assert task is not None
        self._task: asyncio.Task[object] = task
        self._presence.on_departure = self._left

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._presence.on_departure = None
        if self._gone:
            remaining = self._task.uncancel()
            if isinstance(error, asyncio.CancelledError) and not remaining:
                raise Cancelled("the client left") from None

    def _left(self) -> None:
        self._gone = True
        self._task.cancel("the HTTP client left")
