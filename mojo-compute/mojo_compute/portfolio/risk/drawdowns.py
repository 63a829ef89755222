"""How far a portfolio was below its highest value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mojo_compute.kernels.arrays import Floats


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak, which is 0 or less, and where it was.

    `peak`, `trough` and `recovery` are numbers of periods, -1 being the start before the first; `recovery` is None
    while the peak was not reached again. `current` is the fall at the end.
    """

    deepest: float
    current: float
    peak: int
    trough: int
    recovery: int | None


def drawdown(returns: Floats) -> Drawdown:
    """The drawdown of what 1 at the start becomes, the start being a peak.

    A borrowed portfolio may lose more than it is worth: nothing is left then, and nothing comes back.
    """
    value = np.concatenate([[1.0], np.cumprod(np.maximum(1.0 + returns, 0.0))])
    below = value / np.maximum.accumulate(value) - 1.0
    trough = int(np.argmin(below))
    peak = int(np.argmax(value[: trough + 1]))
    again = np.flatnonzero(value[trough:] >= value[peak])
    recovery = int(again[0]) + trough - 1 if len(again) else None
    return Drawdown(float(below[trough]), float(below[-1]), peak - 1, trough - 1, recovery)
