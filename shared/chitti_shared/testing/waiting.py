"""Waiting for a condition: what a test does where it would otherwise sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Return when `condition()` is true.

    Raises
    ------
    TimeoutError
        It did not become true in time.
    """
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)
