"""When a client may try again, and when it had better not."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable

from chitti_shared.errors import ServiceUnavailable, Timeout


def full_jitter(attempt: int, *, base_s: float, cap_s: float) -> float:
    """Seconds to wait before attempt 1, 2, ...: uniform between 0 and a doubling bound."""
    return random.uniform(0.0, min(cap_s, base_s * 2.0 ** min(attempt - 1, 30)))  # noqa: S311  spreads load, guards nothing


class RetryBudget:
    """Tokens that retries cost and calls earn, so that retries stay a fraction of the traffic."""

    def __init__(self, *, per_call: float = 0.1, most: float = 10.0) -> None:
        self._per_call = per_call
        self._most = most
        self._tokens = most

    def earn(self) -> None:
        self._tokens = min(self._most, self._tokens + self._per_call)

    def spend(self) -> bool:
        """Whether there was a token for one more retry."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class Breaker:
    """Refuses to connect for a while after several failures in a row, then lets one try.

    A failure is a connection that could not be had, or was lost with requests on it: one
    each, however many callers it concerns. Any reply ends the row.

    Parameters
    ----------
    name : str
        The service, for the error.
    clock : callable
        Seconds, monotonic.
    failures : int
        In a row, that open it.
    """

    def __init__(
        self, name: str, clock: Callable[[], float], *, failures: int = 5, base_s: float = 0.2, cap_s: float = 5.0
    ) -> None:
        self._name = name
        self._clock = clock
        self._threshold = failures
        self._base_s = base_s
        self._cap_s = cap_s
        self._failures = 0
        self._open_until = 0.0
        self._probing = False

    def check(self) -> None:
        """Raise ServiceUnavailable while it is open, or while the one probe connects."""
        if self._failures < self._threshold:
            return
        left = self._open_until - self._clock()
        if left > 0 or self._probing:
            raise ServiceUnavailable(
                f"{self._name} does not answer; not trying for a moment",
                service=self._name,
                retry_after_ms=max(1, int(left * 1000)),
            )
        self._probing = True

    def connected(self) -> None:
        """A connection stands; whether anybody answers there is another question."""
        self._probing = False

    def answered(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        self._probing = False
        if self._failures >= self._threshold:
            opened = self._failures - self._threshold + 1
            self._open_until = self._clock() + full_jitter(opened, base_s=self._base_s, cap_s=self._cap_s)

    def abandoned(self) -> None:
        """Connecting was given up before it could tell."""
        self._probing = False


class Room:
    """Requests that may be in flight at once; the next ones wait their turn.

    The server would answer `overloaded` to what is beyond its own limit.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self, deadline: float) -> None:
        """Take a place, until loop time `deadline`."""
        if self._left > 0:
            self._left -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout_at(deadline):
                await turn  # the place was taken for us
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.leave()
            if isinstance(error, TimeoutError):
                raise Timeout("too many requests of this client are in flight") from None
            raise

    def leave(self) -> None:
        """Give the place to who waits longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._left += 1
