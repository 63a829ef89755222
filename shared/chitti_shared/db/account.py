"""The OS account that the embedded PostgreSQL runs as, and what that account can reach.

PostgreSQL refuses to run as root. Under root it therefore runs as another account, whose
rights are tried out (`can_enter`, `can_run`) and never guessed from mode bits: access
lists, mount options and container policies count too.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chitti_shared.errors import ServiceUnavailable

# The first that exists is taken; the last is created when none does.
ACCOUNTS = ("trading-chitti", "postgres")
CREATED_ACCOUNT = "trading-chitti"


@dataclass(frozen=True)
class Account:
    """An OS account; `switch` says whether this process must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments of `subprocess` that start a child as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may change into `folder`."""
        return self._succeeds("/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))

    def can_run(self, program: Path) -> bool:
        """Whether the account may run `program --version`."""
        return self._succeeds(str(program), "--version")

    def take(self, path: Path, mode: int) -> None:
        """Make `path` the account's, with `mode`."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        path.chmod(mode)

    def _succeeds(self, *command: str) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - fixed commands, no shell text from outside
                command, cwd="/", env={}, capture_output=True, check=False, timeout=30, **self.popen_options()
            )
        except PermissionError:
            return False
        return done.returncode == 0


def account_for(cluster: Path) -> Account:
    """The account to run PostgreSQL as: this process's own, or a lesser one when that is root.

    Parameters
    ----------
    cluster : Path
        The data folder; when it exists, its owner is the answer.

    Raises
    ------
    ServiceUnavailable
        This uid has no account entry, or no account below root exists and none can be created.
    """
    if os.geteuid() != 0:
        entry = _entry_of_uid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=False)
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        entry = _entry_of_uid(owner)
    else:
        entry = next(filter(None, map(_entry_of_name, ACCOUNTS)), None) or _create_account()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def _entry_of_uid(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise ServiceUnavailable(
            f"the embedded PostgreSQL needs an OS account for uid {uid}, and the system knows none; "
            "add one (useradd), or set DATABASE_URL"
        ) from None


def _entry_of_name(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd")
    if useradd is not None:
        command = (useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", CREATED_ACCOUNT)
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        reason = made.stderr.strip() or f"useradd ended with {made.returncode}"
        if made.returncode == 0 and (entry := _entry_of_name(CREATED_ACCOUNT)):
            return entry
    else:
        reason = "there is no useradd here"
    raise ServiceUnavailable(
        "PostgreSQL does not run as root: it needs an account named "
        f"{' or '.join(ACCOUNTS)}, and none could be created ({reason}). Create one, start as another user, "
        "or set DATABASE_URL"
    )
