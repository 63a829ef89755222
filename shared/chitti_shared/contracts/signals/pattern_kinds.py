"""What is said of a kind of pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["shape", "level", "gap", "extreme", "divergence", "squeeze", "crossing", "candlestick"]
Leaning = Literal["bullish", "bearish", "neutral"]


@dataclass(frozen=True, slots=True)
class PatternKind:
    """One pattern: its name in rules and replies, what it is called, where it points."""

    name: str
    title: str
    family: Family
    direction: Leaning
    summary: str
