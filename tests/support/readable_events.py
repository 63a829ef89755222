"""Events by the words that describe them, bar by bar in plain Python: the oracle of the kernels.

Everything is told of what points upwards; what points downwards is the same in a market turned upside down.
A finding is (name, first, last, quality, target, invalidation, points in the order of time).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

Finding = tuple[str, int, int, float, float | None, float | None, tuple[tuple[int, float], ...]]


class Side:
    """One side of a market as lists; `sign` turns prices back."""

    def __init__(self, bars: Any, sign: int) -> None:
        self.sign = sign
        self.top = [float(value) for value in (bars.high if sign > 0 else -bars.low)]
        self.bottom = [float(value) for value in (bars.low if sign > 0 else -bars.high)]
        self.close = [float(value) for value in sign * bars.close]
        self.volume = [float(value) for value in bars.volume]
        self.atr = true_ranges(bars)
        self.count = len(self.close)

    def usual(self, t: int) -> float:
        return sum(self.volume[t - 20 : t]) / 20 if t >= 20 else math.nan

    def ratio(self, t: int) -> float:
        return self.volume[t] / self.usual(t) if self.usual(t) > 0 else math.nan

    def loud(self, t: int) -> bool:
        return math.isnan(self.ratio(t)) or self.ratio(t) >= 1.5

    def volume_part(self, t: int) -> float:
        return part(self.ratio(t) / 3)

    def close_part(self, t: int) -> float:
        height = self.top[t] - self.bottom[t]
        return part((self.close[t] - self.bottom[t]) / height) if height > 0 else 0.5

    def highest(self, start: int, end: int) -> int:
        """The newest of the highest tops."""
        return max(range(start, end), key=lambda i: (self.top[i], i))

    def lowest(self, start: int, end: int) -> int:
        return min(range(start, end), key=lambda i: (self.bottom[i], -i))

    def target(self, t: int, price: float | None = None) -> float | None:
        """The price, if it is one, half an ATR or more above the close; else three ATRs above that."""
        if self.atr[t] <= 0:
            return None
        fits = price is not None and price >= self.close[t] + 0.5 * self.atr[t] and self.sign * price > 0
        return price if fits else self.close[t] + 3 * self.atr[t]

    def finding(
        self, name: str, first: int, last: int, parts: list[float], target: float | None, invalidation: float | None,
        *points: tuple[int, float],
    ) -> Finding:  # fmt: skip
        def price(value: float | None) -> float | None:
            return self.sign * value if value is not None and self.sign * value > 0 else None

        corners = tuple(sorted(((bar, self.sign * value) for bar, value in points), key=lambda point: point[0]))
        return name, first, last, sum(parts) / len(parts), price(target), price(invalidation), corners


def part(value: float) -> float:
    return 0.0 if math.isnan(value) else min(max(value, 0.0), 1.0)


def true_ranges(bars: Any) -> list[float]:
    """Wilder's average, the plain mean for its first 14 bars."""
    means: list[float] = []
    for t in range(len(bars.close)):
        reach = bars.high[t] - bars.low[t]
        if t:
            reach = max(reach, abs(bars.high[t] - bars.close[t - 1]), abs(bars.low[t] - bars.close[t - 1]))
            means.append(means[-1] + (reach - means[-1]) / min(t + 1, 14))
        else:
            means.append(float(reach))
    return means


def breakouts(side: Side, window: int, name: str) -> list[Finding]:
    beyond = [t for t in range(window, side.count) if side.close[t] > max(side.top[t - window : t])]
    found = []
    for t in beyond:
        if any(t - 10 <= other < t for other in beyond) or not side.loud(t) or side.atr[t - 1] <= 0:
            continue
        high, low, atr = side.highest(t - window, t), side.lowest(t - window, t), side.atr[t - 1]
        ceiling, height = side.top[high], side.top[high] - side.bottom[low]
        parts = [
            part((side.close[t] - ceiling) / atr),
            side.volume_part(t),
            part(1.5 - height / (atr * math.sqrt(window))),
        ]
        points = ((high, ceiling), (low, side.bottom[low]), (t, side.close[t]))
        target = side.target(t, ceiling + height)
        found.append(side.finding(name, t - window, t, parts, target, ceiling - atr, *points))
    return found


def extremes(side: Side, name: str) -> list[Finding]:
    new = [t for t in range(252, side.count) if side.top[t] > max(side.top[t - 252 : t])]
    found = []
    for t in new:
        if any(t - 20 <= other < t for other in new):
            continue
        former = side.highest(t - 252, t)
        parts = [side.close_part(t), side.volume_part(t), part((t - former) / 252)]
        stop = min(side.bottom[t - 20 : t + 1])
        given_back = side.top[former] - min(side.bottom[former:t])
        target = side.target(t, side.top[former] + given_back)
        found.append(side.finding(name, former, t, parts, target, stop, (former, side.top[former]), (t, side.top[t])))
    return found


def gaps(side: Side, common: str, breakaway: str, filled: str) -> list[Finding]:
    found = []
    for t in range(1, side.count):
        edge, atr = side.top[t - 1], side.atr[t - 1]
        size = side.bottom[t] - edge
        if size <= 0 or atr <= 0 or size < 0.25 * atr:
            continue
        leaves = t >= 20 and side.close[t] > max(side.top[t - 20 : t]) and side.loud(t)
        low = min(side.bottom[max(t - 20, 0) : t])
        price = side.close[t] + max(side.top[t - 20 : t]) - low if leaves else side.bottom[t] + edge - low
        target = side.target(t, price)
        parts = [part(size / atr), side.volume_part(t), side.close_part(t)]
        corners = ((t - 1, edge), (t, side.bottom[t]))
        found.append(side.finding(breakaway if leaves else common, t - 1, t, parts, target, edge, *corners))
        back = next((u for u in range(t + 1, min(t + 61, side.count)) if side.bottom[u] <= edge), None)
        if back is not None:
            speed = 1 - (back - t) / 60
            found.append(
                side.finding(filled, t - 1, back, [part(size / atr), speed], None, None, *corners, (back, edge))
            )
    return found


def crossings(
    side: Side, fast: np.ndarray, slow: np.ndarray, drawn: np.ndarray, unit: float, name: str
) -> list[Finding]:
    """Lines come with the side's sign."""
    apart = fast - slow
    found = []
    for t in range(1, side.count):
        if not (apart[t] > 0 and apart[t - 1] <= 0):
            continue
        turns = [
            u
            for u in range(1, t)
            if math.isnan(apart[u - 1]) or (apart[u] < 0 and apart[u - 1] >= 0) or (apart[u] > 0 and apart[u - 1] <= 0)
        ]
        calm = t - (turns[-1] if turns else 0)
        parts = [part(calm / 20), part(quotient(apart[t] - apart[t - 1], unit * side.atr[t])), side.volume_part(t)]
        stop = min(side.bottom[max(t - 9, 0) : t + 1])
        found.append(side.finding(name, t - 1, t, parts, side.target(t), stop, (t, drawn[t])))
    return found


def quotient(above: float, below: float) -> float:
    return above / below if below else (math.inf if above > 0 else math.nan)


def squeezes(side: Side, squeezed: np.ndarray, momentum: np.ndarray) -> list[Finding]:
    """Of the upper side: all three kinds."""
    found = []
    for t in range(side.count):
        run = 0
        while run < t and squeezed[t - 1 - run] > 0:
            run += 1
        if squeezed[t] > 0 and run + 1 == 5:
            start, end = t - 4, t + 1
        elif squeezed[t] == 0 and run >= 5 and not math.isnan(momentum[t]) and momentum[t] != 0:
            start, end = t - run, t
        else:
            continue
        high, low = side.highest(start, end), side.lowest(start, end)
        ceiling, floor = side.top[high], side.bottom[low]
        height, atr = ceiling - floor, side.atr[t]
        corners = ((high, ceiling), (low, floor), (t, side.close[t]))
        if end > t:
            parts = [part(1.5 - quotient(height, atr * math.sqrt(5)))]
            found.append(side.finding("squeeze", start, t, parts, None, None, *corners))
            continue
        parts = [part(run / 20), part(quotient(abs(momentum[t]), 2 * atr)), side.volume_part(t)]
        up = momentum[t] > 0
        target, stop = (ceiling + height, floor) if up else (floor - height, ceiling)
        stop = min(stop, side.bottom[t]) if up else max(stop, side.top[t])
        if target <= 0 or (target - side.close[t] if up else side.close[t] - target) < 0.5 * atr:
            target = side.close[t] + 3 * atr if up else side.close[t] - 3 * atr
        name = "squeeze_release_up" if up else "squeeze_release_down"
        found.append(side.finding(name, start, t, parts, target, stop, *corners))
    return found


def divergences(
    side: Side, swings: list[tuple[int, int]], line: np.ndarray, unit: np.ndarray, regular: str, hidden: str
) -> list[Finding]:
    """`swings` are (bar, bar that confirmed it) of the side's lows; the line comes with its sign."""
    found = []
    for (a, _), (b, t) in pairwise(swings):
        if not 5 <= b - a <= 60 or side.atr[t] <= 0 or not unit[b] > 0:
            continue
        fell, rose = (side.bottom[a] - side.bottom[b]) / side.atr[t], (line[b] - line[a]) / unit[b]
        if not ((fell >= 0.1 and rose >= 0.1) or (fell <= -0.1 and rose <= -0.1)):
            continue
        target = side.target(t, max(side.top[a : b + 1]))
        corners = ((a, side.bottom[a]), (b, side.bottom[b]))
        name = regular if fell > 0 else hidden
        found.append(side.finding(name, a, t, [part(abs(fell)), part(abs(rose))], target, side.bottom[b], *corners))
    return found
