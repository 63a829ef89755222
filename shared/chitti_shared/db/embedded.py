"""The private PostgreSQL of one installation: created, started, watched and stopped here."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import asyncpg

from chitti_shared.db import cluster, guard
from chitti_shared.db.cluster import Cluster
from chitti_shared.db.failures import mapped_failures
from chitti_shared.db.roles import ROLES, ensure_database, ensure_roles, load_passwords, url_of_socket
from chitti_shared.errors import Conflict, InvalidInput, ServiceUnavailable
from chitti_shared.logs import get_logger

log = get_logger(__name__)

DATABASE = "chitti"
_WATCH_S = 0.1
SUPERUSER = cluster.SUPERUSER


class EmbeddedServer:
    """A PostgreSQL on a Unix socket, run as a child of this process, for this user only.

    The cluster is below `data_dir`; under root it belongs to a lesser OS account and lies
    where that account can reach it (see `chitti_shared.db.cluster`). Roles log in with
    random passwords (SCRAM) from `data_dir/database-logins.json`, mode 0600; the superuser
    logs in by being the OS user that runs the launcher. When this process dies, in whatever
    way, the server is stopped.

    Parameters
    ----------
    data_dir, runtime_dir : Path
        CHITTI_DATA_DIR and CHITTI_RUNTIME_DIR.
    settings : Mapping[str, str]
        PostgreSQL settings that replace the defaults of `cluster.SETTINGS`.
    start_timeout_s : float
        How long crash recovery may take.
    stop_grace_s : float
        How long a stop may wait for a checkpoint before sessions are cut.
    on_progress : callable
        Told each slow step in words; the log when not given.
    """

    def __init__(
        self,
        data_dir: Path,
        runtime_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        start_timeout_s: float = 120.0,
        stop_grace_s: float = 30.0,
        on_progress: Callable[[str], None] | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.runtime_dir = runtime_dir.absolute()
        self.pid: int | None = None
        self._settings = dict(settings or {})
        self._start_timeout_s = start_timeout_s
        self._stop_grace_s = stop_grace_s
        self._on_progress = on_progress or (lambda step: log.info("database step", step=step))
        self._cluster: Cluster | None = None
        self.passwords: dict[str, str] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._lock_fd: int | None = None
        self._log_began = 0  # bytes of the log that earlier runs wrote

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.stop()

    @property
    def cluster(self) -> Cluster:
        """Where the server's files are; known once `start` was called."""
        if self._cluster is None:
            raise ServiceUnavailable("the embedded PostgreSQL was not started")
        return self._cluster

    @property
    def running(self) -> bool:
        return self._guard is not None and self._guard.poll() is None

    @property
    def superuser_url(self) -> str:
        return url_of_socket(self.cluster.socket_dir, DATABASE, SUPERUSER)

    def url_of(self, service: str) -> str:
        """The URL that `service` ("mojo-compute", ..., "migrator") logs in with.

        Raises
        ------
        InvalidInput
            There is no such service.
        """
        role = ROLES.get(service)
        if role is None:
            raise InvalidInput(f"expected one of {', '.join(ROLES)}, found {service!r}", field="service")
        return url_of_socket(self.cluster.socket_dir, DATABASE, role, self.passwords[role])

    async def start(self) -> None:
        """Create the cluster when there is none, start the server, wait until it answers, make roles and database.

        Does nothing when it runs. After a crash, once `wait` has returned, call it again: recovery is waited for.

        Raises
        ------
        Conflict
            Another launcher runs the server in this data folder.
        ServiceUnavailable
            It can't be run here, ended at once (with the last lines of its log), or was not
            ready in time; the message says what to do.
        """
        if self.running:
            return
        try:
            await asyncio.to_thread(self._prepare)
            connection = await self._first_connection()
            with mapped_failures():
                try:
                    await ensure_roles(connection, self.passwords)
                    await ensure_database(connection, DATABASE)
                finally:
                    await connection.close()
        except BaseException:
            await self.stop()
            raise
        log.info("postgresql ready", pid=self.pid, socket_dir=str(self.cluster.socket_dir))

    async def stop(self) -> None:
        """Stop the server: open transactions are rolled back, a checkpoint is written."""
        await asyncio.to_thread(self._stop)

    async def wait(self) -> int:
        """Wait until the server ends, by itself or by `stop`; its exit status, 128 + n if signal n killed it."""
        if self._guard is None:
            raise ServiceUnavailable("the embedded PostgreSQL was not started")
        process = self._guard
        # Not in a thread: one that waits can't be cancelled, and would hold up the end of the loop.
        while (status := process.poll()) is None:  # noqa: ASYNC110 - nothing tells of a process's end by an event
            await asyncio.sleep(_WATCH_S)
        return status

    def _prepare(self) -> None:
        self._take_lock()
        self._release_guard()
        self._cluster = cluster.prepare(self.data_dir, self.runtime_dir, self._on_progress)
        self.passwords = load_passwords(self.data_dir / "database-logins.json")
        cluster.clear_leftovers(self._cluster, self._stop_grace_s, self._on_progress)

    def _launch(self) -> None:
        log_fd = cluster.open_log(self.cluster)
        self._log_began = os.fstat(log_fd).st_size
        account = self.cluster.account
        command = [
            *(sys.executable, "-I", "-S", guard.__file__, str(self._stop_grace_s), str(account.uid), str(account.gid)),
            *cluster.command(self.cluster, self._settings),
        ]
        try:
            self._guard = subprocess.Popen(  # noqa: S603 - our own programs and settings
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log_fd,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
            )
        finally:
            os.close(log_fd)
        assert self._guard.stdout is not None
        with self._guard.stdout as first_line:
            self.pid = int(first_line.readline() or 0) or None

    async def _first_connection(self) -> asyncpg.Connection:
        url = url_of_socket(self.cluster.socket_dir, "postgres", SUPERUSER)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._start_timeout_s
        pause_s = 0.01
        await asyncio.to_thread(self._launch)
        while True:
            try:
                return await asyncpg.connect(url, timeout=10)
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError) as error:
                ended = not self.running
                said = cluster.last_lines(self.cluster, self._log_began)
                # After a crash the old sessions take a moment to notice; PostgreSQL doesn't wait for them.
                blocked = ended and "pre-existing shared memory block" in said
                if ended and not blocked:
                    raise ServiceUnavailable(f"PostgreSQL ended while starting:\n{said}") from error
                if loop.time() > deadline:
                    raise ServiceUnavailable(
                        f"PostgreSQL was not ready after {self._start_timeout_s:g} s; its log says:\n{said}"
                    ) from error
                if blocked:
                    self._release_guard()
                    await asyncio.to_thread(self._launch)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.25)

    def _stop(self) -> None:
        process = self._guard
        if process is not None:
            for number, wait_s in ((signal.SIGINT, self._stop_grace_s), (signal.SIGQUIT, 10.0)):
                if process.poll() is None:
                    process.send_signal(number)
                    try:
                        process.wait(wait_s)
                    except subprocess.TimeoutExpired:
                        log.warning("postgresql did not stop", signal=number.name, waited_s=wait_s)
            if process.poll() is None and self.pid is not None:
                os.kill(self.pid, signal.SIGKILL)
                process.wait()
        self._release_guard()
        if self._lock_fd is not None:
            try:
                if self._cluster is not None:  # a guard that was killed has left its server behind
                    cluster.clear_leftovers(self._cluster, self._stop_grace_s, self._on_progress)
            finally:
                os.close(self._lock_fd)
                self._lock_fd = None

    def _release_guard(self) -> None:
        process, self._guard, self.pid = self._guard, None, None
        if process is not None and process.stdin is not None:
            process.stdin.close()

    def _close_to_others(self) -> None:
        """Who can write into the data folder can plant passwords and links there."""
        found = self.data_dir.stat()
        writable = stat.S_IMODE(found.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
        if found.st_uid == os.geteuid() and writable:
            self.data_dir.chmod(stat.S_IMODE(found.st_mode) & ~writable)
        elif writable & stat.S_IWOTH:
            raise Conflict(
                f"the data folder {self.data_dir} belongs to uid {found.st_uid} and everybody may write there; "
                "choose another CHITTI_DATA_DIR",
                kind="folder",
            )

    def _take_lock(self) -> None:
        if self._lock_fd is not None:
            return
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._close_to_others()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock_fd = os.open(self.data_dir / "postgres.lock", flags, 0o600)
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock_fd)
            raise Conflict(
                f"the database in {self.data_dir} is already run by another process; "
                "stop that one, or choose another CHITTI_DATA_DIR",
                kind="database",
            ) from None
        self._lock_fd = lock_fd
