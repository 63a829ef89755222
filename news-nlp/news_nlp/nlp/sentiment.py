"""Scores a text by the lexicon: phrases, movement and its subject, negation, contrast, clauses.

The score of a text is s / (|s| + 1), s being the sum of what its phrases weigh after the rules below:

1. A movement (`rises`, `narrow`) whose subject or object is a burden (`losses`, `NPAs`) turns round;
   one whose subject is an asset (`growth slows`), or a bad quality of it (`weak demand`), speaks for it.
2. A negator within four words turns what follows round, at 0.6 of its weight.
3. `sharply`, `record` strengthen a neighbour, `slightly` weakens it; a figure strengthens a movement.
4. What stands behind `despite` counts 0.3, what stands before `but` counts 0.4,
   a reason behind `as`, `on`, `after` counts half as much as the statement before it,
   and what is only considered (`to consider`, `mulls`) 0.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from news_nlp.kernels._scan import BREAK, NUMBER, PERCENT
from news_nlp.nlp.entities import Entity
from news_nlp.nlp.lexicon import Role
from news_nlp.nlp.reading import Reading, vocabulary

THRESHOLD = 0.2  # of the score: within it a text is neutral
_NEGATION_REACH = 4  # words
_SUBJECT_REACH = 5
_OBJECT_REACH = 3
_NEIGHBOUR_REACH = 2
_NEGATION_FACTOR = -0.6
_FIGURE_FACTOR = 1.25
_SHARED_FACTOR = 0.5  # a clause that names nobody, for an entity whose own clause says something

_MOVES = frozenset({Role.RISE, Role.FALL})
_POLAR = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL, Role.BURDEN, Role.ASSET})
_SPEAKERS = frozenset({Role.NEGATIVE, Role.RISE, Role.FALL})
_LINKS = frozenset({Role.DESPITE, Role.BUT, Role.BECAUSE, Role.HEDGE})


Direction: TypeAlias = Literal["bullish", "bearish", "neutral"]


class Phrase(NamedTuple):
    """A phrase that counted, with what it added to the sum.

    `first` is its first token; `moves` says that it is a movement (`rises`, `down 3%`).
    """

    text: str
    start: int
    end: int
    weight: float
    first: int
    moves: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Direction of a text or of what it says about one name. Score -1..1, confidence 0..1."""

    sentiment: Direction
    score: float
    confidence: float


class _Hit:
    """One lexicon match on its way to a weight."""

    __slots__ = ("first", "last", "role", "size", "weight")

    def __init__(self, role: Role, size: float, first: int, last: int) -> None:
        self.role = role
        self.size = size
        self.first = first
        self.last = last
        falls = role in (Role.NEGATIVE, Role.FALL, Role.BURDEN)
        self.weight = 0.0 if role not in _POLAR else (-size if falls else size)


def weigh(reading: Reading, entities: list[Entity]) -> list[Phrase]:
    """The phrases that count in a text and what each adds, by the rules of this module."""
    hits = _hits(reading, entities)
    _turn_burdens(reading, hits)
    _yield_assets(reading, hits)
    _apply_neighbours(reading, hits)
    _apply_negation(reading, hits)
    _apply_links(reading, hits)
    found = []
    for hit in hits:
        if hit.role in _POLAR and hit.weight != 0.0:
            start, end = reading.tokens[hit.first][0], reading.tokens[hit.last - 1][1]
            found.append(Phrase(reading.text[start:end], start, end, hit.weight, hit.first, hit.role in _MOVES))
    return found


def verdict(weights: list[float]) -> Verdict:
    """The direction of weighed phrases."""
    total = sum(weights)
    said = sum(abs(weight) for weight in weights)
    score = round(total / (abs(total) + 1.0), 4)
    if abs(score) < THRESHOLD:
        # sure when nothing polar was said, unsure when good and bad cancel out
        return Verdict("neutral", score, round(1.0 / (1.0 + said), 4))
    agreement = abs(total) / said
    confidence = agreement * (1.0 - math.exp(-1.5 * said))
    return Verdict("bullish" if total > 0 else "bearish", score, round(confidence, 4))


def by_symbol(reading: Reading, entities: list[Entity], phrases: list[Phrase]) -> dict[str, Verdict]:
    """What the text says about each listed company in it, from the clauses that speak of it."""
    owners = _owners(reading, entities)
    own: dict[str, list[float]] = {symbol: [] for symbol, _, kind in owners if kind == "company"}
    shared: list[float] = []
    for phrase, symbols in _attribute(reading, owners, phrases):
        if not symbols:
            shared.append(phrase.weight)
        for symbol in symbols & own.keys():
            own[symbol].append(phrase.weight)
    return {
        symbol: verdict(weights + [weight * _SHARED_FACTOR for weight in shared] if weights else shared)
        for symbol, weights in own.items()
    }


def _hits(reading: Reading, entities: list[Entity]) -> list[_Hit]:
    phrases = vocabulary().phrases
    named = [False] * (len(reading.tokens) + 1)
    for entity in entities:
        if entity.kind in ("company", "index", "regulator"):
            named[entity.first : entity.last] = [True] * (entity.last - entity.first)
    found = []
    for index, first, last in reading.phrases:
        if not any(named[first:last]):
            term = phrases[index]
            found.append(_Hit(term.role, term.weight, first, last))
    return found


def _broken(reading: Reading, first: int, last: int) -> bool:
    return any(reading.tokens[at][3] == BREAK for at in range(first, last))


def _turn_burdens(reading: Reading, hits: list[_Hit]) -> None:
    used: set[int] = set()
    for at, hit in enumerate(hits):
        if hit.role not in _MOVES:
            continue
        for other in (at + 1, at - 1):
            if not 0 <= other < len(hits) or hits[other].role is not Role.BURDEN or other in used:
                continue
            left, right = (hit, hits[other]) if other > at else (hits[other], hit)
            reach = _OBJECT_REACH if other > at else _SUBJECT_REACH
            if right.first - left.last <= reach and not _broken(reading, left.last, right.first):
                used.add(other)
                hits[other].weight = 0.0
                hit.weight = -hit.weight
                break


def _yield_assets(reading: Reading, hits: list[_Hit]) -> None:
    """An asset says nothing of its own where a quality or a movement beside it speaks of it."""
    for at, hit in enumerate(hits):
        if hit.role is not Role.ASSET:
            continue
        for other in (at + 1, at - 1):
            if not 0 <= other < len(hits) or hits[other].role not in _SPEAKERS:
                continue
            left, right = (hit, hits[other]) if other > at else (hits[other], hit)
            if right.first - left.last <= _OBJECT_REACH and not _broken(reading, left.last, right.first):
                hit.weight = 0.0
                break


def _apply_neighbours(reading: Reading, hits: list[_Hit]) -> None:
    for at, hit in enumerate(hits):
        if hit.role in _MOVES:
            after = reading.tokens[hit.last : hit.last + 3]
            if any(token[3] in (NUMBER, PERCENT) for token in after):
                hit.weight *= _FIGURE_FACTOR
        if hit.role not in (Role.BOOST, Role.SOFTEN):
            continue
        for other in (at + 1, at - 1):
            if 0 <= other < len(hits) and hits[other].role in _POLAR:
                gap = hits[other].first - hit.last if other > at else hit.first - hits[other].last
                if gap <= _NEIGHBOUR_REACH:
                    hits[other].weight *= hit.size
                    break


def _apply_negation(reading: Reading, hits: list[_Hit]) -> None:
    for at, hit in enumerate(hits):
        if hit.role is not Role.NEGATE:
            continue
        for other in hits[at + 1 :]:
            if other.first - hit.last > _NEGATION_REACH or _broken(reading, hit.last, other.first):
                break
            if other.role in _POLAR:
                other.weight *= _NEGATION_FACTOR
                break


def _apply_links(reading: Reading, hits: list[_Hit]) -> None:
    for at, hit in enumerate(hits):
        if hit.role is Role.BUT:
            for other in hits[:at]:
                other.weight *= hit.size
        elif hit.role in (Role.DESPITE, Role.BECAUSE, Role.HEDGE):
            leading = not any(other.weight for other in hits[:at])
            if hit.role is Role.BECAUSE and leading:
                continue  # nothing was stated before: it is no reason but the statement itself
            for other in hits[at + 1 :]:
                if other.role in _LINKS or (hit.first == 0 and _broken(reading, hit.last, other.first)):
                    break
                if _broken(reading, hit.last, other.first) and hit.role is Role.BECAUSE:
                    break
                other.weight *= hit.size


def _owners(reading: Reading, entities: list[Entity]) -> list[tuple[str, int, str]]:
    """Names that phrases can belong to: (symbol or the text itself, first token, kind)."""
    return [
        (entity.symbol or entity.text, entity.first, entity.kind if entity.symbol else "other")
        for entity in entities
        if entity.kind in ("company", "index")
    ]


def _attribute(
    reading: Reading, owners: list[tuple[str, int, str]], phrases: list[Phrase]
) -> list[tuple[Phrase, set[str]]]:
    """Each phrase with the names it speaks of; none when its clause names nobody."""
    found: list[tuple[Phrase, set[str]]] = []
    for start, end in _clauses(reading, owners, phrases):
        names = [(first, symbol) for symbol, first, _ in owners if start <= first < end]
        said = [phrase for phrase in phrases if start <= phrase.first < end]
        found.extend(_within_clause(names, said))
    return found


def _within_clause(names: list[tuple[int, str]], said: list[Phrase]) -> list[tuple[Phrase, set[str]]]:
    """Within a clause a phrase belongs to the group of names before it, else to the first group."""
    groups: list[set[str]] = []
    marks = sorted([(first, symbol, None) for first, symbol in names] + [(p.first, "", p) for p in said])
    found: list[tuple[Phrase, set[str]]] = []
    waiting: list[Phrase] = []
    open_group = False
    for _, symbol, phrase in marks:
        if phrase is None:
            if not open_group:
                groups.append(set())
                open_group = True
            groups[-1].add(symbol)
        elif groups:
            open_group = False
            found.append((phrase, groups[-1]))
        else:
            waiting.append(phrase)
    return found + [(phrase, groups[0] if groups else set()) for phrase in waiting]


def _clauses(reading: Reading, owners: list[tuple[str, int, str]], phrases: list[Phrase]) -> list[tuple[int, int]]:
    """Token ranges between breaks; a part that only lists names joins its neighbour."""
    cuts = [at for at, token in enumerate(reading.tokens) if token[3] == BREAK]
    parts = list(zip([0, *[cut + 1 for cut in cuts]], [*cuts, len(reading.tokens)], strict=True))
    joined: list[tuple[int, int]] = []
    waiting: int | None = None
    for start, end in parts:
        names = sum(start <= first < end for _, first, _ in owners)
        speaks = any(start <= phrase.first < end for phrase in phrases)
        begin = start if waiting is None else waiting
        if names and not speaks and end - start <= 4:
            waiting = begin
            continue
        joined.append((begin, end))
        waiting = None
    if waiting is not None:
        end = parts[-1][1]
        joined[-1:] = [(joined[-1][0] if joined else waiting, end)]
    return joined
