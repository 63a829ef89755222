"""A text read once: its tokens, the names in it, the lexicon's phrases and the signs of events, longest first."""

from __future__ import annotations

from itertools import accumulate
from threading import RLock
from typing import NamedTuple, TypeAlias

from news_nlp.kernels.reading._scan import BREAK, Scanner
from news_nlp.nlp.aliases import Alias, aliases
from news_nlp.nlp.events import EventTable, event_table
from news_nlp.nlp.lexicon import Term, terms
from news_nlp.nlp.word_groups import word_groups

# start, end, end with a possessive 's, kind, flags, value
Token: TypeAlias = tuple[int, int, int, int, int, float]
# index into its table, first token, behind the last token
Match: TypeAlias = tuple[int, int, int]


class Reading(NamedTuple):
    """What the scan found."""

    text: str
    tokens: list[Token]
    names: list[Match]
    phrases: list[Match]
    events: list[Match]
    breaks: list[int]  # how many stand before each token, and in all
    words: Vocabulary  # that the indices of the matches refer to

    def broken(self, first: int, last: int) -> bool:
        """Whether a break stands among the tokens `first` to `last - 1`."""
        return self.breaks[last] > self.breaks[first]

    def has(self, at: int, marks: int) -> bool:
        """Whether a token has one of these flags or groups; false beyond the text."""
        return 0 <= at < len(self.tokens) and bool(self.tokens[at][4] & marks)

    def word(self, at: int) -> str:
        """A token's word in lower case and without dots; empty beyond the text."""
        if not 0 <= at < len(self.tokens):
            return ""
        start, end, *_ = self.tokens[at]
        return "".join(ch.lower()[0] for ch in self.text[start:end] if ch != ".")


class Vocabulary:
    """The compiled tables; it holds no state of a text and may be shared by threads."""

    def __init__(self, names: tuple[Alias, ...], phrases: tuple[Term, ...], events: EventTable) -> None:
        self.names = names
        self.phrases = phrases
        self.events = events
        tables = [[name.text for name in names], [term.phrase for term in phrases], events.phrases]
        self.scanner = Scanner(tables, word_groups())

    def read(self, text: str) -> Reading:
        """Scan `text` against all tables in one pass over its characters."""
        tokens, (names, phrases, events) = self.scanner.scan(text)
        breaks = list(accumulate((token[3] == BREAK for token in tokens), initial=0))
        return Reading(text, tokens, names, phrases, events, breaks, self)


TABLES = RLock()  # held while tables are made, and while what they are made of changes
_vocabulary: Vocabulary | None = None


def vocabulary() -> Vocabulary:
    """The universe's names, the lexicon and the signs of events, and what a user added to them."""
    return _vocabulary or _made()


def _made() -> Vocabulary:
    global _vocabulary
    with TABLES:
        if _vocabulary is None:
            _vocabulary = Vocabulary(aliases(), terms(), event_table())
        return _vocabulary


def forget_vocabulary() -> None:
    """Make it anew when it is asked for next; the caller holds `TABLES`."""
    global _vocabulary
    _vocabulary = None
