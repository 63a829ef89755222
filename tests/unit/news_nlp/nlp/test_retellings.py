"""Pairs of headlines that tell the same news, and pairs that only look alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from news_nlp import nlp
from news_nlp.nlp.stories import Stories, Telling, gist, is_price_move, names_of

LINES = (Path(__file__).parent / "retellings.txt").read_text(encoding="utf-8").splitlines()
PAIRS = {mark: [line[2:].split(" | ") for line in LINES if line.startswith(mark)] for mark in "=!"}
TEN = datetime(2025, 9, 30, 10, tzinfo=UTC).timestamp()
HOUR_S = 3600.0


def told(title: str, at: float) -> Telling:
    meaning = nlp.understand(title)
    names = names_of(title, meaning)
    moved = is_price_move(title, meaning)
    return Telling(gist(title, names, meaning), moved, meaning.sentiment, meaning.event, at, at)


def retells(first: str, second: str) -> bool:
    stories = Stories()
    stories.add(1, 1, told(first, TEN))
    return stories.cluster_of(told(second, TEN + HOUR_S)) == 1


def test_nine_of_ten_retellings_are_found_in_either_order():
    assert len(PAIRS["="]) >= 35
    for order in (1, -1):
        missed = [pair for pair in PAIRS["="] if not retells(*pair[::order])]
        assert len(missed) <= len(PAIRS["="]) // 10, missed


@pytest.mark.parametrize(("first", "second"), PAIRS["!"])
def test_what_looks_alike_stays_apart(first: str, second: str):
    assert not retells(first, second)
    assert not retells(second, first)
