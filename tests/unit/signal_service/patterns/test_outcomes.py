"""What became of a pattern, on bars drawn for it."""

from __future__ import annotations

import pytest
from signal_service.patterns.bars import bars_of
from signal_service.patterns.outcomes import Outcome, outcome_of
from signal_service.patterns.pattern import Pattern

CLOSE = [100.0, 101.0, 104.0, 108.0, 99.0]
BARS = bars_of(CLOSE, [one + 1.0 for one in CLOSE], [one - 1.0 for one in CLOSE], CLOSE, [1.0] * 5)


def pattern(last: int, target: float | None, invalidation: float | None) -> Pattern:
    return Pattern("double_bottom", 0, last, (), 0.5, target, invalidation)


@pytest.mark.parametrize(
    ("direction", "target", "invalidation", "expected"),
    [
        ("bullish", 109.0, 95.0, Outcome("reached", 3)),
        ("bullish", 109.1, 95.0, Outcome("active")),
        ("bullish", 200.0, 100.0, Outcome("failed", 4)),
        ("bullish", None, 100.0, Outcome("failed", 4)),
        ("bullish", 105.0, None, Outcome("reached", 2)),
        ("bearish", 98.0, 120.0, Outcome("reached", 4)),
        ("bearish", 98.0, 104.0, Outcome("failed", 3)),
        ("bearish", 97.9, 108.0, Outcome("active")),
        ("neutral", 105.0, 90.0, None),
        ("bullish", None, None, None),
    ],
)
def test_a_pattern_stands_by_the_first_level_that_later_bars_meet(direction, target, invalidation, expected):
    assert outcome_of(pattern(1, target, invalidation), direction, BARS) == expected


def test_one_bar_that_does_both_failed():
    bars = bars_of([100.0, 100.0], [101.0, 120.0], [99.0, 80.0], [100.0, 85.0], [1.0, 1.0])
    assert outcome_of(pattern(0, 110.0, 90.0), "bullish", bars) == Outcome("failed", 1)


def test_the_bar_that_completes_a_pattern_does_not_judge_it():
    assert outcome_of(pattern(4, 99.0, 99.5), "bullish", BARS) == Outcome("active")
