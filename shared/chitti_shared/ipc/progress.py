"""Telling how far long work is, from whichever thread does it."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial

from chitti_shared.contracts.action import LongRequest, Reply
from chitti_shared.ipc.calls import call

EVERY_S = 0.1  # a person sees no more, and a million rows make no million messages


class Progress:
    """The partial replies of the current call; none where it did not ask for them.

    Parameters
    ----------
    request : LongRequest
        The call's.
    """

    def __init__(self, request: LongRequest) -> None:
        current = call()
        self._call = current if request.progress else None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._next_at = 0.0

    @property
    def wanted(self) -> bool:
        return self._call is not None

    def tell(self, progress: float, fields: Reply) -> None:
        """Send a partial reply, unless the last one is hardly gone.

        Parameters
        ----------
        progress : float
            0...1.
        fields : Reply
            Small ones; as the action's `partial` declares.
        """
        now = time.monotonic()
        if self._call is None or now < self._next_at or self._loop.is_closed():
            return
        self._next_at = now + EVERY_S
        if threading.get_ident() == self._thread:
            self._call.send_partial(progress, fields)
        else:
            self._loop.call_soon_threadsafe(partial(self._call.send_partial, progress, fields))

    async def tell_results(self, progress: float, fields: Reply) -> None:
        """Send a partial reply that is part of the result: always, and no faster than the peer reads."""
        if self._call is not None:
            await self._call.send_results(progress, fields)
