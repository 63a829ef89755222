"""How often patterns come on the sample market, and what became of them: tables for docs/SIGNALS.md.

    python -m benchmarks.pattern_outcomes          # the chart patterns
    python -m benchmarks.pattern_outcomes others   # all the others, as `scan_patterns` tells their status

A pattern's target is reached when a high (low, for one that points down) touches it within 60 bars after the last
one, and before any close beyond the invalidation. The usual share is that of the same two distances, in percent of
the price, from 40 bars of the same stock spread evenly over its history: what a pattern has to beat.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, replace

import numpy as np
from chitti_shared.contracts.signals.patterns import BY_NAME
from signal_service.patterns import Pattern, catalogue, outcomes
from signal_service.patterns.bars import Bars
from signal_service.patterns.shapes import SHAPES

from benchmarks.patterns import columns_of, sample_market

AHEAD = 60
USUAL = 40
USUAL_OF_MANY = 8
BARS_A_YEAR = 248
HEADER = ("pattern", "a year", "bars", "quality", "reached", "failed", "neither", "usual", "better half")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One pattern: 1 its target was reached, -1 it failed, 0 neither; and the share that is usual."""

    pattern: Pattern
    end: int
    usual: float


def end_of(bars: Bars, last: int, target: float, stop: float) -> int:
    """What comes first within the bars ahead: a touch of the target (1), a close beyond the stop (-1), none (0)."""
    ahead = slice(last + 1, last + 1 + AHEAD)
    up = target > stop
    touched = bars.high[ahead] >= target if up else bars.low[ahead] <= target
    beyond = bars.close[ahead] < stop if up else bars.close[ahead] > stop
    reached = int(np.argmax(touched)) if touched.any() else AHEAD
    failed = int(np.argmax(beyond)) if beyond.any() else AHEAD
    if reached == failed == AHEAD:
        return 0
    return 1 if reached <= failed else -1


def outcome_of(bars: Bars, pattern: Pattern) -> Outcome:
    assert pattern.target is not None
    assert pattern.invalidation is not None
    close = bars.close
    target, stop = pattern.target / close[pattern.last], pattern.invalidation / close[pattern.last]
    places = np.linspace(20, len(bars) - AHEAD - 1, USUAL).astype(int)
    usual = statistics.mean(end_of(bars, at, target * close[at], stop * close[at]) == 1 for at in places)
    return Outcome(pattern, end_of(bars, pattern.last, pattern.target, pattern.invalidation), usual)


def line(name: str, found: list[Outcome], years: float) -> str:
    """A row of the table."""
    if not found:
        return f"| `{name}` | 0 |" + " - |" * (len(HEADER) - 2)
    ends = [one.end for one in found]
    middle = statistics.median(one.pattern.quality for one in found)
    better = [one.end == 1 for one in found if one.pattern.quality >= middle]
    cells = [
        f"`{name}`",
        f"{len(found) / years:.2f}",
        f"{statistics.median(one.pattern.last - one.pattern.first for one in found):.0f}",
        f"{middle:.2f}",
        *(f"{statistics.mean(end == kind for end in ends):.0%}" for kind in (1, -1, 0)),
        f"{statistics.mean(one.usual for one in found):.0%}",
        f"{statistics.mean(better):.0%}",
    ]
    return "| " + " | ".join(cells) + " |"


def table() -> str:
    market = sample_market()
    found: dict[str, list[Outcome]] = {name: [] for name in SHAPES.names}
    for bars in market:
        for one in SHAPES.find(bars, SHAPES.names):
            # a shape that points below zero has no target to reach
            if one.last + AHEAD < len(bars) and one.target is not None:
                found[one.name].append(outcome_of(bars, one))
    years = sum(len(bars) - AHEAD for bars in market) / BARS_A_YEAR
    rows = [line(name, outcomes, years) for name, outcomes in found.items()]
    return "\n".join(["| " + " | ".join(HEADER) + " |", "|---" + "|---:" * (len(HEADER) - 1) + "|", *rows])


def status_of(bars: Bars, pattern: Pattern) -> str:
    """What `scan_patterns` tells of it; nothing of one that points nowhere."""
    outcome = outcomes.outcome_of(pattern, BY_NAME[pattern.name].direction, bars)
    return outcome.status if outcome else ""


def usual_of(bars: Bars, pattern: Pattern) -> list[str]:
    """The same of target and invalidation at the same distances, in percent, from bars of the whole history."""
    close = bars.close
    if pattern.target is None or pattern.invalidation is None:
        return []
    target, stop = pattern.target / close[pattern.last], pattern.invalidation / close[pattern.last]
    places = np.linspace(20, len(bars) - AHEAD - 1, USUAL_OF_MANY).astype(int).tolist()
    moved = (
        replace(pattern, last=at, target=float(target * close[at]), invalidation=float(stop * close[at]))
        for at in places
    )
    return [status_of(bars, one) for one in moved]


def reached(ends: list[str]) -> str:
    """Of those that ended, how many reached their target."""
    ended = [end == "reached" for end in ends if end in ("reached", "failed")]
    return f"{100.0 * statistics.mean(ended):.0f} %" if ended else "-"


def others() -> str:
    """Of the patterns beside the shapes: how many a year, how many of them reached their target, how many is usual."""
    names = sorted(catalogue.NAMES.difference(SHAPES.names))
    found: dict[str, list[str]] = {name: [] for name in names}
    usual: dict[str, list[str]] = {name: [] for name in names}
    bars_there = 0
    for bars in sample_market(0):
        bars_there += len(bars)
        for one in catalogue.find(bars, columns_of(bars), names):
            found[one.name].append(status_of(bars, one))
            usual[one.name] += usual_of(bars, one)
    rows = ["| pattern | a year | target |", "|---|---:|---|"]
    for name, ends in found.items():
        ended = sum(end in ("reached", "failed") for end in ends)
        share = f"{reached(ends)} of {ended:,} ({reached(usual[name])})" if ended else "-"
        rows.append(f"| `{name}` | {len(ends) * BARS_A_YEAR / bars_there:.2f} | {share} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(others() if sys.argv[1:] == ["others"] else table())
