"""Encoded alerts kept by number, so that a page that overlaps an earlier one reads only what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signal_service.storage.alerts import AlertTable
from signal_service.work.shelf import Shelf
from signal_service.work.told import stored_alert

MAX_BYTES = 32 * 1024 * 1024
_OVERHEAD = 256  # bytes of an entry beside its alert


class Bodies:
    """Stored alerts as JSON, those asked for last, bounded in bytes.

    Whoever learns that alerts changed calls `changed`; what was being read meanwhile is not kept.
    """

    def __init__(self, table: AlertTable, max_bytes: int = MAX_BYTES) -> None:
        self._table = table
        self._changes = 0
        self._kept: Shelf[int, bytes] = Shelf(max_bytes, _size_of)

    async def of(self, numbers: Sequence[int]) -> list[bytes]:
        """The alerts of these numbers, in their order; those that are gone are left out. Raises ServiceUnavailable."""
        found: dict[int, bytes] = {}
        for number in numbers:
            body = self._kept.get(number)
            if body is not None:
                found[number] = body
        missing = [number for number in numbers if number not in found]
        if missing:
            changes = self._changes
            read = {number: stored_alert(row) for number, row in (await self._table.page(missing)).items()}
            if changes == self._changes:
                for number, body in read.items():
                    self._kept.put(number, body)
            found |= read
        return [found[number] for number in numbers if number in found]

    def changed(self, numbers: Iterable[int] | None = None) -> None:
        """Forget the alerts of these numbers; without them, all."""
        self._changes += 1
        if numbers is None:
            self._kept.clear()
            return
        for number in numbers:
            self._kept.drop(number)


def _size_of(body: bytes) -> int:
    return _OVERHEAD + len(body)
