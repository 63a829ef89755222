"""What a text says: direction with the phrases that decided, and the names in it.

>>> from news_nlp import nlp
>>> nlp.score("TCS net profit rises 12%, beats estimates").sentiment
'bullish'
>>> [entity.symbol for entity in nlp.entities("Reliance Power surges 5%") if entity.kind == "company"]
['RPOWER']
"""

from __future__ import annotations

from typing import Literal

from news_nlp.nlp import compiled, readable
from news_nlp.nlp.meaning import LEXICON, Direction, Entity, EventType, Phrase, Tone, Understanding, Verdict

__all__ = [
    "MODEL",
    "Direction",
    "Entity",
    "EventType",
    "Phrase",
    "Tone",
    "Understanding",
    "Verdict",
    "cost_us",
    "entities",
    "phrases_about",
    "score",
    "understand",
    "use",
    "warm_up",
]

MODEL = LEXICON
_COSTS_US = {"compiled": 0.015, "readable": 8.0}  # measured, of one character: 4.5 us and 2.4 ms for 300

_understand = compiled.understand
_entities = compiled.entities
_phrases_about = compiled.phrases_about
_cost_us = _COSTS_US["compiled"]


def use(engine: Literal["compiled", "readable"]) -> None:
    """Choose what reads from now on: the compiled rules, or the same rules in plain Python, many times slower."""
    global _understand, _entities, _phrases_about, _cost_us
    chosen = compiled if engine == "compiled" else readable
    _understand, _entities, _phrases_about = chosen.understand, chosen.entities, chosen.phrases_about
    _cost_us = _COSTS_US[engine]


def cost_us(characters: int) -> float:
    """About how long it takes to read a text of so many characters, in microseconds."""
    return _cost_us * characters


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per name, event."""
    return _understand(text)


def score(text: str) -> Understanding:
    """The direction of a text; the same record as `understand`."""
    return _understand(text)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return _entities(text)


def phrases_about(text: str, name: str) -> list[Phrase]:
    """The phrases that make the verdict on a name: those that speak of it, each with what it adds to its sum.

    Parameters
    ----------
    name : str
        A key of `Understanding.symbols` or `others`; of a name that is not in the text nothing is said.
    """
    return _phrases_about(text, name)


def warm_up() -> None:
    """Make the tables of what reads now rather than at the first text (about 0.1 s)."""
    _understand("")
