"""Server-sent events: bytes in, events out. No I/O here.

The rules are those of the HTML standard ("9.2.6 Interpreting an event stream"), with one difference: an event
without data, which browsers drop, is given out when it has an id, since it moves the position.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; `event_id` is None when this event carried none."""

    event: str
    data: str
    event_id: str | None


class EventParser:
    """Feed it what arrives, in pieces of any size.

    `retry_s` is the reconnection time the server last asked for, in seconds.

    Raises
    ------
    UnicodeDecodeError
        From `feed`, when the stream is not UTF-8.
    """

    def __init__(self) -> None:
        self.retry_s: float | None = None
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._event = ""
        self._data: list[str] = []
        self._event_id: str | None = None

    def feed(self, data: bytes) -> list[ServerEvent]:
        """The events that `data` completes."""
        self._text += self._decode.decode(data)
        events: list[ServerEvent] = []
        # a line ends with \r\n, \n or \r; a \r at the very end may be half of \r\n
        held = "\r" if self._text.endswith("\r") else ""
        text = self._text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        *lines, rest = text.split("\n")
        self._text = rest + held
        for line in lines:
            if line:
                self._take_field(line)
            elif self._data or self._event_id is not None:
                events.append(ServerEvent(self._event or "message", "\n".join(self._data), self._event_id))
                self._start_event()
            else:
                self._start_event()
        return events

    def _start_event(self) -> None:
        self._event, self._data, self._event_id = "", [], None

    def _take_field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._event_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_s = int(value) / 1000
