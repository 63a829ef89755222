"""One hop of a trace: which trace a request belongs to and which span called it.

The text form is the `traceparent` header of W3C Trace Context level 1:
``00-<32 hex trace id>-<16 hex span id>-<2 hex flags>``.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

# \Z, not $: a dollar also matches before a final newline
_TRACEPARENT = re.compile(r"\A([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[^\s]{0,128})?\Z")
_SAMPLED = 0x01


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A trace and the span within it that is current.

    Parameters
    ----------
    trace_id : str
        32 lower-case hex digits, not all zero.
    span_id : str
        16 lower-case hex digits, not all zero.
    sampled : bool
        Whether the caller records this trace.
    """

    trace_id: str
    span_id: str
    sampled: bool = True

    @classmethod
    def new(cls) -> TraceContext:
        """The first span of a new trace."""
        return cls(secrets.token_hex(16), secrets.token_hex(8))

    def child(self) -> TraceContext:
        """A new span of the same trace."""
        return TraceContext(self.trace_id, secrets.token_hex(8), self.sampled)

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{_SAMPLED if self.sampled else 0:02x}"


def parse_traceparent(text: str | None) -> TraceContext | None:
    """The context that a `traceparent` names; None for one that the standard says to ignore.

    A later version than 00 is read by the fields of 00, as the standard asks; version ff, ids of
    zeros only and upper-case digits are invalid.
    """
    found = _TRACEPARENT.match(text) if text else None
    if found is None:
        return None
    version, trace_id, span_id, flags, rest = found.groups()
    if version == "ff" or (version == "00" and rest) or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return TraceContext(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))


_current: ContextVar[TraceContext | None] = ContextVar("chitti_trace", default=None)


def current_trace() -> TraceContext | None:
    """The trace that the current task works for."""
    return _current.get()


def bind_trace(trace: TraceContext | None) -> None:
    """Make `trace` current for this task and the tasks it starts."""
    _current.set(trace)
