"""Run the rules on one symbol's facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from chitti_shared.market_time import IST

from signal_service.alerts.columns import Columns
from signal_service.alerts.evidence import Fact, evidence_of
from signal_service.alerts.news import Direction, News, NewsView, view_of
from signal_service.alerts.rules import RULES, Kind, Rule, RuleKey, holds_at
from signal_service.alerts.scores import impact_of, record_of

MARKET_CLOSE = time(15, 30, tzinfo=IST)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds on a symbol's newest bar, with everything an alert says."""

    symbol: str
    kind: Kind
    rule: str
    direction: Direction
    impact: float
    confidence: float | None
    confidence_basis: str
    price: float
    bar_date: date
    as_of: datetime
    summary: str
    lead: News | None
    evidence: tuple[Fact, ...]

    @property
    def key(self) -> RuleKey:
        return self.rule, self.direction

    @property
    def alert_id(self) -> str:
        """The same for the same rule, symbol, direction and bar, whoever computes it."""
        name = "|".join((self.rule, self.symbol, self.direction, self.bar_date.isoformat()))
        return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one symbol now.

    `dates` are its trading days; `held_before` the rules without news whose price part held
    on the bar before the newest: for a symbol never judged, those are no transitions.
    """

    symbol: str
    dates: tuple[date, ...]
    findings: tuple[Finding, ...]
    held_before: frozenset[RuleKey]

    @property
    def bar_date(self) -> date:
        return self.dates[-1]


def judge(columns: Columns, articles: Iterable[News]) -> Judgement:
    """All rules on the newest bar and the fresh news; no clock, no state."""
    view = view_of(articles, columns.bars.dates)
    findings: list[Finding] = []
    held_before: set[RuleKey] = set()
    for rule in RULES:
        price = rule.price(columns)
        lead = _lead(rule, view)
        if rule.news_strength is None and holds_at(price, -2):
            held_before.add(rule.key)
        if holds_at(price, -1) and (rule.news_strength is None or lead is not None):
            findings.append(_finding(rule, columns, view, lead))
    return Judgement(columns.bars.symbol, columns.bars.dates, tuple(findings), frozenset(held_before))


def _lead(rule: Rule, view: NewsView) -> News | None:
    if rule.news_strength is None:
        return None
    lead = view.lead(rule.direction)
    return lead if lead is not None and lead.strength >= rule.news_strength else None


def _finding(rule: Rule, columns: Columns, view: NewsView, lead: News | None) -> Finding:
    bars = columns.bars
    impact = impact_of(columns, rule.direction, lead)
    record = record_of(rule.price, columns, rule.direction)
    closed = datetime.combine(bars.dates[-1], MARKET_CLOSE).astimezone(UTC)
    return Finding(
        symbol=bars.symbol,
        kind=rule.kind,
        rule=rule.name,
        direction=rule.direction,
        impact=round(impact.value, 1),
        confidence=round(record.confidence, 4) if record.confidence is not None else None,
        confidence_basis=record.basis(rule.direction),
        price=float(bars.close[-1]),
        bar_date=bars.dates[-1],
        as_of=max(closed, lead.time) if lead is not None else closed,
        summary=_summary(rule, columns),
        lead=lead,
        evidence=evidence_of(rule, columns, view, lead, impact, record),
    )


def _summary(rule: Rule, columns: Columns) -> str:
    moved = f", {100.0 * columns.change[-1]:+.2f}%" if len(columns) > 1 else ""
    return f"{columns.bars.symbol} {rule.direction}: {rule.says} (close {columns.close[-1]:,.2f}{moved})"
