"""What a text says: direction with the phrases that decided, and the names in it.

>>> from news_nlp import nlp
>>> nlp.score("TCS net profit rises 12%, beats estimates").sentiment
'bullish'
>>> [entity.symbol for entity in nlp.entities("Reliance Power surges 5%") if entity.kind == "company"]
['RPOWER']
"""

from __future__ import annotations

from dataclasses import dataclass

from news_nlp.nlp.entities import Entity, find
from news_nlp.nlp.reading import vocabulary
from news_nlp.nlp.sentiment import Direction, Verdict, by_symbol, verdict
from news_nlp.nlp.weighing import Phrase, weigh

__all__ = [
    "MODEL",
    "Direction",
    "Entity",
    "Phrase",
    "Understanding",
    "Verdict",
    "entities",
    "score",
    "understand",
    "warm_up",
]

MODEL = "lexicon-1"


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is read from one text.

    Attributes
    ----------
    sentiment, score, confidence
        Of the whole text: bullish, bearish or neutral; -1..1; 0..1.
    phrases : list of Phrase
        What decided, with offsets in characters.
    entities : list of Entity
    symbols : dict
        Symbol of each listed company named, to the verdict of the clauses that speak of it.
    """

    sentiment: Direction
    score: float
    confidence: float
    phrases: list[Phrase]
    entities: list[Entity]
    symbols: dict[str, Verdict]


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per company."""
    reading = vocabulary().read(text)
    named = find(reading)
    phrases = weigh(reading, named)
    whole = verdict(phrase.weight for phrase in phrases)
    symbols = by_symbol(reading, named, phrases)
    return Understanding(whole.sentiment, whole.score, whole.confidence, phrases, named, symbols)


def score(text: str) -> Understanding:
    """The direction of a text; the same record as `understand`."""
    return understand(text)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return find(vocabulary().read(text))


def warm_up() -> None:
    """Compile the tables now rather than at the first text (about 20 ms)."""
    vocabulary()
