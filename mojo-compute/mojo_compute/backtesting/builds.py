"""Which build of the code this is: results of two builds may differ in their last bits."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import chitti_shared

import mojo_compute

# what a result depends on: the code that computes it, and what strategies, settings and indicators are declared as
_FOLDERS = {
    mojo_compute: ("backtesting", "indicators", "kernels", "engines"),
    chitti_shared: ("expressions", "contracts/strategies", "contracts/indicators"),
}
_KINDS = frozenset({".py", ".so", ".pyd"})


@cache
def build_id() -> str:
    """The release, and a digest of every module that computes, compiled ones as they are."""
    digest = hashlib.sha256()
    for package, folders in _FOLDERS.items():
        root = Path(str(package.__file__)).parent
        for path in sorted(path for folder in folders for path in (root / folder).rglob("*")):
            if path.suffix in _KINDS:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{version('trading-chitti')}+{digest.hexdigest()[:16]}"
