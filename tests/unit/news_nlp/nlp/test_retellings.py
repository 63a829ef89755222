"""Pairs of headlines that tell the same news, and pairs that only look alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from news_nlp import nlp
from news_nlp.nlp.stories import Stories, Telling, gist, is_price_move, names_of

FILE = Path(__file__).parents[3] / "data" / "stories" / "pairs.txt"
TEN = datetime(2025, 9, 30, 10, tzinfo=UTC).timestamp()
HOUR_S = 3600.0
PRECISION, RECALL = 0.98, 0.9


class Pair(NamedTuple):
    same: bool
    hours: float
    first: str
    second: str


def pairs() -> list[Pair]:
    found = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith(("= ", "! ")):
            head, first, second = line.split(" | ")
            found.append(Pair(line.startswith("="), float(head[2:]), first, second))
    return found


def told(title: str, at: float) -> Telling:
    meaning = nlp.understand(title)
    names = names_of(title, meaning)
    moved = is_price_move(title, meaning)
    return Telling(gist(title, names, meaning), moved, meaning.sentiment, meaning.event, at, at)


def retells(first: str, second: str, hours: float) -> bool:
    stories = Stories()
    stories.add(1, 1, told(first, TEN))
    return stories.cluster_of(told(second, TEN + hours * HOUR_S)) == 1


def test_nine_of_ten_retellings_are_found_and_hardly_any_other_news_is_joined():
    known = pairs()
    assert sum(pair.same for pair in known) >= 80
    assert sum(not pair.same for pair in known) >= 70
    for order in (1, -1):
        joined = [pair for pair in known if retells(*(pair.first, pair.second)[::order], pair.hours)]
        wrong = [pair for pair in joined if not pair.same]
        assert len(joined) - len(wrong) >= PRECISION * len(joined), wrong
        missed = [pair for pair in known if pair.same and pair not in joined]
        assert len(joined) - len(wrong) >= RECALL * sum(pair.same for pair in known), missed


def test_a_headline_met_again_on_the_same_day_is_the_same_news():
    for pair in pairs():
        assert retells(pair.first, pair.first, 1.0), pair.first
