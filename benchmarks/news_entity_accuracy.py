"""What the reader says of each entity that people labelled in a headline."""

from __future__ import annotations

import re
from collections.abc import Callable

from news_nlp import nlp
from news_nlp.nlp.meaning import Entity
from news_nlp.nlp.readable.attribution import is_name, key_of
from news_nlp.nlp.readable.entities import find
from news_nlp.nlp.readable.reading import Reading, vocabulary
from news_nlp.nlp.readable.sentiment import by_name
from news_nlp.nlp.readable.weighing import weigh


def of_listed_companies(text: str, names: list[str]) -> dict[str, str]:
    """The verdicts on those of `names` that the reader knows as companies of the universe."""
    meaning = nlp.understand(text)
    found = {}
    for name in names:
        place = place_of(text, name)
        for entity in meaning.entities:
            if place and entity.symbol in meaning.symbols and entity.start < place[1] and place[0] < entity.end:
                found[name] = meaning.symbols[entity.symbol].sentiment
    return found


def of_names_found(text: str, names: list[str]) -> dict[str, str]:
    """The verdicts on those of `names` that the reader finds itself, of whatever kind."""
    meaning = nlp.understand(text)
    said = meaning.symbols | meaning.others
    found = {}
    for name in names:
        place = place_of(text, name)
        for entity in meaning.entities:
            if place and is_name(entity.kind) and entity.start < place[1] and place[0] < entity.end:
                found[name] = said[key_of(entity)].sentiment
    return found


def of_given_names(text: str, names: list[str]) -> dict[str, str]:
    """The verdicts on all `names`, their places in the text being given to the reader."""
    reading = vocabulary().read(text)
    given = [entity for name in names if (entity := given_entity(reading, name))]
    covered = {at for entity in given for at in range(entity.first, entity.last)}
    others = [entity for entity in find(reading) if not covered & set(range(entity.first, entity.last))]
    entities = sorted([*given, *others], key=lambda entity: entity.start)
    said = by_name(reading, entities, weigh(reading, entities))
    return {name: said[name].sentiment for name in names if name in said}


def given_entity(reading: Reading, name: str) -> Entity | None:
    """An entity at the first place of a name; None where it covers no word."""
    place = place_of(reading.text, name)
    if place is None:
        return None
    start, end = place
    tokens = [at for at, token in enumerate(reading.tokens) if token[0] < end and start < token[1]]
    if not tokens:
        return None
    return Entity(name, start, end, "company", None, 1.0, tokens[0], tokens[-1] + 1)


def place_of(text: str, name: str) -> tuple[int, int] | None:
    """Where a name stands first, in any case."""
    match = re.search(re.escape(name), text, re.IGNORECASE)
    return match.span() if match else None


WAYS: dict[str, Callable[[str, list[str]], dict[str, str]]] = {
    "companies of the universe": of_listed_companies,
    "names the reader found itself": of_names_found,
    "names given": of_given_names,
}
