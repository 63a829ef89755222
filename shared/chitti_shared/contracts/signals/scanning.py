"""Patterns found on a symbol's stored bars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from chitti_shared.contracts.action import Action, IsoDate, Reply, Request, Route, Symbol
from chitti_shared.contracts.signals.pattern_kinds import Family, Leaning

PatternName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z", examples=["double_bottom"])]
Status = Literal["active", "reached", "failed"]


class ScanPatternsRequest(Request, frozen=True, kw_only=True):
    """Patterns of a symbol's stored daily bars, newest first.

    Parameters
    ----------
    names : list of str, optional
        Only these patterns, by name; docs/SIGNALS.md lists them.
    families : list of str, optional
        Only those of these families: shape, level, gap, extreme, divergence, squeeze, crossing, candlestick.
    direction, status : str, optional
        Only those that point so, or stand so.
    since : str, optional
        Only those completed on this day or later.
    min_quality : float
        0 to 1.
    """

    symbol: Symbol
    names: Annotated[list[PatternName], Meta(min_length=1, max_length=200)] | None = None
    families: Annotated[list[Family], Meta(min_length=1, max_length=8)] | None = None
    direction: Leaning | None = None
    status: Status | None = None
    since: IsoDate | None = None
    min_quality: Annotated[float, Meta(ge=0, le=1)] = 0.0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class PatternPoint(Reply, frozen=True, kw_only=True):
    """A corner of a pattern, for a chart: the day, the price there, and what it is."""

    date: date
    price: float
    role: str


class FoundPattern(Reply, frozen=True, kw_only=True):
    """A pattern that the bar of `last_date` completed; no later bar was read to find it.

    Parameters
    ----------
    target, invalidation : float or None
        Price that it points at, and price beyond which it has failed; None where its kind has none.
    status : str or None
        By the bars since: `reached` when a price came to the target, `failed` when a close lies beyond the
        invalidation (on one bar both: failed), else `active`; None where there is neither level.
    settled_date : date or None
        The bar that reached or failed.
    found_at : datetime or None
        When it was first found after an import of prices; None for what was not found so.
    """

    name: PatternName
    title: str
    family: Family
    direction: Leaning
    first_date: date
    last_date: date
    points: list[PatternPoint]
    quality: float
    target: float | None
    invalidation: float | None
    status: Status | None
    settled_date: date | None
    found_at: datetime | None = None


class ScanPatternsReply(Reply, frozen=True, kw_only=True):
    """`matched` counts all that were asked for, `patterns` are the newest of them; `as_of` is the newest bar."""

    symbol: Symbol
    as_of: date
    bars: int
    patterns: list[FoundPattern]
    matched: int
    time_ms: float


SCAN_PATTERNS = Action(
    "scan_patterns",
    ScanPatternsRequest,
    ScanPatternsReply,
    route=Route("GET", "/api/signals/patterns/{symbol}"),
    doc="Chart patterns, levels, gaps, divergences, crossings and candlesticks on a symbol's stored bars.",
)
