"""What a log holds, and whether it can go on from a client's position."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from chitti_shared.positions import Position

ResetReason = Literal["epoch", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Extent:
    """What a log holds: events `oldest`..`top`; empty when `oldest` is `top` + 1."""

    epoch: str
    oldest: int
    top: int


def new_epoch() -> str:
    return secrets.token_hex(8)


def resolve(position: Position | None, extent: Extent) -> ResetReason | None:
    """Why a log can't go on from `position`; None: it can. `position` None: it didn't parse."""
    if position is None:
        return "unknown"
    if position.epoch != extent.epoch:
        return "epoch"
    if position.seq > extent.top:
        return "unknown"
    return "expired" if position.seq < extent.oldest - 1 else None
