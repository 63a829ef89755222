"""A text in, what it says out: sentiment, entities, direction."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol

Direction = Literal["bullish", "bearish", "neutral"]
EntityKind = Literal["company", "index", "sector", "person", "regulator", "amount", "percent", "period"]
EventType = Literal["results", "order_win", "rating", "management", "regulatory", "deal", "dividend", "macro"]
SentimentModel = Annotated[
    Literal["lexicon", "trained", "blend", "finbert"],
    Meta(description="what scores; default: the daemon's setting"),
]
Text = Annotated[str, Meta(min_length=1, max_length=50_000, examples=["TCS net profit rises 12%, beats estimates"])]
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


class AnalyzeSentimentRequest(Request, frozen=True):
    text: Text
    model: SentimentModel | None = None


class AnalyzeSentimentReply(Reply, frozen=True):
    """`model` names what scored: `lexicon-1`, `trained-<digest>`, `blend-<digest>`, `finbert-<digest>`."""

    sentiment: Direction
    score: Score
    confidence: Confidence
    phrases: list[Phrase]
    symbols: list[SymbolSentiment]
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
    """`symbol` asks for the direction of that company only, from the clauses that name it."""

    text: Text
    symbol: Symbol | None = None
    model: SentimentModel | None = None


class ClassifyDirectionReply(Reply, frozen=True):
    """`relevance` is that of the text to `symbol`; None when no symbol was asked for."""

    direction: Direction
    score: Score
    confidence: Confidence
    relevance: Relevance | None
    symbol: str | None
    phrases: list[Phrase]
    event: EventType | None
    model: str
    time_ms: float


ANALYZE_SENTIMENT = Action(
    "analyze_sentiment",
    AnalyzeSentimentRequest,
    AnalyzeSentimentReply,
    route=Route("POST", "/api/news/sentiment"),
    doc="Score a text, say which phrases decided, and score each company it names.",
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
    doc="Bullish, bearish or neutral, for the text or for one company in it.",
)
