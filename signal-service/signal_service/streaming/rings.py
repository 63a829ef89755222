"""The newest events in memory, encoded once; readers pull by sequence number."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from chitti_shared.positions import Position

from signal_service.streaming.filters import Subject

_SUBJECT = msgspec.json.Decoder(Subject)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `tail` are the members of its pushed envelope, the bytes all readers share."""

    seq: int
    event_id: str
    tail: bytes
    data_at: int  # where the alert's JSON begins in `tail`, which it ends
    subject: Subject

    @property
    def data(self) -> bytes:
        """The alert's JSON, as it was committed."""
        return self.tail[self.data_at :]


def entry_of(epoch: str, seq: int, data: bytes) -> Entry:
    """Encode a stored event: `data` is the alert's JSON as it was committed."""
    event_id = str(Position(epoch, seq))
    head = b'"event":"new_alert","event_id":"%s","data":' % event_id.encode()
    return Entry(seq, event_id, head + data, len(head), _SUBJECT.decode(data))


class Ring:
    """Consecutive events, bounded by count and by bytes; the oldest leave first.

    Parameters
    ----------
    start : int
        Sequence number before the first event to come.
    """

    def __init__(self, start: int, *, max_events: int = 10_000, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._slots: list[Entry | None] = [None] * max_events
        self._max_bytes = max_bytes
        self._bytes = 0
        self.top = start
        self.oldest = start + 1  # number of the oldest event held; top + 1 when there is none

    def append(self, entry: Entry) -> None:
        """Take the next event. ValueError: it is not the one after `top`."""
        if entry.seq != self.top + 1:
            raise ValueError(f"expected event {self.top + 1}, found {entry.seq}")
        if entry.seq - self.oldest == len(self._slots):
            self._drop_oldest()
        self._slots[entry.seq % len(self._slots)] = entry
        self._bytes += len(entry.tail)
        self.top = entry.seq
        while self._bytes > self._max_bytes and self.oldest < self.top:
            self._drop_oldest()

    def after(self, seq: int, limit: int) -> list[Entry] | None:
        """Up to `limit` events after `seq`, in order; None: some of them have left already."""
        if seq + 1 < self.oldest:
            return None
        numbers = range(seq + 1, min(seq + limit, self.top) + 1)
        slots, size = self._slots, len(self._slots)
        return [entry for number in numbers if (entry := slots[number % size]) is not None]

    def skip_to(self, seq: int) -> None:
        """Go on after event `seq`: those between are no longer stored. Drops what is held."""
        self._slots = [None] * len(self._slots)
        self._bytes = 0
        self.top = seq
        self.oldest = seq + 1

    def _drop_oldest(self) -> None:
        slot = self.oldest % len(self._slots)
        entry = self._slots[slot]
        if entry is not None:
            self._bytes -= len(entry.tail)
        self._slots[slot] = None
        self.oldest += 1
