"""Server-sent events as bytes, and positions in the alert log."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

_POSITION = re.compile(r"\A([A-Za-z0-9_.]{1,64})-(0|[1-9]\d{0,17})\Z")
_SAFE_ID = re.compile(r"\A[\x21-\x7e]{1,128}\Z")
UNKNOWN = "unknown"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log: `<epoch>-<seq>`. Only positions of one epoch have an order."""

    epoch: str
    seq: int

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """None: not a position."""
        found = _POSITION.match(text)
        return cls(found[1], int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    def reaches(self, other: Position) -> bool:
        """Whether everything up to `other` lies at or before this position."""
        return self.epoch == other.epoch and self.seq >= other.seq


def event_bytes(event: str, data: bytes, event_id: str | None = None) -> bytes:
    """One event. `data` is JSON; it may span lines."""
    if b"\n" in data or b"\r" in data:
        data = b"\ndata: ".join(data.splitlines())
    name = b"event: " + event.encode()
    if event_id is None:
        return name + b"\ndata: " + data + b"\n\n"
    return name + b"\nid: " + event_id.encode() + b"\ndata: " + data + b"\n\n"


def heartbeat_bytes(top: str, ts: str, event_id: str | None = None) -> bytes:
    return event_bytes("hb", _encode({"top": top, "ts": ts}), event_id)


def reset_bytes(reason: str, oldest: str, top: str) -> bytes:
    """Says that the reader's position can't be continued; its id is the position to go on from."""
    return event_bytes("reset", _encode({"reason": reason, "oldest": oldest, "top": top}), top)


def retry_bytes(retry_ms: int) -> bytes:
    return b"retry: %d\n\n" % retry_ms


def safe_id(cursor: str) -> str:
    """A client's own cursor as an event id; one that no id can hold becomes a word that resets again."""
    return cursor if _SAFE_ID.match(cursor) else UNKNOWN
