"""The closed set of errors that a caller can meet, with the HTTP status of each.

Every expected failure in the project is one of these classes; anything else that
reaches a server's outermost frame becomes `Internal`, whose message is opaque.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar


class ChittiError(Exception):
    """Base of all expected failures; `details` holds JSON-ready facts, no secrets.

    Parameters
    ----------
    message : str
        What was expected and what was found, in one sentence.
    **details
        Facts for a program: `field`, `constraint`, `kind`, `retry_after_ms`, ...
    """

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    _by_code: ClassVar[dict[str, type[ChittiError]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.code in ChittiError._by_code:
            raise TypeError(f"error code {cls.code!r} is already taken")
        ChittiError._by_code[cls.code] = cls

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def to_dict(self) -> dict[str, Any]:
        """The error fields of a reply: error, message, details, timestamp, retryable."""
        return {
            "error": self.code,
            "message": self.message,
            "details": self.details,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "retryable": self.retryable,
        }

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> ChittiError:
        """The exception that an error reply stands for; `Internal` for a code not known here."""
        kind = ChittiError._by_code.get(fields.get("error", ""), Internal)
        return kind(fields.get("message", "no message"), **(fields.get("details") or {}))

    @staticmethod
    def codes() -> frozenset[str]:
        """Every code a reply may carry."""
        return frozenset(ChittiError._by_code)


class InvalidInput(ChittiError):
    code = "invalid_input"
    http_status = 400


class Unauthorized(ChittiError):
    code = "unauthorized"
    http_status = 401


class Forbidden(ChittiError):
    code = "forbidden"
    http_status = 403


class NotFound(ChittiError):
    code = "not_found"
    http_status = 404


class Conflict(ChittiError):
    code = "conflict"
    http_status = 409


class PayloadTooLarge(ChittiError):
    code = "payload_too_large"
    http_status = 413


class RateLimited(ChittiError):
    code = "rate_limited"
    http_status = 429
    retryable = True


class Cancelled(ChittiError):
    code = "cancelled"
    http_status = 499


class ComputationError(ChittiError):
    code = "computation_error"
    http_status = 500


class Internal(ChittiError):
    code = "internal"
    http_status = 500


class EngineUnavailable(ChittiError):
    code = "engine_unavailable"
    http_status = 503


class ServiceUnavailable(ChittiError):
    code = "service_unavailable"
    http_status = 503
    retryable = True


class Overloaded(ChittiError):
    code = "overloaded"
    http_status = 503
    retryable = True


class Timeout(ChittiError):
    code = "timeout"
    http_status = 504
    retryable = True
