"""From weighed phrases to verdicts: on the text, and on each company by the clauses that speak of it.

The score is s / (|s| + 1), s being the sum of the weights; within `THRESHOLD` of 0 a text is neutral.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from news_nlp.kernels._scan import BREAK
from news_nlp.nlp.meaning import Entity, Phrase, Verdict
from news_nlp.nlp.readable.reading import Reading

THRESHOLD = 0.2
_SHARED_FACTOR = 0.5  # a clause that names nobody, for an entity whose own clause says something
_LIST_WORDS = 4  # a clause of so few words that says nothing only lists names


class _Owner(NamedTuple):
    """A name that phrases can belong to, at token `first`; `listed` says that a verdict on it is wanted."""

    name: str
    first: int
    listed: bool


class _Sum:
    """Weights of phrases added up: with their sign, and without."""

    __slots__ = ("said", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self.said = 0.0

    def add(self, weight: float) -> None:
        self.total += weight
        self.said += abs(weight)


def verdict(weights: Iterable[float]) -> Verdict:
    """The direction of weighed phrases."""
    added = _Sum()
    for weight in weights:
        added.add(weight)
    return _judge(added.total, added.said)


def _judge(total: float, said: float) -> Verdict:
    score = round(total / (abs(total) + 1.0), 4)
    if abs(score) < THRESHOLD:
        # sure when nothing polar was said, unsure when good and bad cancel out
        return Verdict("neutral", score, round(1.0 / (1.0 + said), 4))
    confidence = abs(total) / said * (1.0 - math.exp(-1.5 * said))
    return Verdict("bullish" if total > 0 else "bearish", score, round(confidence, 4))


def by_symbol(reading: Reading, entities: list[Entity], phrases: list[Phrase]) -> dict[str, Verdict]:
    """What the text says about each listed company in it, from the clauses that speak of it."""
    owners = [
        _Owner(entity.symbol or entity.text, entity.first, entity.kind == "company" and entity.symbol is not None)
        for entity in entities
        if entity.kind in ("company", "index")
    ]
    own = {owner.name: _Sum() for owner in owners if owner.listed}
    if not own:
        return {}
    shared = _Sum()
    for phrase, names in _attribute(reading, owners, phrases):
        if not names:
            shared.add(phrase.weight)
        for name in names & own.keys():
            own[name].add(phrase.weight)
    return {symbol: _with_shared(added, shared) for symbol, added in own.items()}


def _with_shared(own: _Sum, shared: _Sum) -> Verdict:
    if own.said == 0.0:
        return _judge(shared.total, shared.said)
    return _judge(own.total + _SHARED_FACTOR * shared.total, own.said + _SHARED_FACTOR * shared.said)


def _attribute(reading: Reading, owners: list[_Owner], phrases: list[Phrase]) -> Iterable[tuple[Phrase, set[str]]]:
    """Each phrase with the names it speaks of; none when its clause names nobody."""
    owner_places = [owner.first for owner in owners]
    phrase_places = [phrase.first for phrase in phrases]
    for start, end in _clauses(reading, owner_places, phrase_places):
        names = owners[bisect_left(owner_places, start) : bisect_left(owner_places, end)]
        said = phrases[bisect_left(phrase_places, start) : bisect_left(phrase_places, end)]
        yield from _within_clause(names, said)


def _within_clause(names: list[_Owner], said: list[Phrase]) -> list[tuple[Phrase, set[str]]]:
    """Within a clause a phrase belongs to the group of names before it, else to the first group."""
    found: list[tuple[Phrase, set[str]]] = []
    first_group: set[str] = set()
    group = first_group
    spoken = False  # whether a phrase has closed the group
    upcoming = iter(names)
    name = next(upcoming, None)
    for phrase in said:
        while name is not None and name.first < phrase.first:
            if spoken:
                group, spoken = set(), False
            group.add(name.name)
            name = next(upcoming, None)
        spoken = bool(group)
        found.append((phrase, group))
    if not first_group:
        first_group.update(rest.name for rest in ([name] if name else []) + list(upcoming))
    return found


def _clauses(reading: Reading, owner_places: list[int], phrase_places: list[int]) -> list[tuple[int, int]]:
    """Token ranges between breaks; a part that only lists names joins its neighbour."""
    joined: list[tuple[int, int]] = []
    begin = start = 0
    end = len(reading.tokens)
    for cut in [at for at, token in enumerate(reading.tokens) if token[3] == BREAK] + [end]:
        if _lists_names(start, cut, owner_places, phrase_places):
            start = cut + 1
            continue
        joined.append((begin, cut))
        begin = start = cut + 1
    if begin < end:
        if joined:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _lists_names(start: int, end: int, owner_places: list[int], phrase_places: list[int]) -> bool:
    if end - start > _LIST_WORDS:
        return False
    names = bisect_left(owner_places, start) < bisect_left(owner_places, end)
    return names and bisect_left(phrase_places, start) == bisect_left(phrase_places, end)
