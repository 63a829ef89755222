"""Encoded answers kept for identical questions, as long as nothing changed."""

from __future__ import annotations

from collections.abc import Hashable

from signal_service.work.shelf import Shelf

_OVERHEAD = 1024  # bytes of an entry beside its answer: without it a million empty answers would count as little


class Results:
    """A least-recently-used cache, bounded in bytes; one version is valid at a time.

    An answer is stored under the version that was current before its data was read, so a
    change in between leaves it stale at once.
    """

    def __init__(self, max_bytes: int = 16 * 1024 * 1024) -> None:
        self._version: Hashable = None
        self._kept: Shelf[Hashable, bytes] = Shelf(max_bytes, _size_of)

    def get(self, question: Hashable, version: Hashable) -> bytes | None:
        """The answer kept for `question`, if nothing changed since."""
        return self._kept.get(question) if version == self._version else None

    def put(self, question: Hashable, version: Hashable, answer: bytes) -> None:
        """Keep an answer whose data was read after `version` was current."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        self._kept.put(question, answer)


def _size_of(answer: bytes) -> int:
    return _OVERHEAD + len(answer)
