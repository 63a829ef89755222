"""Flags and pennants in plain Python: the reading that the kernel's are compared with."""

from __future__ import annotations

from typing import Any

from support.readable_swings import LIMITS, History

L = LIMITS


class Rest:
    """The newest steep rise, and what the price does after it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.pole: tuple[int, int] | None = None

    def take(self, bar: int) -> tuple[str, int, float, dict[str, Any]] | None:
        """The flag or pennant that this bar's close leaves upwards: kind, end of the pole, line, parts."""
        found = self.left(bar) if self.pole else None
        if found or (self.pole and self.over(bar)):
            self.pole = None
        base = self.base_of(bar)
        if base is not None:
            self.pole = (base, bar)
        return found

    def base_of(self, bar: int) -> int | None:
        """Where the steep rise began that this bar's high ends."""
        before = range(max(bar - int(L["LONGEST_POLE"]), 0), bar)
        high, low = self.history.high, self.history.low
        if not before or high[bar] <= high[bar - 1] or max(high[i] for i in before) > high[bar]:
            return None
        base = min(before, key=lambda i: (low[i], -i))
        atr = self.history.atr[base]
        if low[base] >= low[bar] or not atr > 0.0 or high[bar] - low[base] < L["LEAST_POLE"] * atr:
            return None
        return base

    def height(self) -> float:
        assert self.pole is not None
        return self.history.high[self.pole[1]] - self.history.low[self.pole[0]]

    def over(self, bar: int) -> bool:
        """Whether the rest went on too long, too deep, or past the pole's end."""
        assert self.pole is not None
        top = self.pole[1]
        peak = self.history.high[top]
        deepest = min(self.history.low[top + 1 : bar + 1])
        return (
            bar - top - 1 >= L["LONGEST_REST"]
            or self.history.high[bar] > peak
            or peak - min(deepest, peak) > L["DEEPEST_REST"] * self.height()
        )

    def left(self, bar: int) -> tuple[str, int, float, dict[str, Any]] | None:
        assert self.pole is not None
        base, top = self.pole
        history = self.history
        count = bar - top - 1
        if count < L["SHORTEST_REST"] or history.close[bar] <= history.high[bar - 1]:
            return None
        highs, lows = history.high[top + 1 : bar], history.low[top + 1 : bar]
        (upper, fall), (lower, lift) = line_of(highs), line_of(lows)
        height = self.height()
        kind = kind_of(upper - lower, upper - lower + (fall - lift) * (count - 1), fall, lift, height, count)
        upper += max(0.0, *(high - (upper + fall * i) for i, high in enumerate(highs)))
        lower -= max(0.0, *(lower + lift * i - low for i, low in enumerate(lows)))
        line = upper + fall * count
        if history.close[bar] <= line or kind is None:
            return None
        low, peak = min(history.low[top + 1 : bar]), history.high[top]
        off = abs(fall - lift) if kind == "bull_flag" else abs(fall + lift)
        tight = 1.0 - (peak - min(low, peak)) / height / L["DEEPEST_REST"]
        corners = [
            (base, history.low[base], "pole_start"), (top, peak, "pole_end"), (top + 1, upper, "upper"),
            (top + 1, lower, "lower"), (bar - 1, upper + fall * (count - 1), "upper"),
            (bar - 1, lower + lift * (count - 1), "lower"),
        ]  # fmt: skip
        on_pole = history.mean_volume(base + 1, top + 1)
        rest = {
            "height": height,
            "stop": min(low, peak),
            "aim": min(low, peak) + height,
            "latest": bar,
            "form": 0.5 * clamped(1.0 - off * count / (0.5 * height)) + 0.5 * tight,
            "context": clamped(1.5 - history.mean_volume(top + 1, bar) / on_pole) if on_pole > 0.0 else 0.5,
            "size": clamped((height / history.atr[base] - L["LEAST_POLE"]) / (L["FULL_POLE"] - L["LEAST_POLE"])),
        }
        return kind, top, line, {"corners": corners, "rest": rest}


def clamped(value: float) -> float:
    return max(0.0, min(1.0, value))


def line_of(values: list[float]) -> tuple[float, float]:
    """Least squares over evenly spaced values: (first, slope)."""
    count = len(values)
    total = steps = 0.0
    for place, value in enumerate(values):
        total += value
        steps += value * place
    middle = (count - 1) / 2.0
    slope = (steps - middle * total) / (count * (float(count) * count - 1.0) / 12.0)
    return total / count - slope * middle, slope


def kind_of(width: float, left: float, fall: float, lift: float, height: float, count: int) -> str | None:
    slack = L["RISING_REST"] * height / count
    if not width > 0.0 or left <= 0.0:
        return None
    if fall < 0.0 < lift and left < L["PARALLEL"] * width:
        return "bull_pennant"
    parallel = left >= L["PARALLEL"] * width and left * L["PARALLEL"] <= width
    return "bull_flag" if parallel and max(fall, lift) <= slack else None
