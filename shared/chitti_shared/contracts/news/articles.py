"""Stored articles."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol
from chitti_shared.contracts.news.language import Confidence, Direction, Entity, Phrase, Score, SymbolSentiment


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


GET_ARTICLES = Action(
    "get_articles",
    GetArticlesRequest,
    GetArticlesReply,
    route=Route("GET", "/api/news"),
    doc="Stored articles, newest first.",
)
