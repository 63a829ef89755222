"""The request that is being served, for every line logged on its behalf."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from structlog.typing import EventDict

from chitti_shared.tracing import current_trace

# One variable for all fields: a task sets it once, a line reads it once
_request: ContextVar[dict[str, Any] | None] = ContextVar("chitti_request", default=None)


def bind_request(*, request_id: str | int | None, action: str, **fields: Any) -> None:
    """Name the request that the current task serves, until the task ends.

    Every line logged by the task, by tasks it starts and by threads that run in a copy of
    its context carries `request_id`, `action` and `fields`.
    """
    _request.set({"request_id": request_id, "action": action, **fields})


def add_request(_logger: object, _method: str, event_dict: EventDict) -> EventDict:
    """Structlog processor: the bound request's fields and trace, where the line has none of its own."""
    request = _request.get()
    if request is not None:
        for name, value in request.items():
            if value is not None:
                event_dict.setdefault(name, value)
    trace = current_trace()
    if trace is not None:
        event_dict.setdefault("trace_id", trace.trace_id)
    return event_dict
