"""Keys of advisory locks: one namespace, by name."""

from __future__ import annotations

import hashlib


def advisory_key(name: str) -> int:
    """The 64-bit lock key that stands for `name` in every process."""
    digest = hashlib.sha256(b"trading-chitti:" + name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
