"""The rules in plain Python: what the compiled reader does, and its oracle in tests."""

from __future__ import annotations

from dataclasses import replace

from news_nlp.nlp.meaning import Entity, Phrase, Understanding
from news_nlp.nlp.readable.entities import find
from news_nlp.nlp.readable.events import event_of
from news_nlp.nlp.readable.reading import vocabulary
from news_nlp.nlp.readable.relevance import relevances
from news_nlp.nlp.readable.sentiment import by_name, told_apart, verdict
from news_nlp.nlp.readable.sentiment import phrases_about as decisive
from news_nlp.nlp.readable.weighing import weigh


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per name, relevance per company, event."""
    reading = vocabulary().read(text)
    named = find(reading)
    phrases = weigh(reading, named)
    whole = verdict(phrase.weight for phrase in phrases)
    about = relevances(reading, named, phrases)
    listed, others = told_apart(named, by_name(reading, named, phrases))
    symbols = {symbol: replace(said, relevance=about[symbol]) for symbol, said in listed.items()}
    event = event_of(reading, named)
    return Understanding(whole.sentiment, whole.score, whole.confidence, phrases, named, symbols, others, event)


def phrases_about(text: str, name: str) -> list[Phrase]:
    """The phrases that make the verdict on a name: those that speak of it, each with what it adds to its sum."""
    reading = vocabulary().read(text)
    named = find(reading)
    return decisive(reading, named, weigh(reading, named), name)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return find(vocabulary().read(text))
