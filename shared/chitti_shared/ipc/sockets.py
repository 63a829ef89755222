"""Socket files: whose folder, whose file, one daemon each; and who is at the other end."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_PATH = 103  # bytes; sun_path has 104 on macOS, with its NUL
BACKLOG = 1024
_PROBE_S = 1.0
_SYSTEM_FOLDERS = ("/tmp", "/private/tmp")  # noqa: S108  accepted as an explicit choice only


class StartupError(Exception):
    """A daemon cannot serve where it was told to; the message says why, in one line."""


class AlreadyRunning(StartupError):
    """Another process serves there."""


def prepare_runtime_dir(path: Path) -> Path:
    """Create the folder of the socket files (0700), or check the one that is there.

    Raises
    ------
    StartupError
        It is a symlink, another user's, writable for others, or no folder.
    """
    if str(path) in _SYSTEM_FOLDERS:
        found = path.stat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or not found.st_mode & stat.S_ISVTX:
            raise StartupError(f"{path} is not the system's sticky folder")
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
    except OSError as error:
        raise StartupError(f"cannot use the runtime folder {path}: {error.strerror}") from error
    if stat.S_ISLNK(found.st_mode):
        raise StartupError(f"the runtime folder {path} is a symbolic link")
    if not stat.S_ISDIR(found.st_mode):
        raise StartupError(f"the runtime folder {path} is not a folder")
    if found.st_uid != os.getuid():
        raise StartupError(f"the runtime folder {path} belongs to another user (uid {found.st_uid})")
    if found.st_mode & 0o022:
        raise StartupError(f"the runtime folder {path} is writable for others (mode {found.st_mode & 0o777:o})")
    return path


@dataclass(slots=True)
class Claim:
    """A listening socket and the lock that makes it ours."""

    path: Path
    socket: socket.socket
    _lock: int
    _inode: tuple[int, int]

    def release(self) -> None:
        """Remove the socket file while the lock is held, then let go of the lock."""
        if self._lock < 0:
            return
        with contextlib.suppress(FileNotFoundError):
            found = self.path.lstat()
            if (found.st_dev, found.st_ino) == self._inode:
                self.path.unlink()
        self.socket.close()
        os.close(self._lock)
        self._lock = -1


def claim_socket(path: Path) -> Claim:
    """Take a socket path for this process: mode 0600, listening.

    Raises
    ------
    AlreadyRunning
        Another process holds its lock or answers there.
    StartupError
        The path is too long, or something that is not our socket stands there.
    """
    if len(os.fsencode(path)) > MAX_PATH:
        raise StartupError(
            f"the socket path {path} is longer than {MAX_PATH} bytes: choose a shorter CHITTI_RUNTIME_DIR"
        )
    lock = _take_lock(path)
    try:
        _remove_stale(path)
        bound = _bind(path)
    except BaseException:
        os.close(lock)
        raise
    found = path.lstat()
    return Claim(path, bound, lock, (found.st_dev, found.st_ino))


def _take_lock(path: Path) -> int:
    name = path.with_name(path.name + ".lock")
    try:
        lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StartupError(f"cannot open the lock {name}: {error.strerror}") from error
    try:
        found = os.fstat(lock)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
            raise StartupError(f"the lock {name} is not a file of ours")  # noqa: TRY301  closes the lock like the rest
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise AlreadyRunning(f"already running: another process holds {name}") from None
    except BaseException:
        os.close(lock)
        raise
    return lock


def _remove_stale(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise StartupError(f"{path} exists and is not a socket: not touching it")
    if found.st_uid != os.getuid():
        raise StartupError(f"the socket {path} belongs to another user (uid {found.st_uid})")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except OSError as error:
            raise AlreadyRunning(f"cannot tell whether {path} is in use: {error}") from error
    raise AlreadyRunning(f"already running: another process answers at {path}")


def _bind(path: Path) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        try:
            os.fchmod(bound.fileno(), 0o600)
            guard: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        except OSError:  # macOS: a socket without a file has no mode
            guard = _umask(0o177)
        with guard:
            bound.bind(str(path))
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & 0o177:
            raise StartupError(f"the socket {path} came out with mode {mode:o}")  # noqa: TRY301  closes it like the rest
        bound.listen(BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        reason = errno.errorcode.get(error.errno or 0, "error")
        raise StartupError(f"cannot listen at {path}: {error.strerror} ({reason})") from error
    except BaseException:
        bound.close()
        raise
    return bound


@contextlib.contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def peer_is_ours(peer: socket.socket) -> bool:
    """Whether a Unix socket's other end runs as this user; True where the platform cannot tell.

    There, the mode of the runtime folder is the guard.
    """
    if peer.family != socket.AF_UNIX or not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return bool(uid == os.getuid())
