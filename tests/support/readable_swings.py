"""Swings in plain Python: the reading that the kernel's are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import signal_service.kernels

HEADER = Path(signal_service.kernels.__file__).with_name("_shape_limits.h")
_FOUND = re.findall(
    r"^(?:#define )?\s*([A-Z_]+)(?: = | )(-?[0-9.]+),?", HEADER.read_text(encoding="utf-8"), re.MULTILINE
)
LIMITS = {name: float(value) for name, value in _FOUND}


@dataclass(frozen=True)
class Swing:
    """A confirmed high (side 1) or low (side -1)."""

    bar: int
    side: int
    price: float


@dataclass(frozen=True)
class History:
    """Bars without holes, in one direction."""

    high: list[float]
    low: list[float]
    close: list[float]
    atr: list[float]
    volume_before: list[float]

    def mean_volume(self, first: int, end: int) -> float:
        return (self.volume_before[end] - self.volume_before[first]) / (end - first) if end > first else 0.0

    def upside_down(self) -> History:
        low, high = [-price for price in self.high], [-price for price in self.low]
        return History(high, low, [-price for price in self.close], self.atr, self.volume_before)


def history_of(high: list[float], low: list[float], close: list[float], volume: list[float]) -> History:
    ranges = [
        max(top - bottom, abs(top - before), abs(bottom - before))
        for top, bottom, before in zip(high, low, [*close[:1], *close], strict=False)
    ]
    ranges[:1] = [high[0] - low[0]] if high else []
    atr, mean = [], 0.0
    for i, one in enumerate(ranges):
        mean += (one - mean) / min(i + 1, LIMITS["ATR_PERIOD"])
        atr.append(mean)
    sums = [0.0]
    for one in volume:
        sums.append(sums[-1] + one)
    return History(high, low, close, atr, sums)


@dataclass
class Swings:
    """Swings as they become known, bar by bar.

    A rising leg ends on the first close more than `turn` ATRs under its highest high, or under the low it came
    from; that high is a swing from then on, and the leg down starts at the lowest low after it. Down likewise.
    """

    history: History
    turn: float
    known: list[Swing] = field(default_factory=list)
    leg: int = 0
    top: int = 0
    foot: int = 0

    def take(self, bar: int) -> bool:
        """Whether this bar confirmed a swing."""
        if bar == 0:
            return False
        high, low, close = self.history.high, self.history.low, self.history.close[bar]
        need = self.turn * self.history.atr[bar]
        came_from = self.known[-1].price if self.known else None
        if self.leg >= 0 and high[bar] > high[self.top]:
            self.top = bar
        if self.leg <= 0 and low[bar] < low[self.foot]:
            self.foot = bar
        beyond = came_from is not None
        if self.leg >= 0 and (high[self.top] - close > need or (self.leg and beyond and close < came_from)):
            self.known.append(Swing(self.top, 1, high[self.top]))
            after = range(self.top + 1, bar + 1) or range(bar, bar + 1)
            self.leg, self.foot = -1, min(after, key=lambda i: (low[i], i))
            return True
        if self.leg <= 0 and (close - low[self.foot] > need or (self.leg and beyond and close > came_from)):
            self.known.append(Swing(self.foot, -1, low[self.foot]))
            after = range(self.foot + 1, bar + 1) or range(bar, bar + 1)
            self.leg, self.top = 1, min(after, key=lambda i: (-high[i], i))
            return True
        return False
