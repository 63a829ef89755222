"""The note a running stack leaves in its data folder, so that other commands find it.

`stack.lock` is held with `flock` by the supervisor for as long as it lives: the kernel lets go of it however the
process ends, so a note without a lock is an old one. The note holds database logins and is readable by its owner only.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import msgspec

from chitti_cli.problem import Problem


class StackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach a running stack.

    `listen` and `database_urls` are by service name; `database_urls` is what each daemon was started with.
    """

    pid: int
    url: str
    runtime_dir: str
    listen: dict[str, str]
    database_urls: dict[str, str]

    def write(self, data_dir: Path) -> None:
        """Put the note in place, whole or not at all."""
        path = _record_path(data_dir)
        fresh = path.with_name(path.name + ".new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            file.write(msgspec.json.encode(self))
        fresh.replace(path)


class StackLock:
    """The right to run the stack of one data folder.

    Raises
    ------
    Problem
        Another supervisor holds it.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._fd = os.open(data_dir / "stack.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _take(self._fd):
            os.close(self._fd)
            running = _read(data_dir)
            where = f" (process {running.pid}, {running.url})" if running else ""
            raise Problem(
                f"the stack of {data_dir} is already running{where}",
                "stop it with Ctrl-C in its terminal, or set CHITTI_DATA_DIR, CHITTI_RUNTIME_DIR and "
                "CHITTI_HTTP_PORT to run a second one beside it",
            )
        _record_path(data_dir).unlink(missing_ok=True)

    def release(self) -> None:
        """Take the note away and let the next supervisor in."""
        _record_path(self._data_dir).unlink(missing_ok=True)
        os.close(self._fd)


def running_stack(data_dir: Path) -> StackRecord | None:
    """The stack that runs on `data_dir`; None when none does, or it has not come up far enough to be used."""
    try:
        fd = os.open(data_dir / "stack.lock", os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(data_dir)
    finally:
        os.close(fd)
    return None


def require_stack(data_dir: Path) -> StackRecord:
    """The running stack of `data_dir`.

    Raises
    ------
    Problem
        None runs.
    """
    running = running_stack(data_dir)
    if running is None:
        raise Problem("the stack is not running", "start it with: make run-all   (or: chitti up)")
    return running


def _take(fd: int) -> bool:
    # `running_stack` holds the lock for an instant: only one that lasts is another supervisor's
    deadline = time.monotonic() + 0.5
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def _record_path(data_dir: Path) -> Path:
    return data_dir / "stack.json"


def _read(data_dir: Path) -> StackRecord | None:
    try:
        return msgspec.json.decode(_record_path(data_dir).read_bytes(), type=StackRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
