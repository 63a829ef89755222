"""What is read from a text, whichever engine read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, TypeGuard

LEXICON = "lexicon-1"

Direction: TypeAlias = Literal["bullish", "bearish", "neutral"]
Kind: TypeAlias = Literal["company", "index", "sector", "person", "regulator", "amount", "percent", "period"]
NameKind: TypeAlias = Literal["company", "index", "sector", "person", "regulator"]
EventType: TypeAlias = Literal[
    "results", "order_win", "rating", "management", "regulatory", "deal", "dividend", "macro"
]


_FIGURES = frozenset({"amount", "percent", "period"})


def is_name(kind: Kind) -> TypeGuard[NameKind]:
    """Whether something can be said of an entity of this kind: of all but figures."""
    return kind not in _FIGURES


class Entity(NamedTuple):
    """`text[start:end]` of the text; `symbol` is None for a company outside the universe and for figures.

    `first` and `last` are the tokens it covers (`last` is behind it).
    """

    text: str
    start: int
    end: int
    kind: Kind
    symbol: str | None
    confidence: float
    first: int
    last: int


class Phrase(NamedTuple):
    """A phrase that counted, with what it added to the sum.

    `first` is its first token; `moves` says that it is a movement (`rises`, `down 3%`).
    """

    text: str
    start: int
    end: int
    weight: float
    first: int
    moves: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Direction of a text or of what it says about one name. Score -1..1, confidence 0..1.

    `relevance` is how much the text is about that name, 0..1; 0 for a text as a whole.
    """

    sentiment: Direction
    score: float
    confidence: float
    relevance: float = 0.0


class Tone(NamedTuple):
    """What a text says about a name that is no listed company; the fields are those of `Verdict`.

    `kind` is the name's, at its first mention. How much a text is about a company says nothing of
    an index or a regulator, so there is no relevance.
    """

    kind: NameKind
    sentiment: Direction
    score: float
    confidence: float


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
    others : dict
        Each other name that is no figure, to what is said of it: by its code (`NIFTY`, `RBI`), by its
        text where it has none; in order of first mention.
    event : str or None
        What kind of news it is; None where no kind is told clearly.
    model : str
        What gave the scores.
    """

    sentiment: Direction
    score: float
    confidence: float
    phrases: list[Phrase]
    entities: list[Entity]
    symbols: dict[str, Verdict]
    others: dict[str, Tone] = field(default_factory=dict)
    event: EventType | None = None
    model: str = LEXICON
