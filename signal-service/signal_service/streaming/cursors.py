"""Positions in a log, as clients hold them: `<epoch>-<seq>`."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Literal

ResetReason = Literal["epoch", "expired", "unknown"]

_LONGEST = 64
_LARGEST_SEQ = 2**63 - 1
_FORM = re.compile(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Position:
    """After event `seq` of the log's life `epoch`; 0 is before the first."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"


@dataclass(frozen=True, slots=True)
class Extent:
    """What a log holds: events `oldest`..`top`; empty when `oldest` is `top` + 1."""

    epoch: str
    oldest: int
    top: int


def new_epoch() -> str:
    return secrets.token_hex(8)


def parse(text: str) -> Position | None:
    """The position a client sent; None: not one that a log ever gave."""
    if len(text) > _LONGEST:
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    seq = int(match[2])
    return Position(match[1], seq) if seq <= _LARGEST_SEQ else None


def resolve(position: Position | None, extent: Extent) -> ResetReason | None:
    """Why a log can't go on from `position`; None: it can. `position` None: it didn't parse."""
    if position is None:
        return "unknown"
    if position.epoch != extent.epoch:
        return "epoch"
    if position.seq > extent.top:
        return "unknown"
    return "expired" if position.seq < extent.oldest - 1 else None
