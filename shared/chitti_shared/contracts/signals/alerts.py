"""Stored alerts, and the rules run on request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from chitti_shared.contracts.action import Action, LongRequest, Reply, Request, Route, Symbol

Kind = Literal["technical", "news", "fundamental", "combined"]
Direction = Literal["bullish", "bearish"]
Impact = Annotated[float, Meta(ge=0, le=100)]
Confidence = Annotated[float, Meta(ge=0, le=1)]
AwareTime = Annotated[datetime, Meta(tz=True, examples=["2025-09-30T04:00:00Z"])]
SectorName = Annotated[str, Meta(min_length=1, max_length=64, examples=["Healthcare", "IT"])]
RuleName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z", examples=["news_with_trend"])]
AlertId = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z", description="32 hex digits")]
Limit = Annotated[int, Meta(ge=1, le=1000)]


class Evidence(Reply, frozen=True, kw_only=True):
    """One fact that led to an alert: what it is, how much, in which unit, and where it comes from."""

    name: str
    value: float | str
    unit: str | None = None
    source: str


class Alert(Reply, frozen=True, kw_only=True):
    """A rule's transition on one symbol, with every number behind it.

    `price` is the close of the bar it was judged on, `as_of` that bar's date or the article's
    time, whichever is later. `confidence` is the rule's hit rate on this symbol's earlier bars
    (`confidence_basis` says over how many), null with the reason there when it can't be known.
    """

    alert_id: AlertId
    symbol: Symbol
    kind: Kind
    rule: RuleName
    direction: Direction
    impact: Impact
    confidence: Annotated[float, Meta(ge=0, le=1)] | None
    confidence_basis: str
    price: float
    bar_date: date
    created_at: datetime
    as_of: datetime
    summary: str
    headline: str | None = None
    sentiment: Literal["bullish", "bearish", "neutral"] | None = None
    sentiment_score: float | None = None
    article_id: int | None = None
    url: str | None = None
    evidence: list[Evidence]
    acknowledged_at: datetime | None = None
    expires_at: datetime | None = None


class GenerateSignalsRequest(LongRequest, frozen=True, kw_only=True):
    """Run the rules now for one symbol, for several, or (neither given) for all stored ones."""

    symbol: Symbol | None = None
    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=1000)] | None = None


class Signal(Reply, frozen=True, kw_only=True):
    """A rule that holds on the newest bar; `alert_id` is the alert that stands for it, if one does."""

    symbol: Symbol
    kind: Kind
    rule: RuleName
    direction: Direction
    impact: Impact
    confidence: float | None
    confidence_basis: str
    price: float
    bar_date: date
    as_of: datetime
    summary: str
    headline: str | None = None
    article_id: int | None = None
    evidence: list[Evidence]
    alert_id: AlertId | None = None
    created: bool = False


class Skipped(Reply, frozen=True, kw_only=True):
    """A symbol the rules could not be run for, and why."""

    symbol: str
    reason: str


class GenerateSignalsPart(Reply, frozen=True, kw_only=True):
    """How far a run is: `symbols` of `of` are judged, their alerts are committed."""

    symbols: int
    of: int
    generated: int
    created: int


class GenerateSignalsReply(Reply, frozen=True, kw_only=True):
    """`generated` counts the signals, `created` the alerts that this call wrote."""

    signals: list[Signal]
    generated: int
    created: int
    symbols: int
    skipped: list[Skipped]
    time_ms: float


class GetAlertsRequest(Request, frozen=True, kw_only=True):
    """Alerts that meet all conditions, sorted: the newest, or those of greatest impact or confidence first.

    Of equal ones the newest comes first; an unknown confidence comes last and meets no `min_confidence`.
    `since` <= `created_at` < `until`. `sector` is an NSE industry, or Banking, IT, Pharma. `expired` asks
    whether their time is over. `outcome`: what became of them after their rule's horizon. `cursor` is an
    earlier reply's `next_cursor`, of the same question.
    """

    symbol: Symbol | None = None
    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=1000)] | None = None
    sector: SectorName | None = None
    kind: Kind | None = None
    rule: RuleName | None = None
    direction: Direction | None = None
    outcome: Literal["pending", "hit", "miss"] | None = None
    min_impact: Impact | None = None
    min_confidence: Confidence | None = None
    since: AwareTime | None = None
    until: AwareTime | None = None
    acknowledged: bool | None = None
    expired: bool | None = None
    watchlist: bool = False
    sort: Literal["newest", "impact", "confidence"] = "newest"
    limit: Limit = 100
    cursor: Annotated[str, Meta(max_length=64)] | None = None


class GetAlertsReply(Reply, frozen=True, kw_only=True):
    """`as_of` is a stream position read before the data: subscribing after it misses nothing."""

    alerts: list[Alert]
    count: int
    next_cursor: str | None
    as_of: str


class GetAlertRequest(Request, frozen=True, kw_only=True):
    alert_id: AlertId


class GetAlertReply(Reply, frozen=True, kw_only=True):
    alert: Alert


class AcknowledgeAlertRequest(Request, frozen=True, kw_only=True):
    alert_id: AlertId


class AcknowledgeAlertReply(Reply, frozen=True, kw_only=True):
    """The time of the first acknowledgement; a repeated call changes nothing."""

    alert_id: AlertId
    acknowledged_at: datetime


GENERATE_SIGNALS = Action(
    "generate_signals",
    GenerateSignalsRequest,
    GenerateSignalsReply,
    lane="bulk",
    partial=GenerateSignalsPart,
    route=Route("POST", "/api/signals/generate"),
    doc="Run the rules now; repeats create no second alert.",
)
GET_ALERTS = Action(
    "get_alerts",
    GetAlertsRequest,
    GetAlertsReply,
    route=Route("GET", "/api/alerts"),
    doc="Alerts by condition and order.",
)
GET_ALERT = Action(
    "get_alert", GetAlertRequest, GetAlertReply, route=Route("GET", "/api/alerts/{alert_id}"), doc="One alert."
)
ACKNOWLEDGE_ALERT = Action(
    "acknowledge_alert",
    AcknowledgeAlertRequest,
    AcknowledgeAlertReply,
    route=Route("POST", "/api/alerts/{alert_id}/ack"),
    doc="Mark an alert as seen.",
)
