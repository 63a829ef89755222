"""The supervisor's own log lines: all into its file, warnings to the person watching too."""

from __future__ import annotations

from collections.abc import Callable

from chitti_cli.supervisor.lines import is_loud, readable
from chitti_cli.supervisor.logfile import LogFile


class Journal:
    """Where `configure_logging` writes in the supervisor."""

    def __init__(self, file: LogFile, report: Callable[[str, str, str], None]) -> None:
        self._file = file
        self._report = report

    def write(self, data: bytes, /) -> None:
        """Keep a line."""
        self._file.write(data)
        if is_loud(data):
            level, text = readable(data)
            self._report(level, "supervisor", text)

    def flush(self) -> None:
        """Nothing waits: the file is unbuffered."""
