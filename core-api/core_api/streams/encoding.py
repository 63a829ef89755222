"""Server-sent events as bytes."""

from __future__ import annotations

import re

import msgspec

_SAFE_ID = re.compile(r"\A[\x21-\x7e]{1,128}\Z")
UNKNOWN = "unknown"

_encode = msgspec.json.Encoder().encode


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
