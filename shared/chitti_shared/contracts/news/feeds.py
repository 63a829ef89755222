"""Feeds: taken in at once, or fetched on a schedule."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Blob, Empty, Reply, Request, Route

FeedUrl = Annotated[str, Meta(min_length=1, max_length=2048)]
FeedId = Annotated[int, Meta(ge=1, le=2_147_483_647)]
FeedName = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,100}\Z", description="1 to 100 characters")]
Cron = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        description="Cron expression of five fields in Indian time: minute hour day-of-month month day-of-week",
        examples=["*/5 9-15 * * mon-fri"],
    ),
]
FeedState = Literal["new", "ok", "quiet", "failing", "dead", "paused", "left", "gone"]
IntervalS = Annotated[int, Meta(ge=60, le=604_800)]


class IngestRssRequest(Request, frozen=True):
    """A feed by address, as a document, or by the id of a stored one; exactly one of the three.

    A stored feed is fetched at once, whether its turn has come or not and also while it is
    disabled, asking only for what is new since the last time; its row notes how it went.
    """

    url: FeedUrl | None = None
    document: Blob | None = None
    feed_id: FeedId | None = None


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
    """One stored feed and how it fares. Times are UTC.

    `state` says how in one word: "ok"; "new" before its first fetch; "quiet" when it answers but
    has never brought an article, or none that was new for three days; "failing" since
    `failing_since`, "dead" after a day of that; or why it is not fetched: "paused" by a user,
    "left" the setting, "gone".
    `schedule` is its cron expression; without one it is fetched every `interval_s` seconds.
    `origin` is "setting" for a feed of CHITTI_FEEDS, "user" for one that was added. `disabled_by`
    tells why it is not fetched: the "user" paused it, it left the "setting", or its server said
    that it is "gone" (410). `last_new_at` is when it last brought an article not known before:
    a feed can answer well and have died all the same. `http_status` is that of the last answer,
    None when there was none. `failures` counts those since the last success.

    `moved_to` is where `url` permanently redirected when it last answered well. While it does, `url` is
    asked; when it fails, `moved_to` is, and `address_error` says what is wrong with `url`.
    """

    feed_id: int
    url: str
    state: FeedState
    name: str | None
    origin: Literal["setting", "user"]
    enabled: bool
    disabled_by: Literal["user", "setting", "gone"] | None
    schedule: str | None
    interval_s: int
    added_at: str
    last_attempt_at: str | None
    last_success_at: str | None
    last_new_at: str | None
    failing_since: str | None
    last_error: str | None
    http_status: int | None
    failures: int
    items_seen: int
    next_due_at: str | None
    moved_to: str | None
    address_error: str | None


class ListFeedsReply(Reply, frozen=True):
    feeds: list[Feed]
    count: int


class AddFeedRequest(Request, frozen=True):
    """A feed to fetch from now on: by `schedule`, or every `interval_s` and for the first time at once."""

    url: FeedUrl
    name: FeedName | None = None
    schedule: Cron | None = None
    interval_s: IntervalS = 600
    enabled: bool = True


class UpdateFeedRequest(Request, frozen=True):
    """What is given is changed; null takes a name or a schedule away.

    A feed with a new `url` begins anew there, and is fetched again if its server had said that it
    is gone. The address of a feed of CHITTI_FEEDS is changed in the setting.
    """

    feed_id: FeedId
    url: FeedUrl | UnsetType = UNSET
    name: FeedName | UnsetType | None = UNSET
    schedule: Cron | UnsetType | None = UNSET
    interval_s: IntervalS | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class RemoveFeedRequest(Request, frozen=True):
    """A feed of CHITTI_FEEDS can be paused, not removed: the next start would add it again."""

    feed_id: FeedId


class FeedReply(Reply, frozen=True):
    """The feed as it now is."""

    feed: Feed


class RemoveFeedReply(Reply, frozen=True):
    """The feed is gone; its articles stay."""

    feed_id: int
    url: str


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
    doc="The stored feeds with their state.",
)
ADD_FEED = Action(
    "add_feed",
    AddFeedRequest,
    FeedReply,
    idempotent=False,
    route=Route("POST", "/api/news/feeds"),
    doc="Store a feed and fetch it on a schedule from now on.",
)
UPDATE_FEED = Action(
    "update_feed",
    UpdateFeedRequest,
    FeedReply,
    route=Route("PATCH", "/api/news/feeds/{feed_id}"),
    doc="Rename, readdress, reschedule, pause or resume a feed.",
)
REMOVE_FEED = Action(
    "remove_feed",
    RemoveFeedRequest,
    RemoveFeedReply,
    idempotent=False,
    route=Route("DELETE", "/api/news/feeds/{feed_id}"),
    doc="Forget a feed; its articles stay.",
)
