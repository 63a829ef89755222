"""From weighed phrases to verdicts: on the text, and on each name by the phrases that speak of it.

The score is s / (|s| + 1), s being the sum of the weights; within `THRESHOLD` of 0 a text is neutral,
and within `APART_THRESHOLD` a name of which not all phrases speak: what is said of it is weighed down
for the sake of what is said of others (a reason, a contrast).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from news_nlp.nlp.meaning import Entity, NameKind, Phrase, Tone, Verdict, is_name
from news_nlp.nlp.readable.attribution import attribute, key_of, names_of
from news_nlp.nlp.readable.reading import Reading

THRESHOLD = 0.2
APART_THRESHOLD = 0.16
_SLIGHT = 1e-6  # what the order of additions may make of a sum
_QUIET = 0.85  # the share of neutral texts among those in which nothing polar is found
_UNNAMED_FACTOR = 0.5  # a clause that names nobody, for a name whose own clause says something


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
    return _judge(added.total, added.said, THRESHOLD)


def _judge(total: float, said: float, threshold: float) -> Verdict:
    score = round(total / (abs(total) + 1.0), 4)
    if abs(score) < threshold:
        # surest when nothing polar was said, unsure when good and bad cancel out
        return Verdict("neutral", score, round(_QUIET / (1.0 + said), 4))
    confidence = abs(total) / said * (1.0 - math.exp(-1.5 * said))
    return Verdict("bullish" if total > 0 else "bearish", score, round(confidence, 4))


def told_apart(entities: list[Entity], said: dict[str, Verdict]) -> tuple[dict[str, Verdict], dict[str, Tone]]:
    """What is said `by_name`: of the listed companies, and of the others, each in order of first mention."""
    listed = dict.fromkeys(entity.symbol for entity in entities if entity.kind == "company" and entity.symbol)
    kinds: dict[str, NameKind] = {}
    for entity in entities:
        if is_name(entity.kind):
            kinds.setdefault(key_of(entity), entity.kind)
    others = {key: _tone(kind, said[key]) for key, kind in kinds.items() if key not in listed}
    return {symbol: said[symbol] for symbol in listed}, others


def _tone(kind: NameKind, said: Verdict) -> Tone:
    return Tone(kind, said.sentiment, said.score, said.confidence)


def by_name(reading: Reading, entities: list[Entity], phrases: list[Phrase]) -> dict[str, Verdict]:
    """What the text says about each name in it: by symbol or code, by its text where it has none."""
    names = names_of(entities)
    own = {name.key: _Sum() for name in names}
    unnamed = {name.key: _Sum() for name in names}
    for said in attribute(reading, names, phrases):
        for key in said.keys:
            (own if said.named else unnamed)[key].add(said.weight)
    whole = sum(abs(phrase.weight) for phrase in phrases)
    return {key: _together(own[key], unnamed[key], whole) for key in own}


def phrases_about(reading: Reading, entities: list[Entity], phrases: list[Phrase], name: str) -> list[Phrase]:
    """The phrases that make the verdict on a name of a text, each with what it adds to that name's sum."""
    own: dict[Phrase, float] = {}
    unnamed: dict[Phrase, float] = {}
    for said in attribute(reading, names_of(entities), phrases):
        if name in said.keys:
            sums = own if said.named else unnamed
            sums[said.phrase] = sums.get(said.phrase, 0.0) + said.weight
    factor = _UNNAMED_FACTOR if own else 1.0
    added = ((phrase, own.get(phrase, 0.0) + factor * unnamed.get(phrase, 0.0)) for phrase in phrases)
    return [phrase._replace(weight=weight) for phrase, weight in added if weight != 0.0]


def _together(own: _Sum, unnamed: _Sum, whole: float) -> Verdict:
    factor = _UNNAMED_FACTOR if own.said else 1.0
    apart = own.said + unnamed.said < whole - _SLIGHT
    threshold = APART_THRESHOLD if apart else THRESHOLD
    return _judge(own.total + factor * unnamed.total, own.said + factor * unnamed.said, threshold)
