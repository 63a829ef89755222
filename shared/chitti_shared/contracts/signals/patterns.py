"""The patterns of price: what rules can name and charts can draw."""

from __future__ import annotations

from chitti_shared.contracts.signals.candlesticks import CANDLESTICKS
from chitti_shared.contracts.signals.pattern_events import EVENTS
from chitti_shared.contracts.signals.pattern_kinds import Family, Leaning, PatternKind

__all__ = ["BY_NAME", "PATTERNS", "Family", "Leaning", "PatternKind"]


def _shapes() -> tuple[PatternKind, ...]:
    return (
        PatternKind("double_top", "Double top", "shape", "bearish",
                    "two highs at one level, and a close below the low between them"),
        PatternKind("double_bottom", "Double bottom", "shape", "bullish",
                    "two lows at one level, and a close above the high between them"),
        PatternKind("triple_top", "Triple top", "shape", "bearish",
                    "three highs at one level, and a close below the lows between them"),
        PatternKind("triple_bottom", "Triple bottom", "shape", "bullish",
                    "three lows at one level, and a close above the highs between them"),
        PatternKind("head_and_shoulders", "Head and shoulders", "shape", "bearish",
                    "a high between two lower ones, and a close below the line of the lows between them"),
        PatternKind("inverse_head_and_shoulders", "Inverse head and shoulders", "shape", "bullish",
                    "a low between two higher ones, and a close above the line of the highs between them"),
        PatternKind("ascending_triangle", "Ascending triangle", "shape", "bullish",
                    "level highs over rising lows, and a close above them"),
        PatternKind("descending_triangle", "Descending triangle", "shape", "bearish",
                    "level lows under falling highs, and a close below them"),
        PatternKind("symmetric_triangle_up", "Symmetric triangle, left upwards", "shape", "bullish",
                    "falling highs and rising lows, and a close above the line of the highs"),
        PatternKind("symmetric_triangle_down", "Symmetric triangle, left downwards", "shape", "bearish",
                    "falling highs and rising lows, and a close below the line of the lows"),
        PatternKind("rising_wedge", "Rising wedge", "shape", "bearish",
                    "highs and lows that rise towards each other, and a close below the line of the lows"),
        PatternKind("falling_wedge", "Falling wedge", "shape", "bullish",
                    "highs and lows that fall towards each other, and a close above the line of the highs"),
        PatternKind("bull_flag", "Bull flag", "shape", "bullish",
                    "a steep rise, a short channel against it, and a close above the channel"),
        PatternKind("bear_flag", "Bear flag", "shape", "bearish",
                    "a steep fall, a short channel against it, and a close below the channel"),
        PatternKind("bull_pennant", "Bull pennant", "shape", "bullish",
                    "a steep rise, a short triangle, and a close above it"),
        PatternKind("bear_pennant", "Bear pennant", "shape", "bearish",
                    "a steep fall, a short triangle, and a close below it"),
        PatternKind("rectangle_up", "Rectangle, left upwards", "shape", "bullish",
                    "level highs over level lows, and a close above the highs"),
        PatternKind("rectangle_down", "Rectangle, left downwards", "shape", "bearish",
                    "level highs over level lows, and a close below the lows"),
        PatternKind("cup_and_handle", "Cup and handle", "shape", "bullish",
                    "a round bottom between two highs of one level, a small dip, and a close above them"),
        PatternKind("inverse_cup_and_handle", "Inverse cup and handle", "shape", "bearish",
                    "a round top between two lows of one level, a small rise, and a close below them"),
    )  # fmt: skip


PATTERNS: tuple[PatternKind, ...] = (*_shapes(), *EVENTS, *(one.kind for one in CANDLESTICKS))
BY_NAME: dict[str, PatternKind] = {one.name: one for one in PATTERNS}
