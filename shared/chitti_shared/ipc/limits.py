"""Every bound of the wire, and the account of the bytes in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one server or client, for what it receives and what it sends.

    Sizes are in bytes, times in seconds.
    """

    frame: int = 64 * MIB
    envelope: int = 32 * MIB
    sections: int = 16
    elements: int = 1_000_000  # per series: the last axis
    in_flight: int = 64  # requests with an id on one connection
    connection_bytes: int = 128 * MIB
    daemon_bytes: int = 256 * MIB
    arrival_s: float = 10.0  # for one message, from its first byte to its last
    drain_s: float = 10.0  # for a peer to take what is written to it
    offload_bytes: int = 256 * 1024  # texts from this size on are scanned in a thread
    offload_values: int = 8192  # replies with more numbers are printed in a thread
    connections: int = 4096


class Budget:
    """Bytes in flight, counted against a limit and against a parent's.

    Whoever finds it exhausted leaves a callback, which is called (once, first come first
    served) after bytes have been given back.
    """

    __slots__ = ("_parent", "_waiting", "limit", "used")

    def __init__(self, limit: int, parent: Budget | None = None) -> None:
        self.limit = limit
        self.used = 0
        self._parent = parent
        self._waiting: deque[Callable[[], None]] = deque()

    def take(self, size: int) -> bool:
        """Whether `size` bytes were free here and above; if so they are taken."""
        if self.used + size > self.limit:
            return False
        if self._parent is not None and not self._parent.take(size):
            return False
        self.used += size
        return True

    def charge(self, size: int) -> None:
        """Take `size` bytes whether or not they are free; readers then pause."""
        self.used += size
        if self._parent is not None:
            self._parent.charge(size)

    def give(self, size: int) -> None:
        """Give back what was taken, and wake those who wait."""
        self.used -= size
        if self._parent is not None:
            self._parent.give(size)
        waiting, self._waiting = self._waiting, deque()
        for wake in waiting:
            wake()

    def when_free(self, wake: Callable[[], None]) -> None:
        """Call `wake` after the next `give`, here or above."""
        self._waiting.append(wake)
        if self._parent is not None:
            self._parent.when_free(wake)
