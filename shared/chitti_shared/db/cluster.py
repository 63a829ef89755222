"""Where a PostgreSQL cluster lies, how it is created and with which settings it runs.

For an ordinary user: the cluster is `data_dir/postgres/data`, the socket is in the runtime
folder. Under root PostgreSQL runs as another account, to which `data_dir` is opened for
passing through (its group, mode 0710: nobody else). Where a parent of `data_dir` stops that
account, such as /root, the parent is left as it is: the cluster goes to
`/var/lib/trading-chitti/<name>-<hash of data_dir>` and `data_dir/postgres.location` says so.
Under root the socket lies beside the cluster, since the runtime folder is root's own.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chitti_shared.db.account import Account, account_for
from chitti_shared.db.binaries import programs_for
from chitti_shared.errors import Conflict, ServiceUnavailable

SUPERUSER = "postgres"
SYSTEM_HOME = Path("/var/lib/trading-chitti")
MAJOR_VERSION = "18"
LONGEST_SOCKET_PATH = 103  # bytes; what fits in macOS's sockaddr_un
LONGEST_LOG = 16 * 1024 * 1024

# A developer's machine with a few services: modest memory, full durability.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "log_min_duration_statement": "1s",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

_HBA = """\
local all         {superuser} peer map=launcher
local replication {superuser} peer map=launcher
local all         all         scram-sha-256
"""


@dataclass(frozen=True)
class Cluster:
    account: Account
    programs: Path  # folder of `postgres` and `initdb`
    home: Path  # the launcher's own; the account can look inside, and owns `data` and `socket` there
    socket_dir: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def hba(self) -> Path:
        return self.home / "pg_hba.conf"

    @property
    def ident(self) -> Path:
        return self.home / "pg_ident.conf"

    @property
    def log(self) -> Path:
        return self.home / "server.log"


def prepare(data_dir: Path, runtime_dir: Path, on_progress: Callable[[str], None]) -> Cluster:
    """Find or make the folders, the account and the cluster itself."""
    home, account = _home_of(data_dir, on_progress)
    socket_dir = home / "socket" if account.switch else runtime_dir / "chitti-postgres"
    _refuse_long_path(socket_dir)
    _make_private(socket_dir, account)
    programs = programs_for(account, SYSTEM_HOME)
    found = Cluster(account, programs, home, socket_dir)
    if not found.data.exists():
        on_progress(f"creating the database in {found.data}")
        _initdb(found)
    version = (found.data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise ServiceUnavailable(
            f"{found.data} was made by PostgreSQL {version}, and this is {MAJOR_VERSION}: "
            "move it with pg_dump and psql, or choose another CHITTI_DATA_DIR"
        )
    launcher = pwd.getpwuid(os.geteuid()).pw_name
    names = sorted({launcher, account.name})
    _write(found.hba, _HBA.format(superuser=SUPERUSER), account)
    _write(found.ident, "".join(f'launcher "{name}" {SUPERUSER}\n' for name in names), account)
    return found


def command(found: Cluster, settings: Mapping[str, str]) -> list[str]:
    """The command line of the server."""
    files = {
        "unix_socket_directories": str(found.socket_dir),
        "hba_file": str(found.hba),
        "ident_file": str(found.ident),
    }
    chosen = {**SETTINGS, **settings, **files}
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return [str(found.programs / "postgres"), "-D", str(found.data), *options]


def clear_leftovers(found: Cluster, grace_s: float, on_progress: Callable[[str], None]) -> None:
    """Stop a server whose launcher is gone, and remove lock files that name a process which is none of ours.

    The caller holds the lock of the data folder: no living launcher owns what is found here. PostgreSQL itself
    only clears a lock file whose process id is free, and ids are soon used again in a container.
    """
    pid_file = found.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        pid = 0
    if pid > 0 and _is_server_of(pid, found):
        on_progress(f"stopping a PostgreSQL left behind (process {pid})")
        _stop_pid(pid, found, grace_s)
    elif pid_file.exists():
        pid_file.unlink()
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (found.socket_dir / name).unlink(missing_ok=True)


def open_log(found: Cluster) -> int:
    """File descriptor of the server's log; the one before is kept when it has grown large."""
    if found.log.exists() and found.log.stat().st_size > LONGEST_LOG:
        found.log.replace(found.log.with_suffix(".log.1"))
    return os.open(found.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)


def last_lines(found: Cluster, since: int = 0, count: int = 12) -> str:
    """The last `count` lines of the server's log, of what was written after byte `since`."""
    with found.log.open("rb") as stream:
        stream.seek(since)
        lines = stream.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-count:]) or f"(nothing in {found.log})"


def _home_of(data_dir: Path, on_progress: Callable[[str], None]) -> tuple[Path, Account]:
    pointer = data_dir / "postgres.location"
    home = Path(pointer.read_text().strip()) if pointer.exists() else data_dir / "postgres"
    account = account_for(home / "data")
    if account.switch and not pointer.exists():
        os.chown(data_dir, -1, account.gid)
        data_dir.chmod(0o710)
        # A cluster that is there already is never passed over for an empty one.
        if not home.exists() and not account.can_enter(data_dir):
            data_dir.chmod(0o700)
            home = _system_home(data_dir)
            on_progress(f"PostgreSQL runs as {account.name}, which cannot reach {data_dir}: its files are in {home}")
            pointer.write_text(f"{home}\n")
    _make_private(home, Account("the launcher", os.geteuid(), os.getegid(), switch=False))
    if account.switch:
        os.chown(home, -1, account.gid)
        home.chmod(0o750)
    if not account.can_enter(home):
        raise ServiceUnavailable(
            f"account {account.name}, which PostgreSQL runs as, cannot enter {home}: open its parents to that "
            "account, choose another CHITTI_DATA_DIR, start as an ordinary user, or set DATABASE_URL"
        )
    return home, account


def _system_home(data_dir: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:8]
    home = SYSTEM_HOME / f"{data_dir.name}-{digest}"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    SYSTEM_HOME.chmod(0o755)  # whatever the umask
    (home / "origin").write_text(f"{data_dir}\n")  # for a person who finds it
    return home


def _make_private(folder: Path, account: Account) -> None:
    """Make `folder` the account's own, mode 0700; refuse a link or another user's folder."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
            raise Conflict(
                f"expected {folder} to be a folder of {account.name}, found something else there", kind="folder"
            ) from None
    account.take(folder, 0o700)


def _refuse_long_path(socket_dir: Path) -> None:
    path = socket_dir / ".s.PGSQL.5432"
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise ServiceUnavailable(
            f"the socket's path {path} is longer than {LONGEST_SOCKET_PATH} bytes: choose a shorter "
            "CHITTI_RUNTIME_DIR (as root: CHITTI_DATA_DIR)"
        )


def _initdb(found: Cluster) -> None:
    # A name of its own until it is whole: an interrupted first start leaves no half cluster.
    partial = found.home / "data.partial"
    if partial.exists():
        shutil.rmtree(partial)
    _make_private(partial, found.account)
    done = subprocess.run(  # noqa: S603 - our own program and settings
        [
            *(str(found.programs / "initdb"), "--pgdata", str(partial), "--username", SUPERUSER),
            *("--auth-local=peer", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"),
        ],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
        **found.account.popen_options(),
    )
    if done.returncode != 0:
        raise ServiceUnavailable(f"initdb could not create {found.data}: {(done.stderr or done.stdout).strip()}")
    partial.rename(found.data)


def _write(path: Path, text: str, account: Account) -> None:
    path.write_text(text)
    if account.switch:
        os.chown(path, -1, account.gid)
    path.chmod(0o640)


def _is_server_of(pid: int, found: Cluster) -> bool:
    """Whether process `pid` is a server of this cluster, run by its account."""
    data = os.fsencode(found.data)
    process = Path(f"/proc/{pid}")
    if process.parent.is_mount():
        try:
            return process.stat().st_uid == found.account.uid and data in (process / "cmdline").read_bytes().split(
                b"\0"
            )
        except (FileNotFoundError, ProcessLookupError):
            return False
    shown = subprocess.run(["/bin/ps", "-ww", "-o", "uid=,command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603
    words = shown.stdout.split()
    return bool(words) and int(words[0]) == found.account.uid and b" -D " + data + b" " in shown.stdout


def _stop_pid(pid: int, found: Cluster, grace_s: float) -> None:
    for number, wait_s in ((signal.SIGINT, grace_s), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if not _is_server_of(pid, found):
                return
            time.sleep(0.02)
    raise ServiceUnavailable(f"process {pid}, a PostgreSQL in {found.data}, does not end", kind="process")
