"""Actions of news-nlp: feeds in, scored and entity-linked articles out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Blob, Empty, Reply, Request, Route, Service, Symbol
from chitti_shared.contracts.system import SYSTEM

Direction = Literal["bullish", "bearish", "neutral"]
EntityKind = Literal["company", "index", "regulator", "amount", "percent", "period"]
Text = Annotated[str, Meta(min_length=1, max_length=50_000, examples=["TCS net profit rises 12%, beats estimates"])]
Score = Annotated[float, Meta(ge=-1, le=1, description="-1 bearish ... 1 bullish")]
Confidence = Annotated[float, Meta(ge=0, le=1)]


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """One phrase that decided: where it stands in the text and what it added to the score."""

    text: str
    start: int
    end: int
    weight: float


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Something named in a text; `start` and `end` count characters, `text[start:end]` is it.

    `symbol` is the NSE symbol of a company, the name of an index (`NIFTY`) or regulator
    (`RBI`), else None.
    """

    text: str
    start: int
    end: int
    kind: EntityKind
    symbol: str | None
    confidence: Confidence


class SymbolSentiment(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says about one company, from the clauses that speak of it."""

    symbol: str
    sentiment: Direction
    score: Score
    confidence: Confidence


class IngestRssRequest(Request, frozen=True):
    """A feed by address or as a document; exactly one of the two."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)] | None = None
    document: Blob | None = None


class IngestRssReply(Reply, frozen=True):
    """`articles` items were usable; `new` of them were stored, `duplicates` were known or repeated.

    `near_duplicates` counts new articles that joined the cluster of an earlier one, `skipped`
    the items without a title. `not_modified` says that the server had nothing newer (304).
    """

    articles: int
    new: int
    duplicates: int
    time_ms: float
    near_duplicates: int = 0
    skipped: int = 0
    not_modified: bool = False
    status: str = "ok"


class AnalyzeSentimentRequest(Request, frozen=True):
    text: Text


class AnalyzeSentimentReply(Reply, frozen=True):
    sentiment: Direction
    score: Score
    confidence: Confidence
    phrases: list[Phrase]
    symbols: list[SymbolSentiment]
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


class ClassifyDirectionReply(Reply, frozen=True):
    direction: Direction
    score: Score
    confidence: Confidence
    symbol: str | None
    phrases: list[Phrase]
    model: str
    time_ms: float


class GetArticlesRequest(Request, frozen=True):
    """Newest first by `first_seen_at`; `cursor` is `next_cursor` of the page before."""

    symbol: Symbol | None = None
    sentiment: Direction | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: Annotated[str, Meta(pattern=r"\A[0-9]{1,18}\Z")] | None = None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One stored article. Times are UTC; `published_at` is None when the feed gave no date.

    `cluster_id` is the id of the first article that told this news; articles that repeat it
    share the id.
    """

    article_id: int
    title: str
    summary: str
    url: str
    source: str
    source_host: str
    published_at: str | None
    first_seen_at: str
    cluster_id: int
    sentiment: Direction
    score: Score
    confidence: Confidence
    phrases: list[Phrase]
    symbols: list[SymbolSentiment]
    entities: list[Entity]


class GetArticlesReply(Reply, frozen=True):
    articles: list[Article]
    count: int
    next_cursor: str | None


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One scheduled feed and how it fares. `failures` counts those since the last success."""

    feed_id: int
    url: str
    enabled: bool
    last_attempt_at: str | None
    last_success_at: str | None
    last_error: str | None
    failures: int
    items_seen: int
    next_due_at: str


class ListFeedsReply(Reply, frozen=True):
    feeds: list[Feed]
    count: int


INGEST_RSS = Action(
    "ingest_rss",
    IngestRssRequest,
    IngestRssReply,
    lane="bulk",
    route=Route("POST", "/api/news/ingest"),
    doc="Fetch or take a feed, score its articles and store those not known yet.",
)
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
    doc="Companies, indices, regulators, amounts, percentages and periods in a text.",
)
CLASSIFY_DIRECTION = Action(
    "classify_direction",
    ClassifyDirectionRequest,
    ClassifyDirectionReply,
    route=Route("POST", "/api/news/direction"),
    doc="Bullish, bearish or neutral, for the text or for one company in it.",
)
GET_ARTICLES = Action(
    "get_articles",
    GetArticlesRequest,
    GetArticlesReply,
    route=Route("GET", "/api/news"),
    doc="Stored articles, newest first.",
)
LIST_FEEDS = Action(
    "list_feeds",
    Empty,
    ListFeedsReply,
    route=Route("GET", "/api/news/feeds"),
    doc="The scheduled feeds with their state.",
)

ACTIONS = (INGEST_RSS, ANALYZE_SENTIMENT, EXTRACT_ENTITIES, CLASSIFY_DIRECTION, GET_ARTICLES, LIST_FEEDS)
NEWS_NLP = Service("news-nlp", 6002, (*ACTIONS, *SYSTEM))
