"""Waiting for a condition: what a test does where it would otherwise sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Return when `condition()` is true.

    Raises
    ------
    TimeoutError
        It did not become true in time.
    """
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - any condition, not only an event's
            await asyncio.sleep(0.005)


async def first_true(question: Callable[[], Awaitable[T]], timeout_s: float = 10.0) -> T:
    """Ask again and again until the answer is true, and return it.

    Raises
    ------
    TimeoutError
        It did not become true in time.
    """
    async with asyncio.timeout(timeout_s):
        while not (answer := await question()):  # noqa: ASYNC110 - any condition, not only an event's
            await asyncio.sleep(0.005)
    return answer
