"""Databases for tests: one server a test process, one migrated template, a clone a test."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from chitti_shared.db.embedded import SUPERUSER, EmbeddedServer
from chitti_shared.db.identifiers import compose
from chitti_shared.db.migrator import migrate
from chitti_shared.db.roles import MIGRATOR, ROLES, url_of_socket

T = TypeVar("T")

SERVER_PREFIX = "chitti-test-db-"
TEMPORARY = Path("/tmp")  # noqa: S108 - short, unlike gettempdir() on macOS; mkdtemp is safe there
MEMORY = Path("/dev/shm")  # noqa: S108 - the same
LEAST_MEMORY = 1 << 30  # bytes free before a server is put into memory

# A test's data needn't survive a power cut.
UNSAFE_AND_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
    "io_method": "sync",
    "log_min_duration_statement": "-1",
}


@contextmanager
def short_folder(base: Path = TEMPORARY, prefix: str = "chitti-test-") -> Iterator[Path]:
    """A fresh folder with a path short enough for sockets; removed after the block."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    # Passing through is what PostgreSQL's own account needs under root; everything in it stays closed.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server_folder() -> Iterator[Path]:
    """A fresh folder for a test server: in memory where that is large enough, which makes a clone ten times as fast."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > LEAST_MEMORY
    base = MEMORY if roomy else TEMPORARY
    _sweep(base)
    with short_folder(base, SERVER_PREFIX) as folder:
        yield folder


def _sweep(base: Path) -> None:
    """Remove what killed test runs of ours left behind: folders a minute old whose server's lock nobody holds."""
    for folder in base.glob(f"{SERVER_PREFIX}*"):
        try:
            found = folder.stat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < 60:
                continue
            with (folder / "data" / "postgres.lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except (FileNotFoundError, BlockingIOError):
            continue  # swept by another, no server's folder, or in use


@dataclass(frozen=True)
class Database:
    """One database of a test server."""

    name: str
    socket_dir: Path
    passwords: dict[str, str]

    @property
    def superuser_url(self) -> str:
        return url_of_socket(self.socket_dir, self.name, SUPERUSER)

    def url_of(self, service: str) -> str:
        """The URL that `service` ("mojo-compute", ..., "migrator") logs in with."""
        role = ROLES[service]
        return url_of_socket(self.socket_dir, self.name, role, self.passwords[role])


class DatabaseServer:
    """An embedded server with a migrated template to clone; works beside any event loop."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-database", daemon=True)
        self._server = EmbeddedServer(
            folder / "data", folder / "run", settings={**UNSAFE_AND_FAST, **(settings or {})}, stop_grace_s=5
        )
        self._numbers = itertools.count(1)
        self._admin: asyncpg.Connection

    def start(self) -> None:
        self._thread.start()
        self._run(self._start())

    def stop(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def kill(self) -> None:
        """End PostgreSQL without grace; returns when that was noticed."""
        assert self._server.pid is not None
        os.kill(self._server.pid, signal.SIGKILL)
        self._run(self._server.wait())

    def restart(self) -> None:
        """Start it after `kill`; returns when it has recovered."""
        self._run(self._server.start())

    def create(self, *, template: str | None = "chitti") -> Database:
        """A database of its own: a copy of the migrated one, or empty (`template=None`)."""
        database = self._database(f"test_{next(self._numbers)}")
        self._run(
            self._admin.execute(
                compose(
                    "CREATE DATABASE {name} OWNER {owner} TEMPLATE {copied} STRATEGY file_copy",
                    name=database.name,
                    owner=MIGRATOR,
                    copied=template or "template0",
                )
            )
        )
        return database

    def drop(self, database: Database) -> None:
        self._run(self._admin.execute(compose("DROP DATABASE {name} WITH (FORCE)", name=database.name)))

    async def _start(self) -> None:
        await self._server.start()
        await migrate(self._server.url_of("migrator"), on_progress=lambda _name: None)
        self._admin = await asyncpg.connect(url_of_socket(self._server.cluster.socket_dir, "postgres", SUPERUSER))

    async def _stop(self) -> None:
        await self._admin.close()
        await self._server.stop()

    def _database(self, name: str) -> Database:
        return Database(name, self._server.cluster.socket_dir, self._server.passwords)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
