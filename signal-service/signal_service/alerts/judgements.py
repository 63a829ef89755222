"""Run the rules on one symbol's facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from chitti_shared.market_time import IST
from chitti_shared.sessions import add_sessions

from signal_service.alerts.bars import Newest, dates_of, newest_of
from signal_service.alerts.evidence import Fact, evidence_of
from signal_service.alerts.news import News, NewsView, view_of
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.rules import Direction, Kind, RuleKey, RuleSide
from signal_service.scoring.books import Book
from signal_service.scoring.records import SIGN
from signal_service.scoring.scores import score_of

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
    cooldown: int = 5
    horizon: int = 5
    expires_at: datetime | None = None

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

    `dates` are its newest trading days; `held_before` the conditions that held on the bar before the newest
    (where that was looked at): for who was never judged by them, those are no transitions.
    """

    symbol: str
    dates: tuple[date, ...]
    findings: tuple[Finding, ...]
    held_before: frozenset[RuleKey]

    @property
    def bar_date(self) -> date:
        return self.dates[-1]


def judge(
    sides: Sequence[RuleSide],
    plan: Plan,
    facts: SymbolFacts,
    articles: Iterable[News],
    records: Book,
    *,
    look_back: bool,
) -> Judgement:
    """All rules on the newest bar and the fresh news; no clock, no state.

    Parameters
    ----------
    sides : sequence of RuleSide
        Row i of `plan` is the condition of side i.
    plan : Plan
    facts : SymbolFacts
        One bar or more.
    articles : iterable of News
        What is written on the symbol, of which the fresh is looked at.
    records : Book
        What followed the earlier cases of the same rules.
    look_back : bool
        Whether to tell what held on the bar before.
    """
    dates = dates_of(facts)
    newest_two = plan.run_newest(facts, 2 if look_back else 1)
    holds = newest_two[:, -1]
    earlier = newest_two[:, -2] if newest_two.shape[1] > 1 else ()
    held_before = frozenset(side.key for side, before in zip(sides, earlier, strict=False) if before)
    found = [row for row in range(len(sides)) if holds[row]]
    if not found:
        return Judgement(facts.symbol, dates, (), held_before)
    view, newest = view_of(articles, dates), newest_of(facts)
    findings = tuple(_finding(sides[row], plan, row, facts, newest, view, records) for row in found)
    return Judgement(facts.symbol, dates, findings, held_before)


def lead_of(side: RuleSide, view: NewsView) -> News | None:
    """The article that stands for the news that a rule read: of its events, if it asks for such, in its direction."""
    if not side.reads_news:
        return None
    told = [one for one in view.articles if one.event in side.events] if side.events else list(view.articles)
    leaning = [one for one in told if one.sentiment == side.direction]
    return max(leaning or told, key=lambda one: (one.strength, -one.article_id), default=None)


def expiry_of(bar_date: date, sessions: int) -> datetime:
    """When an alert of a bar is over: the close so many sessions of the exchange later."""
    return datetime.combine(add_sessions(bar_date, sessions), MARKET_CLOSE).astimezone(UTC)


def _finding(
    side: RuleSide,
    plan: Plan,
    row: int,
    facts: SymbolFacts,
    newest: Newest,
    view: NewsView,
    records: Book,
) -> Finding:
    lead = lead_of(side, view)
    key = side.name, SIGN[side.direction]
    news = max((one.strength for one in view.articles), default=None)
    score = score_of(records, key, facts.symbol, facts.days, facts.close, facts.volume, news)
    confidence = score.confidence.value
    closed = datetime.combine(newest.day, MARKET_CLOSE).astimezone(UTC)
    return Finding(
        symbol=facts.symbol,
        kind=side.kind,
        rule=side.name,
        direction=side.direction,
        impact=round(score.impact.value, 1),
        confidence=round(confidence, 4) if confidence is not None else None,
        confidence_basis=score.confidence.basis,
        price=newest.close,
        bar_date=newest.day,
        as_of=max(closed, lead.time) if lead is not None else closed,
        summary=_summary(side, facts.symbol, newest),
        lead=lead,
        evidence=evidence_of(newest, plan.explain(row, facts, live=True), view, lead, score),
        cooldown=side.cooldown,
        horizon=side.horizon,
        expires_at=expiry_of(newest.day, side.expires),
    )


def _summary(side: RuleSide, symbol: str, newest: Newest) -> str:
    moved = f", {100.0 * newest.change:+.2f}%" if newest.change is not None else ""
    return f"{symbol} {side.direction}: {side.says} (close {newest.close:,.2f}{moved})"
