"""The last events of a feed, encoded, as its clients read them."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque

from chitti_shared.positions import Position

MAX_EVENTS = 1000
MAX_BYTES = 2**20
_BATCH_BYTES = 64 * 1024


class Behind(Exception):
    """The client's next event has left the ring: it is cut, and resumes from its last id."""


class Ring:
    """Every event after a floor and up to `position`, the oldest leaving first.

    A client reads by index, so a join costs one search and an event is kept once however many
    clients wait. Indices run on through resets and never come again.

    Parameters
    ----------
    max_events, max_bytes : int
        What it keeps at most; the last event stays whatever its size.
    """

    def __init__(self, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> None:
        self.position: Position | None = None
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._floor: Position | None = None
        self._payloads: deque[bytes] = deque()
        self._seqs: deque[int] = deque()  # of the same items; only those from `_base` on are in this epoch
        self._first = 0  # index of the oldest item
        self._base = 0  # index of the first item after the last reset
        self._bytes = 0

    @property
    def end(self) -> int:
        """The index that the next event will have."""
        return self._first + len(self._payloads)

    def start(self, position: Position) -> None:
        """Begin empty at a position."""
        self.position = self._floor = position

    def append(self, at: Position, payload: bytes) -> bool:
        """Keep an event; False: it is known already."""
        if self.position is not None and self.position.reaches(at):
            return False
        self._keep(payload, at.seq)
        self.position = at
        return True

    def reset(self, top: Position, payload: bytes) -> None:
        """Keep the event that tells of a reset, and go on from `top`."""
        self._keep(payload, 0)
        self._base = self.end
        self.position = self._floor = top

    def advance(self, top: Position) -> None:
        """Move on past events that the filter left out."""
        if self.position is not None and top.reaches(self.position):
            self.position = top

    def join(self, cursor: Position, *, verified: bool) -> int | None:
        """The index of the first event after `cursor`; None when the ring does not reach back to it.

        `verified` says that the log knows the cursor: it may then lie ahead of what has arrived here.
        """
        if self.position is None or self._floor is None or cursor.epoch != self.position.epoch:
            return None
        if cursor.seq > self.position.seq:
            return self.end if verified else None
        if cursor.seq < self._floor.seq:
            return None
        start = max(self._base, self._first)
        return bisect_right(self._seqs, cursor.seq, lo=start - self._first) + self._first

    def read(self, index: int, beyond: Position | None) -> tuple[list[bytes], int]:
        """Events from `index` on, about 64 KiB together, and the index after them.

        Events of `beyond`'s epoch up to it are left out. Raises Behind.
        """
        if index < self._first:
            raise Behind
        parts: list[bytes] = []
        size = 0
        at = index - self._first
        while at < len(self._payloads) and size < _BATCH_BYTES:
            if beyond is None or not self._covered(at, beyond):
                parts.append(self._payloads[at])
                size += len(self._payloads[at])
            at += 1
        return parts, at + self._first

    def _covered(self, at: int, beyond: Position) -> bool:
        return (
            self.position is not None
            and beyond.epoch == self.position.epoch
            and at + self._first >= self._base
            and self._seqs[at] <= beyond.seq
        )

    def _keep(self, payload: bytes, seq: int) -> None:
        self._payloads.append(payload)
        self._seqs.append(seq)
        self._bytes += len(payload)
        while len(self._payloads) > self._max_events or (self._bytes > self._max_bytes and len(self._payloads) > 1):
            self._bytes -= len(self._payloads.popleft())
            gone = self._seqs.popleft()
            if self._first >= self._base and self.position is not None:
                self._floor = Position(self.position.epoch, gone)
            self._first += 1
