"""A history as the kernels of events read it: two sides of the market, and its swings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from signal_service.kernels._ranges import usual_into
from signal_service.kernels._swing_points import atr_into, swings_into
from signal_service.patterns.bars import Bars, Floats

Integers = NDArray[np.int64]
USUAL_BARS = 20  # whose mean volume is the usual one
TURN = 2.0  # ATRs that make a swing
CLOSE, RANGE, USUAL = 2, 3, 5  # rows of a side


@dataclass(frozen=True, slots=True)
class Swings:
    """Highs and lows in the order in which they became known; `sides` is 1 for a high, -1 for a low."""

    bars: Integers
    known: Integers
    sides: Integers
    prices: Floats


class History:
    """Bars with what all families of events need of them, computed once.

    Parameters
    ----------
    bars : Bars
        None of them missing.

    Attributes
    ----------
    up : ndarray of float64, shape (6, n)
        High, low, close, average true range, volume, usual volume.
    down : ndarray of float64, shape (6, n)
        The same seen from below: negated low, high and close.
    """

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.up = np.empty((6, len(bars)))
        self.up[0], self.up[1], self.up[CLOSE], self.up[4] = bars.high, bars.low, bars.close, bars.volume
        if len(bars):
            atr_into(bars.high, bars.low, bars.close, self.up[RANGE])
            usual_into(bars.volume, USUAL_BARS, self.up[USUAL])
        self.down = self.up.copy()
        self.down[0], self.down[1], self.down[CLOSE] = -bars.low, -bars.high, -bars.close

    def __len__(self) -> int:
        return len(self.bars)

    @property
    def atr(self) -> Floats:
        row: Floats = self.up[RANGE]
        return row

    @property
    def usual_volume(self) -> Floats:
        row: Floats = self.up[USUAL]
        return row

    @cached_property
    def swings(self) -> Swings:
        """Found with reversals of `TURN` ATRs."""
        count = len(self)
        bars, known, sides = (np.empty(count, dtype=np.int64) for _ in range(3))
        prices = np.empty(count)
        one = self.bars
        found = swings_into(one.high, one.low, one.close, self.atr, TURN, bars, known, sides, prices)
        return Swings(bars[:found], known[:found], sides[:found], prices[:found])
