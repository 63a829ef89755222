"""The whole stack as real processes, for tests and benchmarks: started, asked, killed in part, stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psutil

HEALTHY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 60.0
_PRINTED_WITHIN_S = 10.0
_LOGIN = re.compile(r"^login: admin / (\S+)$", re.MULTILINE)


class LiveStack:
    """`chitti up` with folders and a port of its own.

    Parameters
    ----------
    folder : Path, optional
        Where its data, socket files and output go. Unset: a new one below /tmp (socket paths must be short), removed
        by `close`.
    sample : bool
        Whether an empty database gets the sample market.
    restart_cap_s : float
        Longest wait before a crashed process is started again.
    env : Mapping[str, str], optional
        Settings on top of the ones above. No feed is polled unless they say so.

    Attributes
    ----------
    seconds_until_healthy : float
        From the start of the supervisor to a healthy `/health`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        sample: bool = True,
        restart_cap_s: float = 0.5,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._owns_folder = folder is None
        # not the test's tmp_path: on macOS, or with a long test name, socket paths would not fit
        self.folder = folder or Path(tempfile.mkdtemp(prefix="chitti-", dir="/tmp"))
        if self._owns_folder:
            # under root PostgreSQL is another account's, which must get through to its data
            self.folder.chmod(0o711)
        self.data_dir = self.folder / "data"
        self.runtime_dir = self.folder / "run"
        self.output_path = self.folder / "up.out"
        self.seconds_until_healthy = 0.0
        self._arguments = ["--restart-max-delay", str(restart_cap_s), *([] if sample else ["--no-sample"])]
        self._env = dict(env or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._record: dict[str, Any] = {}
        self._password: str | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_failure: object) -> None:
        self.close()

    @property
    def env(self) -> dict[str, str]:
        """The environment for commands that act on this stack."""
        own = {
            "CHITTI_DATA_DIR": str(self.data_dir),
            "CHITTI_RUNTIME_DIR": str(self.runtime_dir),
            "CHITTI_HTTP_PORT": "0",
            "CHITTI_FEEDS": "none",
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
        return {**inherited, **own, **self._env}

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        return self._running().pid

    @property
    def base_url(self) -> str:
        """Where core-api answers, without a slash at the end."""
        return str(self._record["url"])

    @property
    def output(self) -> str:
        """What the supervisor has printed so far."""
        return self.output_path.read_text(encoding="utf-8")

    @property
    def admin_password(self) -> str:
        """The password of the login `admin`, as printed at the first start."""
        if self._password is None:
            # the record that `start` waits for is written just before
            self._wait_for(lambda: _LOGIN.search(self.output) is not None, _PRINTED_WITHIN_S, "with its login printed")
            found = _LOGIN.search(self.output)
            assert found is not None
            self._password = found[1]
        return self._password

    def address_of(self, service: str) -> str:
        """The socket address of a daemon."""
        return str(self._record["listen"][service])

    def database_url_of(self, service: str) -> str:
        """The database login of a service."""
        return str(self._record["database_urls"][service])

    def start(self) -> Self:
        """Start it and wait until it is healthy.

        Raises
        ------
        AssertionError
            It ended, or was not healthy in time; the message holds its output.
        """
        started = time.monotonic()
        self.launch()
        record = self.data_dir / "stack.json"
        try:
            self._wait_for(record.exists, HEALTHY_WITHIN_S, "healthy")
        except BaseException:
            self.stop()
            raise
        self.seconds_until_healthy = time.monotonic() - started
        self._record = json.loads(record.read_bytes())
        return self

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self.runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.data_dir / "stack.json").unlink(missing_ok=True)  # of one that was killed
        with self.output_path.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "chitti_cli", "up", *self._arguments],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> int | None:
        """Stop it as Ctrl-C does; the supervisor's exit code, None when it was not running."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"not stopped after {STOPPED_WITHIN_S:g} s:\n{self.output}") from None

    def close(self) -> int | None:
        """`stop`, and remove a folder that was made here."""
        try:
            return self.stop()
        finally:
            if self._owns_folder:
                shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL the supervisor alone."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None

    def pids(self) -> dict[str, int]:
        """Process ids by name: the daemons, core-api, `postgresql`, `watchdog`, `supervisor`."""
        supervisor = psutil.Process(self.pid)
        found = {"supervisor": supervisor.pid}
        for process in supervisor.children(recursive=True):
            name = _name_of(process)
            if name is not None:
                found.setdefault(name, process.pid)
        return found

    def token(self) -> str:
        """A fresh access token of `admin`."""
        form = urllib.parse.urlencode({"username": "admin", "password": self.admin_password}).encode()
        with urllib.request.urlopen(f"{self.base_url}/api/auth/token", form, timeout=30) as reply:  # noqa: S310
            return str(json.load(reply)["access_token"])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise AssertionError("the stack is not running")
        return self._process

    def _wait_for(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        process = self._running()
        deadline = time.monotonic() + seconds
        while not condition():
            if process.poll() is not None:
                raise AssertionError(f"chitti up ended with {process.returncode}:\n{self.output}")
            if time.monotonic() > deadline:
                raise AssertionError(f"not {what} after {seconds:g} s:\n{self.output}")
            time.sleep(0.02)


def _name_of(process: psutil.Process) -> str | None:
    try:
        command = process.cmdline()
        # a backend looks like the postmaster for an instant: only the guard's own child is it
        parent = process.parent() if command and Path(command[0]).name == "postgres" else None
        if parent is not None:
            return "postgresql" if _script_of(parent.cmdline()) == "guard.py" else None
    except psutil.NoSuchProcess:
        return None
    if len(command) > 2 and command[1] == "-m":
        return command[2].replace("_", "-")
    return {"watchdog.py": "watchdog", "guard.py": "postgresql-guard"}.get(_script_of(command))


def _script_of(command: list[str]) -> str:
    """The script of `python -I -S SCRIPT ...`; empty for another command."""
    return Path(command[3]).name if len(command) > 3 else ""
