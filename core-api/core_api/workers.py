"""Several gateway processes on one listening socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time

from chitti_shared.logs import get_logger

_log = get_logger(__name__)
_GRACE_S = 15.0
_STABLE_S = 10.0
_MAX_FAILED_STARTS = 5
_LAST_PAUSE_S = 10.0


class Workers:
    """Starts `count` processes, starts one again when it dies, stops all on SIGTERM or SIGINT.

    A worker that keeps dying within 10 s of its start ends the whole with status 1. Workers hold
    the read end of a pipe whose other end only this process has: they stop when it is gone.
    """

    def __init__(self, count: int, listener: socket.socket) -> None:
        self._count = count
        self._listener = listener
        self._life, self._held = os.pipe()
        self._stopping = asyncio.Event()
        self._processes: set[asyncio.subprocess.Process] = set()

    async def run(self) -> int:
        """The exit status."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((*keepers, stopped), return_when=asyncio.FIRST_COMPLETED)
        failed = not self._stopping.is_set()
        self._stopping.set()
        for process in self._processes:
            _signalled(process, signal.SIGTERM)
        _, late = await asyncio.wait(keepers, timeout=_GRACE_S)
        for process in self._processes if late else ():
            _signalled(process, signal.SIGKILL)
        await asyncio.gather(stopped, *keepers)
        os.close(self._held)
        os.close(self._life)
        return 1 if failed else 0

    async def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set() and failures < _MAX_FAILED_STARTS:
            started = time.monotonic()
            try:
                await self._run_one()
            except OSError as error:
                _log.error("a worker can't be started", reason=str(error))
            if self._stopping.is_set():
                return
            failures = 0 if time.monotonic() - started > _STABLE_S else failures + 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(0.2 * 2**failures, _LAST_PAUSE_S)):
                    await self._stopping.wait()

    async def _run_one(self) -> None:
        listener = self._listener.fileno()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "core_api", "--listen-fd", str(listener), "--life-fd", str(self._life)),
            pass_fds=(listener, self._life),
        )
        self._processes.add(process)
        if self._stopping.is_set():  # while it was being started
            _signalled(process, signal.SIGTERM)
        status = await process.wait()
        self._processes.discard(process)
        if not self._stopping.is_set():
            _log.error("worker died", pid=process.pid, status=status)


def _signalled(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        process.send_signal(number)
