"""A log file that never grows past its size: full, it is renamed and a new one begun."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


class LogFile:
    """Appends bytes to `path`; keeps `path.1` ... `path.<keep>` of at most `max_bytes` each.

    Parameters
    ----------
    path : Path
    on_failure : callable
        Told the reason when lines can't be written (a full disk, say), once until one can be again: what is logged
        must not stop for want of a log.
    max_bytes, keep : int

    Raises
    ------
    OSError
        The file can't be opened.
    """

    def __init__(
        self, path: Path, on_failure: Callable[[str], None], *, max_bytes: int = 10 * 1024 * 1024, keep: int = 3
    ) -> None:
        self.path = path
        self._on_failure = on_failure
        self._failing = False
        self._max_bytes = max_bytes
        self._keep = keep
        self._fd, self._size = self._open()

    def write(self, data: bytes) -> None:
        """Append whole lines; a write is never split between two files."""
        try:
            self._write(data)
        except OSError as error:
            if not self._failing:
                self._failing = True
                self._on_failure(f"its log can't be written: {error.strerror}")
        else:
            self._failing = False

    def _write(self, data: bytes) -> None:
        if self._fd < 0:
            self._fd, self._size = self._open()
        if self._size and self._size + len(data) > self._max_bytes:
            self._rotate()
        # unbuffered: the line is there if this process dies next
        self._size += os.write(self._fd, data)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> tuple[int, int]:
        fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return fd, os.fstat(fd).st_size

    def _rotate(self) -> None:
        self.close()
        for number in range(self._keep - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self.path.replace(self._numbered(1))
        self._fd, self._size = self._open()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
