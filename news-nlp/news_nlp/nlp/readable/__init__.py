"""The rules in plain Python: what the compiled reader does, and its oracle in tests."""

from __future__ import annotations

from news_nlp.nlp.meaning import Entity, Understanding
from news_nlp.nlp.readable.entities import find
from news_nlp.nlp.readable.reading import vocabulary
from news_nlp.nlp.readable.sentiment import by_symbol, verdict
from news_nlp.nlp.readable.weighing import weigh


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per company."""
    reading = vocabulary().read(text)
    named = find(reading)
    phrases = weigh(reading, named)
    whole = verdict(phrase.weight for phrase in phrases)
    symbols = by_symbol(reading, named, phrases)
    return Understanding(whole.sentiment, whole.score, whole.confidence, phrases, named, symbols)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return find(vocabulary().read(text))
