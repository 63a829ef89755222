"""What kind of news a text is: evidence added up for each type, the strongest wins.

1. Each phrase of the events file found, and each kind of name found (`@company`), adds its weights
   once: whole in the title, half where only the body has it. A phrase inside a company's or an
   index's name is none.
2. The type with the largest sum wins, the earlier one of equals, if the sum reaches 1.
"""

from __future__ import annotations

from news_nlp.nlp.events import KINDS, TYPES
from news_nlp.nlp.meaning import Entity, EventType
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.readable.relevance import title_length

LEAST = 1.0
IN_BODY = 0.5
_CLOSE = 1e-9  # sums that differ by less are equal, whatever order they were added in


def event_of(reading: Reading, entities: list[Entity]) -> EventType | None:
    """The type of news that a text tells; None where no type is clear."""
    table = reading.words.events
    title = title_length(reading)
    sums = [0.0] * len(TYPES)
    for index, factor in _phrases(reading, entities, title).items():
        _add(sums, table.weights[index], factor)
    for kind, factor in _kinds(entities, title).items():
        _add(sums, table.kinds[kind], factor)
    best = max(sums)
    if best < LEAST - _CLOSE:
        return None
    return next(kind for kind, total in zip(TYPES, sums, strict=True) if total > best - _CLOSE)


def _phrases(reading: Reading, entities: list[Entity], title: int) -> dict[int, float]:
    """Each phrase found, with what it counts."""
    named = [False] * (len(reading.tokens) + 1)
    for entity in entities:
        if entity.kind in ("company", "index"):
            named[entity.first : entity.last] = [True] * (entity.last - entity.first)
    found: dict[int, float] = {}
    for index, first, last in reading.events:
        if not any(named[first:last]):
            found.setdefault(index, _factor(first, title))
    return found


def _kinds(entities: list[Entity], title: int) -> dict[int, float]:
    found: dict[int, float] = {}
    for entity in entities:
        found.setdefault(KINDS.index(entity.kind), _factor(entity.first, title))
    return found


def _factor(first: int, title: int) -> float:
    return 1.0 if first < title else IN_BODY


def _add(sums: list[float], weights: tuple[float, ...], factor: float) -> None:
    for at, weight in enumerate(weights):
        sums[at] += factor * weight
