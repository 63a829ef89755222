"""The running stack that is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Where core-api listens and a login's access token."""

    port: int
    token: str
