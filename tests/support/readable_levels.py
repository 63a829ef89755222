"""Levels and what happens at them, by the words that describe them: the oracle of the kernel."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.readable_events import Finding, Side, part, quotient


@dataclass
class Level:
    """A price that swings touched."""

    touches: list[tuple[int, float]]
    broken: int | None = None
    tested: bool = False
    bounces: list[int] = field(default_factory=list)

    @property
    def price(self) -> float:
        total = 0.0
        for _, price in self.touches:
            total += price
        return total / len(self.touches)


def placed(levels: list[Level], bar: int, price: float, reach: float) -> None:
    """A swing touches the nearest level within reach, else it opens one in the place of the most forgotten."""
    near = [one for one in levels if abs(one.price - price) <= reach]
    if near:
        # of equally near ones the later listed
        min(reversed(near), key=lambda one: abs(one.price - price)).touches.append((bar, price))
        return
    if len(levels) == 32:
        oldest = min(levels, key=lambda one: one.touches[-1][0])
        levels[levels.index(oldest)] = Level([(bar, price)])
    else:
        levels.append(Level([(bar, price)]))


def happens(side: Side, level: Level, t: int) -> str | None:
    price, atr = level.price, side.atr[t - 1]
    if level.broken is not None and side.close[t] < price - 0.5 * atr:
        level.broken = None
    if side.close[t - 1] <= price + 0.25 * atr < side.close[t] and level.broken is None:
        level.broken, level.tested = t, False
        return "break" if side.loud(t) else None
    touches = price - 0.5 * atr <= side.bottom[t] <= price + 0.25 * atr
    recovers = side.close[t] > price + 0.5 * atr and side.close[t] >= 0.6 * side.top[t] + 0.4 * side.bottom[t]
    if not (touches and recovers):
        return None
    if level.broken is not None and not level.tested and 3 <= t - level.broken <= 40:
        level.tested = True
        return "retest"
    if side.close[t - 1] > price + 0.25 * atr and not any(t - bar <= 10 for bar in level.bounces):
        level.bounces.append(t)
        return "bounce"
    return None


def events(side: Side, swings: list[tuple[int, int, float]], names: dict[str, str]) -> list[Finding]:
    """`swings` are (bar, bar that confirmed it, price with the side's sign), as they became known."""
    levels: list[Level] = []
    found = []
    waiting = list(swings)
    for t in range(1, side.count):
        known = [one for one in levels if len(one.touches) >= 2 and t - one.touches[-1][0] <= 250]
        seen: dict[str, Level] = {}
        for level in known if side.atr[t - 1] > 0 else []:
            event = happens(side, level, t)
            if event and (event not in seen or len(level.touches) > len(seen[event].touches)):
                seen[event] = level
        found += [told(side, levels, level, event, names[event], t) for event, level in seen.items()]
        while waiting and waiting[0][1] <= t:
            bar, _, price = waiting.pop(0)
            if side.atr[t] > 0:
                placed(levels, bar, price, 0.5 * side.atr[t])
    return found


def aimed_at(side: Side, levels: list[Level], level: Level, event: str, t: int) -> float:
    """The nearest level above; else as far above this one as prices were below it, or where they came back from."""
    prices = [one.price for one in levels if len(one.touches) >= 2]
    above = [price for price in prices if price > side.close[t] + 0.5 * side.atr[t]]
    since = level.touches[-1][0]
    if above:
        return min(above)
    if event == "break":
        return level.price + (level.price - min(side.bottom[since:t]))
    return max(side.top[since:t])


def told(side: Side, levels: list[Level], level: Level, event: str, name: str, t: int) -> Finding:
    prices, atr = [price for _, price in level.touches], side.atr[t - 1]
    spread = quotient(max(prices) - min(prices), 2 * atr)
    parts = [part(len(prices) / 4), part(1 - spread if spread == spread else 1.0), side.volume_part(t)]
    shown = (t, side.close[t] if event == "break" else side.bottom[t])
    target = side.target(t, aimed_at(side, levels, level, event, t))
    return side.finding(name, level.touches[0][0], t, parts, target, level.price - atr, *level.touches[-3:], shown)
