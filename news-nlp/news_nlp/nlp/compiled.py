"""The compiled reader over the same tables as the readable rules."""

from __future__ import annotations

from news_nlp.kernels.reading._reader import Reader
from news_nlp.nlp.events import KINDS, TYPES
from news_nlp.nlp.meaning import LEXICON, Entity, Phrase, Tone, Understanding, Verdict
from news_nlp.nlp.readable.reading import TABLES, Vocabulary, vocabulary

_reader: Reader | None = None


def reader() -> Reader:
    """The reader of the tables as they are; threads may share it."""
    return _reader or _made()


def _made() -> Reader:
    global _reader
    with TABLES:
        if _reader is None:
            _reader = reader_of(vocabulary())
        return _reader


def forget_reader() -> None:
    """Make it anew when it is asked for next; the caller holds `TABLES`."""
    global _reader
    _reader = None


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
    meaning: Understanding = (_reader or _made()).understand(text)  # each article pays for a call
    return meaning


def phrases_about(text: str, name: str) -> list[Phrase]:
    """The phrases that make the verdict on a name: those that speak of it, each with what it adds to its sum."""
    return reader().phrases_about(text, name)


def entities(text: str) -> list[Entity]:
    """The names and figures in a text, in order of place."""
    return reader().entities(text)
