"""Which build of the code this is: results of two builds may differ in their last bits."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import mojo_compute

_PACKAGES = ("backtesting", "indicators", "kernels", "engines")
_KINDS = frozenset({".py", ".so", ".pyd"})


@cache
def build_id() -> str:
    """The release, and a digest of every module that computes, compiled ones as they are."""
    root = Path(mojo_compute.__file__).parent
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in _KINDS:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{version('trading-chitti')}+{digest.hexdigest()[:16]}"
