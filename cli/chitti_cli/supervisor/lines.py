"""Reads a child's output: cuts it into lines and turns a JSON log line into one a person can read."""

from __future__ import annotations

import re

import msgspec

MAX_LINE_BYTES = 256 * 1024
LONGEST_FACT = 120  # characters; the log file has the whole
LOUD = frozenset({"WARNING", "ERROR", "CRITICAL"})
# every line of a busy daemon passes here: look for the level before parsing the JSON
_LOUD_LINE = re.compile(rb'"level":\s?"(?:WARNING|ERROR|CRITICAL)"')
# C0 but for the tab, DEL and C1, and the marks that turn text around
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# told by the rest of the line already, or of use to programs only
_HIDDEN = frozenset({"timestamp", "level", "service", "event", "module", "exception", "trace_id"})


class LineCutter:
    """Bytes in, whole lines out; a line longer than `MAX_LINE_BYTES` comes out in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, each with its newline."""
        lines = (self._rest + data).splitlines(keepends=True)
        self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        if len(self._rest) > MAX_LINE_BYTES:
            lines.append(self._rest + b"\n")
            self._rest = b""
        return lines

    def end(self) -> list[bytes]:
        """What is left when the output ends."""
        rest, self._rest = self._rest, b""
        return [rest + b"\n"] if rest else []


def is_loud(line: bytes) -> bool:
    """Whether a line is a warning or worse."""
    return _LOUD_LINE.search(line) is not None


def readable(line: bytes) -> tuple[str, str]:
    """`(level, text)` of one line: the event and its facts; a line that isn't JSON stays as it is."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", visible(line.decode("utf-8", "replace").rstrip())
    facts = [f"{name}={_short(value)}" for name, value in fields.items() if name not in _HIDDEN and value is not None]
    text = str(fields.get("event", ""))
    exception = fields.get("exception")
    if isinstance(exception, dict):
        facts.append(f"{exception.get('type')}: {_short(exception.get('message'))}")
    return str(fields.get("level", "")), visible(f"{text} ({', '.join(facts)})" if facts else text)


def visible(text: str) -> str:
    """`text` without what a terminal would obey: a log line may quote what a stranger sent."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\n", " "))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 1] + "…"
