"""What a text says: direction with the phrases that decided, and the names in it.

>>> from news_nlp import nlp
>>> nlp.score("TCS net profit rises 12%, beats estimates").sentiment
'bullish'
>>> [entity.symbol for entity in nlp.entities("Reliance Power surges 5%") if entity.kind == "company"]
['RPOWER']
"""

from __future__ import annotations

from news_nlp.nlp import readable
from news_nlp.nlp.meaning import LEXICON, Direction, Entity, EventType, Phrase, Understanding, Verdict
from news_nlp.nlp.readable.reading import vocabulary

__all__ = [
    "MODEL",
    "Direction",
    "Entity",
    "EventType",
    "Phrase",
    "Understanding",
    "Verdict",
    "entities",
    "score",
    "understand",
    "warm_up",
]

MODEL = LEXICON


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per company."""
    return readable.understand(text)


def score(text: str) -> Understanding:
    """The direction of a text; the same record as `understand`."""
    return understand(text)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return readable.entities(text)


def warm_up() -> None:
    """Compile the tables now rather than at the first text (about 20 ms)."""
    vocabulary()
