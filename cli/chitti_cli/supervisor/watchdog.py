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
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True
        )

    def watch(self, pid: int) -> None:
        """Kill `pid` should this process die."""
        self._say(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        """`pid` has ended."""
        self._say(f"-{pid}\n")

    def close(self) -> None:
        """End the watchdog; what it still watches is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        if self._process.stdin is None or self._process.poll() is not None:
            raise ChildProcessError("the watchdog process has ended")
        # one write below PIPE_BUF: never half a line
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()


def _main() -> None:
    # the supervisor's stop signals may be sent to everything of this user: the pipe alone decides
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[int] = set()
    for line in sys.stdin:
        (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for pid in watched:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    _main()
