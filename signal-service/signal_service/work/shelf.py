"""A least-recently-used cache that is bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """Values under their keys; what was asked for or put least recently goes first.

    Parameters
    ----------
    limit : int
        Bytes of all values; one that is larger by itself is not kept.
    size_of : callable
        Bytes of a value, the same whenever it is asked.
    """

    def __init__(self, limit: int, size_of: Callable[[V], int]) -> None:
        self._limit = limit
        self._size_of = size_of
        self._kept: OrderedDict[K, V] = OrderedDict()
        self.used = 0

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value, in place of the one kept before under that key."""
        self.drop(key)
        self.used += self._size_of(value)
        self._kept[key] = value
        while self.used > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.used -= self._size_of(oldest)

    def drop(self, key: K) -> None:
        """Forget a value, if it is kept."""
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self.used -= self._size_of(dropped)

    def clear(self) -> None:
        self._kept.clear()
        self.used = 0
