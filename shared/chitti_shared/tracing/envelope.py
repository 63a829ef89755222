"""The envelope's `trace` key: the caller's request id, its trace, or both."""

from __future__ import annotations

from chitti_shared.tracing.context import TraceContext, parse_traceparent


def trace_text(request_id: str | None, trace: TraceContext | None) -> str | None:
    """What `trace` holds: ``<request id>``, ``<traceparent>`` or ``<request id> <traceparent>``.

    Parameters
    ----------
    request_id : str or None
        Without spaces.
    trace : TraceContext or None
        The caller's; the text holds a child of it, the span of this call.
    """
    if trace is None:
        return request_id
    child = str(trace.child())
    return f"{request_id} {child}" if request_id else child


def read_trace_text(text: str | None) -> tuple[str | None, TraceContext | None]:
    """The request id and the trace in an envelope's `trace`.

    A traceparent alone is the request id too, so that the log lines of two processes meet.
    """
    if not text:
        return None, None
    first, _, last = text.partition(" ")
    return first, parse_traceparent(last or first)
