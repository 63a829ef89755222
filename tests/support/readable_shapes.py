"""Chart patterns in plain Python: the reading that the kernel's are compared with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from signal_service.patterns import Pattern, Point
from signal_service.patterns.shapes import DOWNWARDS, ROLES, ROLES_DOWN, UPWARDS

from support.readable_flags import Rest
from support.readable_swings import LIMITS, History, Swing, Swings, history_of

L = LIMITS


def clamped(value: float) -> float:
    return max(0.0, min(1.0, value))


def size_of(height: float, atr: float, least: float) -> float:
    return clamped((height / atr - least) / (L["FULL_HEIGHT"] - least)) if atr > 0.0 else 1.0


def even(left: int, right: int) -> float:
    return min(left, right) / max(left, right)


@dataclass
class Shape:
    """What waits for a close above its line; lines are (bar, price there, slope)."""

    kind: str
    corners: list[tuple[int, float, str]]
    corner: int
    line: tuple[int, float, float]
    floor: tuple[int, float, float]
    height: float
    stop: float
    latest: int
    form: float
    context: float
    size: float
    earliest: int = 0
    aim: float | None = None

    def quality(self, history: History, bar: int) -> float:
        usual = history.mean_volume(self.corners[0][0], bar)
        volume = clamped((history.mean_volume(bar, bar + 1) / usual - 0.5) / 1.5) if usual > 0.0 else 0.5
        return 0.4 * self.form + 0.2 * self.size + 0.2 * self.context + 0.2 * volume

    def completed(self, history: History, bar: int, line: float) -> Found | None:
        aim = line + self.height if self.aim is None else self.aim
        quality = self.quality(history, bar)
        if not (history.close[bar] < aim and 0.0 < quality <= 1.0 and math.isfinite(aim)):
            return None
        after = history.low[self.corner + 1 : bar + 1]
        low = min(after, default=self.stop)
        corners = list(self.corners)
        stop = min(self.stop, low)
        if self.kind == "cup_and_handle":
            corners.append((self.corner + 1 + after.index(low), low, "handle"))
            stop = low
        corners.append((bar, history.close[bar], "breakout"))
        return Found(self.kind, corners, bar, self.corner, quality, aim, stop)


@dataclass
class Found:
    kind: str
    corners: list[tuple[int, float, str]]
    last: int
    corner: int
    quality: float
    target: float
    stop: float


def fall_into(history: History, first: int, span: int, low: float, height: float) -> float:
    return (max(history.high[max(first - span, 0) : first + 1]) - low) / height


def corners_of(swings: Sequence[Swing], roles: str) -> list[tuple[int, float, str]]:
    return [(one.bar, one.price, role) for one, role in zip(swings, roles.split(), strict=True)]


def double(history: History, known: list[Swing], bar: int) -> Shape | None:
    one, between, two = known[-3:]
    span = two.bar - one.bar
    height = between.price - (one.price + two.price) / 2.0
    if height < L["LEAST_HEIGHT"] * history.atr[bar] or not L["SHORTEST_TURN"] <= span <= L["LONGEST_TURN"]:
        return None
    uneven = abs(one.price - two.price) / height
    fall = fall_into(history, one.bar, span, one.price, height)
    if not (uneven <= L["SAME_LEVEL"] and fall >= L["LEAST_FALL"]):
        return None
    low = min(one.price, two.price)
    form = 0.7 * (1.0 - uneven / L["SAME_LEVEL"]) + 0.3 * even(between.bar - one.bar, two.bar - between.bar)
    return Shape(
        "double_bottom", corners_of([one, between, two], "first_low neckline second_low"), two.bar,
        (bar, between.price, 0.0), (bar, low, 0.0), height, low, two.bar + span, form, fell(fall),
        size_of(height, history.atr[bar], L["LEAST_HEIGHT"]),
    )  # fmt: skip


def fell(fall: float) -> float:
    return clamped((fall - L["LEAST_FALL"]) / (L["FULL_FALL"] - L["LEAST_FALL"]))


def triple(history: History, known: list[Swing], bar: int) -> Shape | None:
    one, left, two, right, three = known[-5:]
    span = three.bar - one.bar
    neck = max(left.price, right.price)
    lows = [one.price, two.price, three.price]
    height = neck - sum(lows) / 3.0
    if height < L["LEAST_HEIGHT"] * history.atr[bar]:
        return None
    if not 2 * L["SHORTEST_TURN"] <= span <= 2 * L["LONGEST_TURN"]:
        return None
    uneven = (max(lows) - min(lows)) / height
    fall = fall_into(history, one.bar, span, one.price, height)
    if uneven > L["SAME_LEVEL"] or abs(left.price - right.price) > L["SAME_NECK"] * height or fall < L["LEAST_FALL"]:
        return None
    form = 0.7 * (1.0 - uneven / L["SAME_LEVEL"]) + 0.3 * even(two.bar - one.bar, three.bar - two.bar)
    return Shape(
        "triple_bottom", corners_of(known[-5:], "first_low neckline second_low neckline third_low"), three.bar,
        (bar, neck, 0.0), (bar, min(lows), 0.0), height, min(lows), three.bar + span, form, fell(fall),
        size_of(height, history.atr[bar], L["LEAST_HEIGHT"]),
    )  # fmt: skip


def head(history: History, known: list[Swing], bar: int) -> Shape | None:
    one, left, middle, right, two = known[-5:]
    before, after, span = middle.bar - one.bar, two.bar - middle.bar, two.bar - one.bar
    slope = (right.price - left.price) / (right.bar - left.bar)

    def neckline(at: int) -> float:
        return left.price + slope * (at - left.bar)

    height = neckline(middle.bar) - middle.price
    if height < L["LEAST_HEIGHT"] * history.atr[bar] or span > L["LONGEST_TURN"] or not height > 0.0:
        return None
    if min(before, after) < L["SHORTEST_SIDE"] or even(before, after) < L["LEAST_EVEN"]:
        return None
    uneven, tilt = abs(one.price - two.price) / height, abs(left.price - right.price) / height
    depths = [min(one.price, two.price) - middle.price, neckline(one.bar) - one.price, neckline(two.bar) - two.price]
    fall = fall_into(history, one.bar, span, middle.price, height)
    if uneven > L["SAME_SHOULDER"] or tilt > L["SAME_NECK"] or min(depths) < L["LEAST_DEPTH"] * height:
        return None
    if fall < L["LEAST_FALL"]:
        return None
    form = 0.35 * (1.0 - uneven / L["SAME_SHOULDER"]) + 0.35 * (1.0 - tilt / L["SAME_NECK"]) + 0.3 * even(before, after)
    roles = "left_shoulder neckline head neckline right_shoulder"
    return Shape(
        "inverse_head_and_shoulders", corners_of(known[-5:], roles), two.bar, (bar, neckline(bar), slope),
        (bar, two.price, 0.0), height, two.price, two.bar + span, form, fell(fall),
        size_of(height, history.atr[bar], L["LEAST_HEIGHT"]),
    )  # fmt: skip


def cup(history: History, known: list[Swing], bar: int) -> Shape | None:
    """From the right rim back to the first swing high that is no lower."""
    right = known[-1]
    lowest: Swing | None = None
    for back in range(2, min(int(L["RIMS_SEARCHED"]) - 1, len(known)), 2):
        low, left = known[-back], known[-1 - back]
        if lowest is None or low.price < lowest.price:
            lowest = low
        if right.bar - left.bar > L["LONGEST_CUP"]:
            return None
        if left.price >= right.price - L["SAME_RIM"] * (right.price - lowest.price):
            return handled(history, left, lowest, right, bar)
    return None


def handled(history: History, left: Swing, bottom: Swing, right: Swing, bar: int) -> Shape | None:
    span, height = right.bar - left.bar, right.price - bottom.price
    if span < L["SHORTEST_CUP"] or height < L["LEAST_CUP"] * history.atr[bar] or not height > 0.0:
        return None
    uneven, where = abs(left.price - right.price) / height, (bottom.bar - left.bar) / span
    closes = history.close[left.bar + 1 : right.bar]
    full = sum(close < bottom.price + 0.5 * height for close in closes) / len(closes)
    rise = (left.price - min(history.low[max(left.bar - span, 0) : left.bar + 1])) / height
    if uneven > L["SAME_RIM"] or not L["OUTER_CUP"] <= where <= 1.0 - L["OUTER_CUP"]:
        return None
    if full < L["LEAST_ROUND"] or rise < L["LEAST_RISE"]:
        return None
    form = (
        0.35 * (1.0 - uneven / L["SAME_RIM"])
        + 0.35 * clamped((full - L["LEAST_ROUND"]) / (L["FULL_ROUND"] - L["LEAST_ROUND"]))
        + 0.3 * (1.0 - abs(2.0 * where - 1.0))
    )
    floor = right.price - L["DEEPEST_HANDLE"] * height
    return Shape(
        "cup_and_handle", corners_of([left, bottom, right], "left_rim bottom right_rim"), right.bar,
        (bar, right.price, 0.0), (bar, floor, 0.0), height, floor, right.bar + span // 2, form,
        clamped((rise - L["LEAST_RISE"]) / (L["FULL_RISE"] - L["LEAST_RISE"])),
        size_of(height, history.atr[bar], L["LEAST_CUP"]), earliest=right.bar + int(L["SHORTEST_HANDLE"]),
    )  # fmt: skip


def channel(history: History, known: list[Swing], bar: int) -> Shape | None:
    """The longest run of touches that two lines hold."""
    for touches in range(min(int(L["MOST_TOUCHES"]), len(known)), int(L["LEAST_TOUCHES"]) - 1, -1):
        found = between_lines(history, known[-touches:], bar)
        if found is not None:
            return found
    return None


def line_through(touches: Sequence[Swing], begin: int) -> tuple[float, float]:
    """Least squares: (price at `begin`, slope), summed from the newest touch back."""
    newest_first = list(reversed(touches))
    x = sum(one.bar - begin for one in newest_first) / len(touches)
    total = 0.0
    for one in newest_first:
        total += one.price
    y = total / len(touches)
    square = product = 0.0
    for one in newest_first:
        square += (one.bar - begin - x) * (one.bar - begin - x)
        product += (one.bar - begin - x) * (one.price - y)
    slope = product / square
    return y - slope * x, slope


def kind_between(upper: float, lower: float) -> str | None:
    flat, steep = L["FLAT_LINE"], L["STEEP_LINE"]
    if abs(upper) <= flat and abs(lower) <= flat:
        return "rectangle_up"
    if abs(upper) <= flat:
        return "ascending_triangle" if lower >= steep else None
    if upper <= -flat and lower >= flat:
        return "symmetric_triangle_up" if lower - upper >= 2.0 * steep else None
    return "falling_wedge" if lower <= -flat and upper <= lower - steep else None


def between_lines(history: History, touches: Sequence[Swing], bar: int) -> Shape | None:
    begin, end = touches[0].bar, touches[-1].bar
    span = end - begin
    if not L["SHORTEST_CHANNEL"] <= span <= L["LONGEST_CHANNEL"]:
        return None
    if max(right.bar - left.bar for left, right in pairwise(touches)) > L["LONGEST_LEG"] * span:
        return None
    level, rise = line_through([one for one in touches if one.side == 1], begin)
    base, lift = line_through([one for one in touches if one.side == -1], begin)
    second = touches[1].bar - begin
    width = (level + rise * second) - (base + lift * second)
    left = (level + rise * span) - (base + lift * span)
    if not (width >= L["LEAST_HEIGHT"] * history.atr[bar] and left >= L["LEAST_LEFT"] * width and width > 0.0):
        return None
    kind = kind_between(rise * span / width, lift * span / width)
    lines = {1: (level, rise), -1: (base, lift)}
    off = max(abs(one.price - (lines[one.side][0] + lines[one.side][1] * (one.bar - begin))) for one in touches)
    room = L["OFF_LINE"] * width
    inside = all(
        base + lift * (i - begin) - room <= history.close[i] <= level + rise * (i - begin) + room
        for i in range(begin, end)
    )
    if kind is None or off > room or not inside:
        return None
    ahead = span // 2
    if lift > rise:
        ahead = min(ahead, int(left / (lift - rise)))
    corners = [(one.bar, one.price, "upper" if one.side == 1 else "lower") for one in touches]
    return Shape(
        kind, corners, end, (bar, level + rise * (bar - begin), rise), (bar, base + lift * (bar - begin) - room, lift),
        (width + left) / 2.0 if kind == "rectangle_up" else width,
        next(one.price for one in reversed(touches) if one.side == -1), end + ahead, 1.0 - off / room,
        (len(touches) - L["LEAST_TOUCHES"] + 1) / (L["MOST_TOUCHES"] - L["LEAST_TOUCHES"] + 1),
        size_of(width, history.atr[bar], L["LEAST_HEIGHT"]),
        aim=max(one.price for one in touches if one.side == 1) if kind == "falling_wedge" else None,
    )  # fmt: skip


@dataclass
class Scale:
    """Swings of one size, and the shape of each kind that waits on them."""

    swings: Swings
    waiting: dict[str, Shape] = field(default_factory=dict)

    def take(self, history: History, bar: int) -> Iterator[Found]:
        if self.swings.take(bar):
            for shape in self.new(history, self.swings.known, bar):
                self.waiting[shape.kind] = shape
        for kind, shape in list(self.waiting.items()):
            since, level, slope = shape.line
            _, floor, lift = shape.floor
            line = level + slope * (bar - since)
            if history.close[bar] > line:
                del self.waiting[kind]
                found = shape.completed(history, bar, line) if shape.earliest <= bar <= shape.latest else None
                if found:
                    yield found
            elif history.close[bar] < floor + lift * (bar - since) or bar >= shape.latest:
                del self.waiting[kind]

    def new(self, history: History, known: list[Swing], bar: int) -> list[Shape]:
        found = []
        if len(known) >= 3:
            found.append((double if known[-1].side == -1 else cup)(history, known, bar))
        if len(known) >= 5:
            if known[-1].side == -1:
                found += [triple(history, known, bar), head(history, known, bar)]
            found.append(channel(history, known, bar))
        return [one for one in found if one is not None]


# a turn has one name: the first of these that a bar completes
FIRST_NAMED = ("inverse_head_and_shoulders", "rectangle_up", "triple_bottom", "double_bottom")


def upwards(history: History) -> Iterator[Found]:
    scales = [Scale(Swings(history, L["FINE_TURN"])), Scale(Swings(history, L["COARSE_TURN"]))]
    rest = Rest(history)
    told: dict[str, int] = {}
    for bar in range(len(history.close)):
        found = []
        left = rest.take(bar)
        if left is not None:
            kind, pole_end, line, parts = left
            shape = Shape(kind, parts["corners"], pole_end, (bar, line, 0.0), (bar, line, 0.0), **parts["rest"])
            found += [one for one in [shape.completed(history, bar, line)] if one]
        for scale in scales:
            found += scale.take(history, bar)
        best: dict[str, Found] = {}
        for one in found:
            new = one.corner > told.get(one.kind, -1)
            if new and (one.kind not in best or one.quality > best[one.kind].quality):
                best[one.kind] = one
        turns = [kind for kind in FIRST_NAMED if kind in best]
        for kind in turns[1:]:
            del best[kind]
        for kind in sorted(best, key=UPWARDS.index):
            told[kind] = best[kind].corner
            yield best[kind]


def find_shapes(high: np.ndarray, low: np.ndarray, close: np.ndarray, volume: np.ndarray) -> list[Pattern]:
    """Every chart pattern, in the order of `find_patterns`."""
    there = np.flatnonzero(np.isfinite(high) & np.isfinite(low) & np.isfinite(close)).tolist()
    known = np.where(np.isfinite(volume) & (volume > 0.0), volume, 0.0)
    up = history_of(*(column[there].tolist() for column in (high, low, close, known)))
    found = []
    for history, names, roles, side in ((up, UPWARDS, ROLES, 1), (up.upside_down(), DOWNWARDS, ROLES_DOWN, -1)):
        for one in upwards(history):
            points = tuple(
                Point(there[bar], side * price, roles[ROLES.index(role)]) for bar, price, role in one.corners
            )
            name = names[UPWARDS.index(one.kind)]
            target, stop = side * one.target if side * one.target > 0 else None, side * one.stop
            found.append(Pattern(name, points[0].bar, there[one.last], points, one.quality, target, stop))
    return sorted(found, key=lambda one: (one.last, one.name, one.first))
