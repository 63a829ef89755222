"""Ends the daemons when the supervisor is gone without having stopped them, however it went.

A process of its own, in its own session: it reads `+PID` and `-PID` lines from a pipe that only the supervisor
holds open. When the pipe ends, whatever is still listed is killed. PostgreSQL, which wants a gentler end, has a
guard of its own. Run as a script, on the standard library alone: it starts at once and stays small.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys


class Watchdog:
    """The supervisor's end of the pipe. A watchdog that was killed is replaced by `revive`, or when it is spoken to."""

    def __init__(self) -> None:
        self._watched: set[int] = set()
        self._process = _started()

    def watch(self, pid: int) -> None:
        """Kill `pid`, and its process group where it leads one, should this process die."""
        self._watched.add(pid)
        self._say(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        """`pid` has ended."""
        self._watched.discard(pid)
        self._say(f"-{pid}\n")

    def revive(self) -> bool:
        """Start another one if it was killed, and tell it all; whether it was.

        Raises
        ------
        OSError
            No process can be started.
        """
        if self._process.poll() is None:
            return False
        self._replace()
        return True

    def close(self) -> None:
        """End the watchdog; what it still watches is killed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        try:
            self._write(line)
        except BrokenPipeError:
            self._process.wait()
            self._replace()

    def _replace(self) -> None:
        dead, self._process = self._process, _started()
        assert dead.stdin is not None
        dead.stdin.close()
        self._write("".join(f"+{pid}\n" for pid in self._watched))

    def _write(self, lines: str) -> None:
        assert self._process.stdin is not None
        # one write below PIPE_BUF: never half a line
        self._process.stdin.write(lines.encode())


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True, bufsize=0
    )


def _main() -> None:
    # the supervisor's stop signals may be sent to everything of this user: the pipe alone decides
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[int] = set()
    for line in sys.stdin:
        (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for pid in watched:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    _main()
