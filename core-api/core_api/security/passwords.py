"""Password hashes: argon2id, computed in threads, a few at a time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from chitti_shared.errors import InvalidInput, Overloaded

T = TypeVar("T")
Args = TypeVarTuple("Args")

MIN_LENGTH = 8
MAX_LENGTH = 256
_MAX_WAITING = 32
_RETRY_AFTER_MS = 1000


class Passwords:
    """Hashes and checks passwords without holding up the event loop.

    A hash takes tens of milliseconds and 64 MiB by design, so only `threads` run at once and
    a short queue waits; beyond it `Overloaded` is answered at once.

    Parameters
    ----------
    threads : int
        Hashes computed at the same time.
    hasher : argon2.PasswordHasher, optional
        Its cost parameters; the library's defaults (RFC 9106, low memory) when absent.
    """

    def __init__(self, threads: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._capacity = threads + _MAX_WAITING
        self._running = 0
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store. Errors: invalid_input (length), overloaded."""
        check_length(password)
        return await self._run(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to `stored`; None takes as long and is False.

        The time therefore tells nobody which names exist. Errors: overloaded.
        """
        if stored is None:
            if self._decoy is None:
                self._decoy = await self._run(self._hasher.hash, secrets.token_urlsafe(32))
            await self._run(self._matches, self._decoy, password[:MAX_LENGTH])
            return False
        return await self._run(self._matches, stored, password[:MAX_LENGTH]) and len(password) <= MAX_LENGTH

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other cost parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[*Args], T], *args: *Args) -> T:
        if self._running >= self._capacity:
            raise Overloaded("too many logins at once", retry_after_ms=_RETRY_AFTER_MS)
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._running -= 1


def check_length(password: str) -> None:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(
            f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters, this one has {len(password)}",
            field="password",
            constraint=f"{MIN_LENGTH} <= length <= {MAX_LENGTH}",
        )


def generate() -> str:
    """A password of 96 random bits in characters that survive a terminal and a URL."""
    return secrets.token_urlsafe(12)
