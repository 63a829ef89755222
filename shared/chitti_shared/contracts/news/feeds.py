"""Feeds: taken in at once, or fetched on a schedule."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Blob, Empty, Reply, Request, Route


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
LIST_FEEDS = Action(
    "list_feeds",
    Empty,
    ListFeedsReply,
    route=Route("GET", "/api/news/feeds"),
    doc="The scheduled feeds with their state.",
)
