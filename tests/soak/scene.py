"""Signal-service and core-api as real processes on a real database: started, killed, started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from chitti_shared.db import Pool, connect_pool
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true

from tests.soak.writer import Writer

PATIENCE_S = 60.0
# what a test server leaves out, and a server that is killed must not
ACKNOWLEDGED_STAYS = MappingProxyType({"synchronous_commit": "on"})
# nothing here is about rates, and a connection may live as long as the run
_OPEN = MappingProxyType(
    {
        "CHITTI_RATE_STREAM": "100000/s:1000000",
        "CHITTI_RATE_OPEN": "100000/s:1000000",
        "CHITTI_STREAM_LIMIT": "20000",
        "CHITTI_ACCESS_TOKEN_S": "86400",
        "CHITTI_LOG_LEVEL": "ERROR",
        "CHITTI_FEEDS": "none",
    }
)


class Scene:
    """The two processes, and what a client needs to reach them.

    Parameters
    ----------
    database : Database
    folder : Path
        Of sockets and data; its path must be short.
    pool : Pool
        With the rights of signal-service.

    Attributes
    ----------
    writer : Writer
        Commits alerts as an instance of signal-service does.
    processes : dict of str to Process
        Those that run, by package.
    """

    def __init__(self, database: Database, folder: Path, pool: Pool) -> None:
        self.folder = folder
        self.pool = pool
        self.writer = Writer(pool)
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.port = _free_port()
        self.token = ""
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))},
            **_OPEN,
            "CHITTI_RUNTIME_DIR": str(folder),
            "CHITTI_DATA_DIR": str(folder / "data"),
            "CHITTI_HTTP_PORT": str(self.port),
            "DATABASE_URL_SIGNAL_SERVICE": database.url_of("signal-service"),
            "DATABASE_URL_CORE_API": database.url_of("core-api"),
        }

    @property
    def socket_address(self) -> str:
        """Where signal-service listens."""
        return Settings(_env_file=None, chitti_runtime_dir=self.folder).listen_of("signal-service")

    @property
    def stream_head(self) -> bytes:
        """The head of a request for the stream, but for its end."""
        return f"GET /api/alerts/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {self.token}\r\n".encode()

    async def start(self, package: str) -> None:
        """Start `signal_service` or `core_api`; returns at once."""
        self.processes[package] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", package, env=self._environment
        )

    async def kill(self, package: str) -> None:
        """End it with SIGKILL."""
        process = self.processes.pop(package)
        process.kill()
        await process.wait()

    async def stop(self, package: str) -> int:
        """End it with SIGTERM; its exit status."""
        process = self.processes.pop(package)
        if process.returncode is None:
            process.terminate()
        return await asyncio.wait_for(process.wait(), PATIENCE_S)

    async def log_in(self) -> None:
        """Make the first user and take a token of it."""
        await self._command("ensure-admin")
        self.token = json.loads(await self._command("token", "--user", "admin"))["access_token"]

    async def served(self) -> None:
        """Wait until both answer. Raises TimeoutError."""
        path = self.socket_address.removeprefix("unix://")
        await first_true(lambda: _connects(asyncio.open_unix_connection(path)), PATIENCE_S)
        if "core_api" in self.processes:
            await first_true(lambda: _connects(asyncio.open_connection("127.0.0.1", self.port)), PATIENCE_S)

    async def tasks(self) -> dict[str, int]:
        """How many tasks the event loop of each process has, as its metrics tell."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        text = (await reader.read()).decode()
        writer.close()
        told = re.findall(r'^chitti_asyncio_tasks{service="([a-z-]+)"} (\d+)', text, re.MULTILINE)
        return {service.replace("-", "_"): int(number) for service, number in told}

    async def _command(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "core_api", *arguments, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"core_api {' '.join(arguments)} ended with {process.returncode}")
        return printed.decode()


@asynccontextmanager
async def running(database: Database, folder: Path, *, gateway: bool = True) -> AsyncIterator[Scene]:
    """A scene that serves; all of it is stopped at the end."""
    async with AsyncExitStack() as stack:
        # no connection is kept up: asyncpg would say on stderr of each server that is killed that it tries again
        pool = await stack.enter_async_context(
            await connect_pool(database.url_of("signal-service"), application_name="soak", min_size=0)
        )
        scene = Scene(database, folder, pool)
        stack.push_async_callback(_stop_all, scene)
        await scene.start("signal_service")
        if gateway:
            await scene.log_in()
            await scene.start("core_api")
        await scene.served()
        yield scene


async def _stop_all(scene: Scene) -> None:
    for package in list(scene.processes):
        await scene.stop(package)


async def _connects(opening: object) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await opening  # type: ignore[misc]
        writer.close()
        return True
    return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
