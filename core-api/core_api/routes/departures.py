"""Noticing that the HTTP client left while its request is being served."""

from __future__ import annotations

import asyncio
from types import TracebackType

from chitti_shared.errors import Cancelled

from core_api.asgi import Receive

_AFTER_S = 0.1


class Departure:
    """`with Departure(receive): ...` cancels the block once the client is gone.

    The block then ends with `cancelled`. Most requests are answered sooner than `_AFTER_S`, so
    only longer ones get a task that listens; a timer costs next to nothing. The request's body
    must have been read.
    """

    __slots__ = ("_gone", "_receive", "_task", "_timer", "_watcher")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task: asyncio.Task[object] = task
        self._timer = asyncio.get_running_loop().call_later(_AFTER_S, self._start)

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._gone:
            remaining = self._task.uncancel()
            if isinstance(error, asyncio.CancelledError) and not remaining:
                raise Cancelled("the client left") from None

    def _start(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._task.cancel("the HTTP client left")
