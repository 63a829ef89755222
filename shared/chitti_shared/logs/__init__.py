"""Structured logs: one JSON object a line on stderr, secrets removed.

`configure_logging` is called once by a process's `__main__`; modules call `get_logger`.
"""

from chitti_shared.logs.configuration import configure_logging, get_logger
from chitti_shared.logs.context import bind_request
from chitti_shared.logs.redaction import REDACTED, redact, redact_text

__all__ = [
    "REDACTED",
    "bind_request",
    "configure_logging",
    "get_logger",
    "redact",
    "redact_text",
]
