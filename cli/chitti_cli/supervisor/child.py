"""One supervised process: started, watched, its output kept, started again when it crashes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chitti_cli.supervisor.backoff import Backoff
from chitti_cli.supervisor.lines import LOUD, LineCutter, is_loud, readable
from chitti_cli.supervisor.logfile import LogFile
from chitti_cli.supervisor.watchdog import Watchdog

# A child that fails this often before it was ever ready has a cause that waiting does not cure
START_ATTEMPTS = 3
# What a child wrote longer before its end than this has likely nothing to do with it
LAST_WORDS_S = 5.0


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: the name people know it by, its arguments and its whole environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


def describe_exit(returncode: int) -> str:
    """`exit code 1` or `signal SIGKILL`, from the number the system gives."""
    if returncode < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-returncode).name}"
        return f"signal {-returncode}"
    return f"exit code {returncode}"


class Child:
    """Keeps `command` running until `stop`.

    Parameters
    ----------
    command : Command
    log : Path
        Where its output goes, whole.
    backoff : Backoff
        Waits between crashes.
    watchdog : Watchdog
        Told of every process started.
    report : callable
        `report(level, name, text)` for what a person should see: crashes, and the child's own warnings.
    """

    def __init__(
        self,
        command: Command,
        *,
        log: Path,
        backoff: Backoff,
        watchdog: Watchdog,
        report: Callable[[str, str, str], None],
    ) -> None:
        self.command = command
        self.ready = False
        self.gave_up: str | None = None
        self._log = LogFile(log, lambda reason: report("ERROR", command.name, reason))
        self._backoff = backoff
        self._watchdog = watchdog
        self._report = report
        self._tail: deque[str] = deque(maxlen=15)
        self._spoke_at = 0.0
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The command's name."""
        return self.command.name

    @property
    def pid(self) -> int | None:
        """Process id of the present run; None between two runs."""
        return self._process.pid if self._process is not None else None

    @property
    def log_path(self) -> Path:
        """Where its output goes."""
        return self._log.path

    @property
    def tail(self) -> list[str]:
        """The last lines of output that say what went wrong, oldest first."""
        return list(self._tail)

    def start(self) -> None:
        """Begin to run; `stop` ends it."""
        self._task = asyncio.create_task(self._keep_running(), name=f"supervise {self.name}")

    async def stop(self, grace_s: float) -> None:
        """SIGTERM, then SIGKILL after `grace_s` seconds; returns when the process is gone."""
        self._stopping.set()
        if self._task is None:
            return
        self.signal(signal.SIGTERM)
        done, _ = await asyncio.wait({self._task}, timeout=grace_s)
        if not done:
            self._report("WARNING", self.name, f"did not stop within {grace_s:g} s, killed")
            self.signal(signal.SIGKILL)
        await self._task

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the present run, if there is one; SIGKILL goes to what it started too."""
        if self._process is not None and self._process.returncode is None:
            if number == signal.SIGKILL:
                kill_group(self._process.pid)
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _keep_running(self) -> None:
        try:
            while not self._stopping.is_set():
                started = time.monotonic()
                try:
                    returncode = await self._run_once()
                except OSError as error:  # no process, memory or file left for a start: the next may find some
                    cause = f"a failed start: {error.strerror or error}"
                else:
                    cause = f"{describe_exit(returncode)}{self._last_words()}"
                if self._stopping.is_set():
                    return
                delay_s = self._backoff.next_delay_s(time.monotonic() - started)
                if not self.ready and self._backoff.crashes >= START_ATTEMPTS:
                    self.gave_up = cause
                    return
                self._report("ERROR", self.name, f"ended by {cause}; starting it again in {delay_s:.1f} s")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(delay_s):
                        await self._stopping.wait()
        finally:
            self._log.close()

    async def _run_once(self) -> int:
        """Run the command to its end; its exit code, negative for a signal."""
        self._tail.clear()
        # a pipe of our own: asyncio takes a process for running as long as a grandchild holds one of its pipes
        output, end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command.argv,
                env=self.command.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=end,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is for the supervisor, which stops all in order
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(end)
        self._process = process
        reader = asyncio.create_task(self._read(output))
        try:
            self._watchdog.watch(process.pid)
            if self._stopping.is_set():
                process.terminate()
            return await process.wait()
        finally:
            kill_group(process.pid)  # workers that outlived it hold its port and its log
            await asyncio.wait({reader}, timeout=1.0)
            reader.cancel()
            await asyncio.wait({reader})
            self._process = None
            self._watchdog.forget(process.pid)

    async def _read(self, output: int) -> None:
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(output, "rb", buffering=0)
        )
        cutter = LineCutter()
        try:
            while data := await stream.read(65536):
                self._take(cutter.feed(data))
            self._take(cutter.end())
        finally:
            transport.close()

    def _take(self, lines: list[bytes]) -> None:
        if not lines:
            return
        self._log.write(b"".join(lines))
        for line in lines:
            if line.startswith(b"{") and not is_loud(line):
                continue
            level, text = readable(line)
            self._tail.append(text)
            if text.strip():
                self._spoke_at = time.monotonic()
            if level in LOUD:
                self._report(level, self.name, text)

    def _last_words(self) -> str:
        if time.monotonic() - self._spoke_at > LAST_WORDS_S:
            return ""
        words = [line.strip() for line in self._tail if line.strip()]
        return f" ({words[-1]})" if words else ""


def kill_group(leader: int) -> None:
    """Kill what is left of the process group of a child, which was made the leader of one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def environment(**more: str) -> dict[str, str]:
    """The environment of the present process with `more`, for a child."""
    return {**os.environ, **more}
