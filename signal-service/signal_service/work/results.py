"""Encoded answers kept for identical questions, as long as nothing changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable


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
        self._bytes += len(answer) - len(self._kept.pop(question, b""))
        self._kept[question] = answer
        while self._bytes > self._max_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped)
