"""One run of the worker: started, asked a batch at a time, killed when it does not answer in time."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec
from chitti_shared.ipc import Decoder, frame

from news_nlp.finbert.messages import (
    EXIT_OUT_OF_MEMORY,
    Answer,
    OversizeMessage,
    Ready,
    Refused,
    Setup,
    next_message,
)

_END_S = 5.0  # from the end of its line to the end of the process

_answer: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class Lost(Exception):
    """The worker is gone, and why."""


class WorkerProcess:
    """A worker whose model stands.

    Attributes
    ----------
    ready : Ready
        What it said of itself.
    """

    def __init__(self, process: Process, line: socket.socket, memory_mb: int) -> None:
        self._process = process
        self._line = line
        self._memory_mb = memory_mb
        self._decoder = Decoder()
        self.ready: Ready

    @classmethod
    async def start(cls, setup: Setup, within_s: float) -> Self:
        """Start a worker and wait until its model stands.

        Raises
        ------
        Lost
            It refused the folder, ended, or took longer than `within_s`; there is no process then.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            process = await _spawn(theirs, setup.threads)
        except OSError as error:
            ours.close()
            raise Lost(f"cannot be started: {error.strerror or error}") from None
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        worker = cls(process, ours, setup.memory_mb)
        try:
            worker.ready = _ready(await worker.ask(msgspec.json.encode(setup), within_s))
        except BaseException:
            await worker.end()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def memory_bytes(self) -> int:
        """Resident memory; 0 when the process is gone, or where there is no /proc."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * resource.getpagesize()

    async def ask(self, message: bytes, within_s: float) -> Answer:
        """Send a message and wait for the answer.

        Raises
        ------
        Lost
            The worker ended, or took longer than `within_s` and was killed.
        """
        try:
            async with asyncio.timeout(within_s):
                await asyncio.get_running_loop().sock_sendall(self._line, frame(message))
                return _answer.decode(await self._receive())
        except TimeoutError:
            await self.end()
            raise Lost(f"took longer than {within_s:g} s and was killed") from None
        except (OSError, EOFError):
            await self._ended()
            raise Lost(self._epitaph()) from None
        except (OversizeMessage, msgspec.DecodeError) as error:
            await self.end()
            raise Lost(f"answered what is no answer and was killed: {error}") from None

    async def ended(self) -> str:
        """Wait until the process is gone; why."""
        await self._process.wait()
        return self._epitaph()

    async def end(self) -> None:
        """Kill the process, if it lives, and wait until it is gone."""
        self._line.close()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _ended(self) -> None:
        """Wait for a process that has closed its line; one that lives on is killed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._process.wait()
        await self.end()

    async def _receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        while (message := next_message(self._decoder)) is None:
            with self._decoder.get_buffer(0) as room:
                size = await loop.sock_recv_into(self._line, room)
            if size == 0:
                raise EOFError
            self._decoder.buffer_updated(size)
        return message

    def _epitaph(self) -> str:
        code = self._process.returncode
        if code == EXIT_OUT_OF_MEMORY:
            return f"needed more memory than CHITTI_FINBERT_MEMORY_MB={self._memory_mb} lets it have"
        if code is not None and code < 0:
            return f"was ended by signal {-code} ({signal.strsignal(-code)})"
        return f"ended with exit code {code}"


def _ready(said: Answer) -> Ready:
    if isinstance(said, Ready):
        return said
    raise Lost(said.message if isinstance(said, Refused) else f"spoke out of turn: {type(said).__name__}")


async def _spawn(line: socket.socket, threads: int) -> Process:
    """Start the worker with one end of the pair and nothing of the daemon's environment."""
    number = line.fileno()
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-s", "-m", "news_nlp.finbert.worker", str(number),
        pass_fds=(number,), env=_environment(threads), cwd="/", stdin=DEVNULL, stdout=DEVNULL,
    )  # fmt: skip


def _environment(threads: int) -> dict[str, str]:
    """The worker's whole environment: where this process imports from, and how many threads libraries may start."""
    folders = [str(Path(entry).absolute()) for entry in sys.path if entry]
    return {
        "PYTHONPATH": ":".join(folders),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",  # else its wheels keep a device id in ~/.cache and call Microsoft
    }
