"""What became of a pattern: did prices reach its target, or fail it first?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from chitti_shared.contracts.signals.pattern_kinds import Leaning
from numpy.typing import NDArray

from signal_service.patterns.bars import Bars
from signal_service.patterns.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Outcome:
    """`bar` is the one that reached or failed; None while it is active."""

    status: Literal["active", "reached", "failed"]
    bar: int | None = None


def outcome_of(pattern: Pattern, direction: Leaning, bars: Bars) -> Outcome | None:
    """How a pattern stands by the bars after its last one; None where it has no level to stand by.

    Reached: a high (a low, of what points down) came to the target. Failed: a close lies beyond the invalidation.
    Where one bar does both it failed, as nobody knows which came first.
    """
    if direction == "neutral" or (pattern.target is None and pattern.invalidation is None):
        return None
    after = slice(pattern.last + 1, None)
    if direction == "bullish":
        reached = None if pattern.target is None else bars.high[after] >= pattern.target
        failed = None if pattern.invalidation is None else bars.close[after] < pattern.invalidation
    else:
        reached = None if pattern.target is None else bars.low[after] <= pattern.target
        failed = None if pattern.invalidation is None else bars.close[after] > pattern.invalidation
    at_target, at_failure = _first(reached), _first(failed)
    if at_failure is not None and (at_target is None or at_failure <= at_target):
        return Outcome("failed", pattern.last + 1 + at_failure)
    if at_target is not None:
        return Outcome("reached", pattern.last + 1 + at_target)
    return Outcome("active")


def _first(holds: NDArray[np.bool_] | None) -> int | None:
    return int(holds.argmax()) if holds is not None and holds.any() else None
