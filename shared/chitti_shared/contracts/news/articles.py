"""Stored articles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol
from chitti_shared.contracts.news.language import (
    Confidence,
    Direction,
    Entity,
    EventType,
    Phrase,
    Score,
    SymbolSentiment,
)

Moment = Annotated[datetime, Meta(tz=True, description="with its zone: 2025-09-30T09:15:00+05:30, or Z")]


_PRINTABLE = r"\A[^\x00-\x1f\x7f]+\Z"


class GetArticlesRequest(Request, frozen=True):
    """Newest first by `first_seen_at`; what is given must all hold.

    `sentiment` is the article's, or with `symbol` what it says about that company. `sector` is an
    NSE industry or its everyday name (`Banking`, `IT`, `Pharma`), `source` a publisher's host or
    name, `event` the kind of news. `since` is the first moment that counts, `until` the first that
    no longer does, both of `first_seen_at`. `q` searches title and summary: words in any form,
    "phrases in quotes", `or`, and `-` before what must not occur. `leads_only` leaves out articles
    that repeat the news of an earlier one. `cursor` is `next_cursor` of the page before.
    """

    symbol: Symbol | None = None
    sector: Annotated[str, Meta(min_length=1, max_length=64, examples=["Information Technology", "IT"])] | None = None
    sentiment: Direction | None = None
    source: Annotated[str, Meta(pattern=_PRINTABLE, max_length=200, examples=["livemint.com"])] | None = None
    event: EventType | None = None
    since: Moment | None = None
    until: Moment | None = None
    q: Annotated[str, Meta(pattern=_PRINTABLE, max_length=500, examples=['"order book" -pledge'])] | None = None
    leads_only: bool = False
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: Annotated[str, Meta(max_length=32)] | None = None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One stored article. Times are UTC; `published_at` is None when the feed gave no date.

    `cluster_id` is the id of the first article that told this news, the `lead`; articles that
    repeat it share the id. `sources` counts the publishers that told it. `model` is what scored it.
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
    lead: bool
    sources: int
    sentiment: Direction
    score: Score
    confidence: Confidence
    event: EventType | None
    model: str
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
