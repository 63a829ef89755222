"""A text in, what it says out: sentiment, entities, direction."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol

Direction = Literal["bullish", "bearish", "neutral"]
EntityKind = Literal["company", "index", "sector", "person", "regulator", "amount", "percent", "period"]
NameKind = Literal["company", "index", "sector", "person", "regulator"]
EventType = Literal["results", "order_win", "rating", "management", "regulatory", "deal", "dividend", "macro"]
SentimentModel = Annotated[
    Literal["lexicon", "trained", "blend", "finbert"],
    Meta(description="what scores; default: the daemon's setting"),
]
Text = Annotated[str, Meta(min_length=1, max_length=50_000, examples=["TCS net profit rises 12%, beats estimates"])]
Name = Annotated[
    str,
    Meta(min_length=1, max_length=200, description="a symbol, a code or a name's text", examples=["NIFTY", "RBI"]),
]
Score = Annotated[float, Meta(ge=-1, le=1, description="-1 bearish ... 1 bullish")]
Confidence = Annotated[float, Meta(ge=0, le=1)]
Relevance = Annotated[float, Meta(ge=0, le=1, description="how much the text is about it")]


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """One phrase that decided: where it stands in the text and what it added to the score."""

    text: str
    start: int
    end: int
    weight: float


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Something named in a text; `start` and `end` count characters, `text[start:end]` is it.

    `symbol` is the NSE symbol of a company, the code of an index (`NIFTY`) or regulator
    (`RBI`), the NSE's industry for a sector, whom a person speaks for; else None.
    """

    text: str
    start: int
    end: int
    kind: EntityKind
    symbol: str | None
    confidence: Confidence


class SymbolSentiment(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says about one company, from the clauses that speak of it.

    `relevance` is None for an article that was stored before it was computed.
    """

    symbol: str
    sentiment: Direction
    score: Score
    confidence: Confidence
    relevance: Relevance | None = None


class NamedSentiment(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says about a name in it that is no listed company, by the lexicon.

    `name` is its code (`NIFTY`, `RBI`; of a sector the NSE's industry, of a person whom they speak
    for) or, of a company outside the universe, its text at its first mention.
    """

    name: str
    kind: NameKind
    sentiment: Direction
    score: Score
    confidence: Confidence


class AnalyzeSentimentRequest(Request, frozen=True):
    text: Text
    model: SentimentModel | None = None


class AnalyzeSentimentReply(Reply, frozen=True):
    """`model` names what scored: `lexicon-1`, `trained-<digest>`, `blend-<digest>`, `finbert-<digest>`.

    `symbols` are the listed companies that the text names, `others` all else that it names; both in
    order of first mention.
    """

    sentiment: Direction
    score: Score
    confidence: Confidence
    phrases: list[Phrase]
    symbols: list[SymbolSentiment]
    others: list[NamedSentiment]
    event: EventType | None
    model: str
    time_ms: float


class ExtractEntitiesRequest(Request, frozen=True):
    text: Text


class ExtractEntitiesReply(Reply, frozen=True):
    entities: list[Entity]
    count: int
    time_ms: float


class ClassifyDirectionRequest(Request, frozen=True):
    """`symbol` asks for the direction of that company only, from the clauses that speak of it.

    `name` does so for any name that `analyze_sentiment` lists in `symbols` or `others`. Not both.
    """

    text: Text
    symbol: Symbol | None = None
    name: Name | None = None
    model: SentimentModel | None = None


class ClassifyDirectionReply(Reply, frozen=True):
    """`relevance` is that of the text to the listed company asked for; None when none was.

    `phrases` are those that decided: of a symbol or name asked for, the ones that speak of it, each with what it
    adds to that name's sum.
    """

    direction: Direction
    score: Score
    confidence: Confidence
    relevance: Relevance | None
    symbol: str | None
    name: str | None
    phrases: list[Phrase]
    event: EventType | None
    model: str
    time_ms: float


ANALYZE_SENTIMENT = Action(
    "analyze_sentiment",
    AnalyzeSentimentRequest,
    AnalyzeSentimentReply,
    route=Route("POST", "/api/news/sentiment"),
    doc="Score a text, say which phrases decided, and score each company, index, sector, regulator it names.",
)
EXTRACT_ENTITIES = Action(
    "extract_entities",
    ExtractEntitiesRequest,
    ExtractEntitiesReply,
    route=Route("POST", "/api/news/entities"),
    doc="Companies, indices, sectors, people, regulators, amounts, percentages and periods in a text.",
)
CLASSIFY_DIRECTION = Action(
    "classify_direction",
    ClassifyDirectionRequest,
    ClassifyDirectionReply,
    route=Route("POST", "/api/news/direction"),
    doc="Bullish, bearish or neutral, for the text or for one name in it.",
)
