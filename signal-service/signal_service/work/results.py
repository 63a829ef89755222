"""Encoded answers kept for identical questions, as long as nothing changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

_OVERHEAD = 1024  # bytes of an entry beside its answer: without it a million empty answers would count as little


class Results:
    """A least-recently-used cache, bounded in bytes; one version is valid at a time.

    An answer is stored under the version that was current before its data was read, so a
    change in between leaves it stale at once.
    """

    def __init__(self, max_bytes: int = 16 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._version: Hashable = None
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, question: Hashable, version: Hashable) -> bytes | None:
        """The answer kept for `question`, if nothing changed since."""
        if version != self._version:
            return None
        answer = self._kept.get(question)
        if answer is not None:
            self._kept.move_to_end(question)
        return answer

    def put(self, question: Hashable, version: Hashable, answer: bytes) -> None:
        """Keep an answer whose data was read after `version` was current."""
        if version != self._version:
            self._kept.clear()
            self._bytes, self._version = 0, version
        replaced = self._kept.pop(question, None)
        self._bytes += _size_of(answer) - (_size_of(replaced) if replaced is not None else 0)
        self._kept[question] = answer
        while self._bytes > self._max_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size_of(dropped)


def _size_of(answer: bytes) -> int:
    return _OVERHEAD + len(answer)
