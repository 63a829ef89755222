"""How lines are made: structlog's own loggers and the standard library's give the same JSON."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, BinaryIO, Literal, Protocol, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from chitti_shared.logs.context import add_request
from chitti_shared.logs.redaction import redact_event

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

# Libraries that install handlers of their own or are too talkative below this level
_FOREIGN_LEVELS = {
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "uvicorn": logging.INFO,
    "uvicorn.access": logging.WARNING,
    "uvicorn.error": logging.INFO,
}
_LOGGED = "_chitti_traceback_logged"


class Output(Protocol):
    """Where lines go: bytes in, one call a line."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


class _Stderr:
    """The process's stderr at the time of each line, which tests and embedders may replace."""

    def write(self, data: bytes, /) -> None:
        sys.stderr.buffer.write(data)

    def flush(self) -> None:
        sys.stderr.buffer.flush()


def configure_logging(service: str, level: Level = "INFO", *, stream: Output | None = None) -> None:
    """Send every log line of this process to stderr as JSON.

    Parameters
    ----------
    service : str
        The process's name, in each line's `service`.
    level : {"DEBUG", "INFO", "WARNING", "ERROR"}
        The least level written.
    stream : Output, optional
        Where to write instead of stderr.

    Notes
    -----
    Lines of the standard `logging` module (uvicorn, asyncio, apscheduler), Python warnings and
    uncaught exceptions of the process and its threads take the same way. The traceback of one
    exception is written once, however many layers log it.
    """
    out: Output = stream or _Stderr()
    least = logging.getLevelNamesMapping()[level]
    shared: list[Processor] = [
        add_request,
        _format_exception,
        redact_event,
        _put_first(service),
    ]
    structlog.configure(
        processors=[*shared, _to_json],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.BytesLoggerFactory(cast("BinaryIO", out)),
        # a cached logger answers "not at this level" in 0.1 us instead of 4
        cache_logger_on_first_use=stream is None,
    )
    _route_standard_library(shared, out, least)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger whose lines carry `module: name`; give it `__name__`.

    The first argument of its methods is the event, a short fixed phrase; what varies goes into
    keyword arguments: ``log.warning("feed refused", url=url, duration_ms=5.2)``.
    """
    return cast("FilteringBoundLogger", structlog.get_logger(module=name))


def _route_standard_library(processors: list[Processor], out: Output, least: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_JsonHandler(processors, out)]
    root.setLevel(least)
    for name, floor in _FOREIGN_LEVELS.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(floor, least))
    logging.captureWarnings(capture=True)


class _JsonHandler(logging.Handler):
    """Writes the standard library's records with the processors of our own lines."""

    def __init__(self, processors: list[Processor], out: Output) -> None:
        super().__init__()
        self._processors = processors
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        line: EventDict = {"event": record.getMessage(), "module": record.name, "exc_info": record.exc_info}
        for process in self._processors:
            line = cast("EventDict", process(None, record.levelname, line))
        # one write a line: lines of several threads don't mix
        self._out.write(_to_json(None, "", line) + b"\n")
        self._out.flush()


def _put_first(service: str) -> Processor:
    """The fields a reader scans for first, first."""

    def put(_logger: object, method: str, event_dict: EventDict) -> EventDict:
        now = datetime.now(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        level = "ERROR" if method == "exception" else method.upper()
        first = {"timestamp": now, "level": level, "service": service, "event": event_dict.pop("event", "")}
        return {**first, **event_dict}

    return put


def _format_exception(_logger: object, _method: str, event_dict: EventDict) -> EventDict:
    """Replace `exc_info` by `exception: {type, message, traceback}`, the traceback only the first time."""
    exc_info = event_dict.pop("exc_info", None)
    error = exc_info if isinstance(exc_info, BaseException) else None
    if isinstance(exc_info, tuple):
        error = exc_info[1]
    elif exc_info and error is None:
        error = sys.exception()
    if error is None:
        return event_dict
    described: dict[str, Any] = {"type": type(error).__qualname__, "message": str(error)}
    if not error.__dict__.get(_LOGGED):
        described["traceback"] = "".join(traceback.format_exception(error))
        error.__dict__[_LOGGED] = True
    event_dict["exception"] = described
    return event_dict


def _to_json(_logger: object, _method: str, event_dict: EventDict) -> bytes:
    return orjson.dumps(event_dict, default=str, option=orjson.OPT_NON_STR_KEYS)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    get_logger(__name__).error("uncaught exception", exc_info=error)


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        thread = args.thread.name if args.thread else None
        get_logger(__name__).error("uncaught exception in a thread", thread=thread, exc_info=args.exc_value)


# Used as a library (a script with a Client, a test) it prints warnings as plain text, not structlog's
# every-line-to-stdout default; a process that serves calls configure_logging
if not structlog.is_configured():
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_args: structlog.PrintLogger(sys.stderr),
    )
