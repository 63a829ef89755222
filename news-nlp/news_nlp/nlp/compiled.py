"""The compiled reader over the same tables as the readable rules."""

from __future__ import annotations

from functools import cache

from news_nlp.kernels._reader import Reader
from news_nlp.nlp.events import KINDS, TYPES
from news_nlp.nlp.meaning import LEXICON, Entity, Phrase, Tone, Understanding, Verdict
from news_nlp.nlp.readable.reading import Vocabulary, vocabulary


@cache
def reader() -> Reader:
    """The reader of the package's tables; threads may share it."""
    return reader_of(vocabulary())


def reader_of(words: Vocabulary) -> Reader:
    """A reader of given tables."""
    return Reader(
        words.scanner,
        [(name.text, KINDS.index(name.kind), name.symbol, name.sure, name.exact, name.proper) for name in words.names],
        [(term.role, term.weight, term.side) for term in words.phrases],
        words.events.weights,
        words.events.kinds,
        (KINDS, TYPES, LEXICON),
        (Entity, Phrase, Verdict, Tone, Understanding),
    )


def understand(text: str) -> Understanding:
    """Read a text once: sentiment, phrases, entities, sentiment per name, relevance per company, event."""
    meaning: Understanding = reader().understand(text)
    return meaning


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return reader().entities(text)
