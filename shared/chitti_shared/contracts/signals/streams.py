"""The alert log, live and page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol
from chitti_shared.contracts.signals.alerts import Confidence, Direction, Impact, Kind, Limit, RuleName, SectorName


class AlertFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alerts a reader wants; an absent condition lets everything pass.

    `sectors` are NSE industries, or Banking, IT, Pharma. `watchlist`: only symbols on the watchlist
    at the time the alert is told. `min_confidence` leaves out alerts whose confidence is not known.
    """

    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=1000)] | None = None
    sectors: Annotated[list[SectorName], Meta(min_length=1, max_length=100)] | None = None
    watchlist: bool = False
    kinds: Annotated[list[Kind], Meta(min_length=1)] | None = None
    rules: Annotated[list[RuleName], Meta(min_length=1, max_length=1000)] | None = None
    directions: Annotated[list[Direction], Meta(min_length=1)] | None = None
    min_impact: Impact | None = None
    min_confidence: Confidence | None = None


class SubscribeRequest(Request, frozen=True, kw_only=True):
    """Follow the log after the position `after`; without it, live from now.

    A name in the filter that nothing has is refused, but of a reader that comes back (`after`, or `returning`): a
    rule or a company may be removed meanwhile.
    """

    topic: Literal["alerts"] = "alerts"
    after: str | None = None
    filter: AlertFilter | None = None
    returning: bool = False


class SubscribeReply(Reply, frozen=True, kw_only=True):
    """`at` is the position the stream goes on from."""

    at: str


class Reset(Reply, frozen=True, kw_only=True):
    """The reader's position can't be continued: load `get_alerts`, then go on from `top`."""

    reason: Literal["epoch", "expired", "unknown"]
    oldest: str
    top: str


class Heartbeat(Reply, frozen=True, kw_only=True):
    top: str
    ts: datetime


class ReadEventsRequest(Request, frozen=True, kw_only=True):
    """A page of the log after the position `after`; without it, from the oldest event kept."""

    topic: Literal["alerts"] = "alerts"
    after: str | None = None
    limit: Limit = 100
    filter: AlertFilter | None = None


class Event(Reply, frozen=True, kw_only=True):
    """`data` is the JSON of an `Alert`, as it was published."""

    event_id: str
    event: str = "new_alert"
    data: msgspec.Raw


class ReadEventsReply(Reply, frozen=True, kw_only=True):
    """`at` is the last position examined: with a filter it may lie beyond the last event given."""

    events: list[Event]
    at: str
    top: str
    oldest: str
    reset: Reset | None = None


SUBSCRIBE = Action(
    "subscribe",
    SubscribeRequest,
    SubscribeReply,
    route=Route("GET", "/api/alerts/stream"),
    stream=True,
    doc="Alerts as they are committed, resumable by position.",
)
READ_EVENTS = Action("read_events", ReadEventsRequest, ReadEventsReply, doc="A page of the alert log.")
