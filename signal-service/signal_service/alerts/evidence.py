"""Every number behind a finding, named, with its unit and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from signal_service.alerts.columns import Columns
from signal_service.alerts.news import News, NewsView
from signal_service.alerts.rules import Rule
from signal_service.alerts.scores import HORIZON, Impact, TrackRecord

PRICES = "md.eod_prices"
COMPUTE = "mojo-compute compute_batch"
OWN = "signal-service"


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of evidence; `value` is a number, or a text where it is one (a date, phrases)."""

    name: str
    value: float | str
    unit: str | None
    source: str


@dataclass(frozen=True, slots=True)
class _Citable:
    unit: str
    source: str
    read: Callable[[Columns], float]


_CITABLE: dict[str, _Citable] = {
    "sma_20": _Citable("INR", f"{COMPUTE} sma(20)", lambda c: c.sma_20[-1]),
    "sma_50": _Citable("INR", f"{COMPUTE} sma(50)", lambda c: c.sma_50[-1]),
    "sma_20_previous": _Citable("INR", f"{COMPUTE} sma(20)", lambda c: c.sma_20[-2]),
    "sma_50_previous": _Citable("INR", f"{COMPUTE} sma(50)", lambda c: c.sma_50[-2]),
    "rsi_14": _Citable("0-100", f"{COMPUTE} rsi(14)", lambda c: c.rsi_14[-1]),
    "rsi_14_previous": _Citable("0-100", f"{COMPUTE} rsi(14)", lambda c: c.rsi_14[-2]),
    "high": _Citable("INR", PRICES, lambda c: c.bars.high[-1]),
    "low": _Citable("INR", PRICES, lambda c: c.bars.low[-1]),
    "prior_high": _Citable("INR", f"{PRICES}, 252 sessions before", lambda c: c.prior_high[-1]),
    "prior_low": _Citable("INR", f"{PRICES}, 252 sessions before", lambda c: c.prior_low[-1]),
    "volatility": _Citable("% a day", f"{PRICES}, 20 sessions before", lambda c: 100.0 * c.volatility[-1]),
}


def evidence_of(
    rule: Rule, columns: Columns, view: NewsView, lead: News | None, impact: Impact, record: TrackRecord
) -> tuple[Fact, ...]:
    """The facts of one finding: the bar, what the rule read, the news, the score's parts, the record."""
    facts = [*_bar_facts(columns), *_cited_facts(rule, columns)]
    if lead is not None:
        facts += _news_facts(view, lead)
    return (*facts, *_impact_facts(impact), *_record_facts(record))


def _bar_facts(c: Columns) -> Iterator[Fact]:
    yield Fact("bar_date", c.bars.dates[-1].isoformat(), None, PRICES)
    yield _number("close", c.close[-1], "INR", PRICES)
    if len(c) > 1:
        yield _number("change", 100.0 * c.change[-1], "%", PRICES)
    if len(c) > HORIZON:
        yield _number("change_5_sessions", 100.0 * c.change_5[-1], "%", PRICES)
    yield _number("volume", c.bars.volume[-1], "shares", PRICES)
    if not np.isnan(c.volume_ratio[-1]):
        yield _number("volume_ratio", c.volume_ratio[-1], "x the mean of 20 sessions", PRICES)


def _cited_facts(rule: Rule, c: Columns) -> Iterator[Fact]:
    for name in rule.cites:
        citable = _CITABLE[name]
        yield _number(name, citable.read(c), citable.unit, citable.source)


def _news_facts(view: NewsView, lead: News) -> Iterator[Fact]:
    source = f"news.articles {lead.article_id}"
    yield _number("sentiment_score", lead.score, "-1 to 1", source)
    yield _number("sentiment_confidence", lead.confidence, "0 to 1", source)
    if lead.phrases:
        yield Fact("phrases", "; ".join(lead.phrases), None, source)
    yield Fact("published_at" if lead.dated else "first_seen_at", lead.time.isoformat(), None, source)
    yield _number("fresh_articles", float(len(view.articles)), "articles", "news.articles")
    yield _number("news_score", view.score, "-1 to 1", "news.articles, confidence-weighted mean")


def _impact_facts(impact: Impact) -> Iterator[Fact]:
    unit = "share of the 252 sessions before"
    for name, part in (("move_rank", impact.move), ("volume_rank", impact.volume), ("trend_rank", impact.trend)):
        if part is not None:
            yield _number(name, part, unit, PRICES)
    if impact.news is not None:
        yield _number("news_strength", impact.news, "|score| x confidence", OWN)


def _record_facts(record: TrackRecord) -> Iterator[Fact]:
    source = f"{PRICES}, price part of the rule, outcome after {HORIZON} sessions"
    yield _number("past_cases", float(record.cases), "cases", source)
    if record.rate is not None and record.base is not None and record.mean_return is not None:
        yield _number("past_hit_rate", record.rate, "share of cases", source)
        yield _number("base_rate", record.base, "share of all bars", source)
        yield _number("past_mean_return", 100.0 * record.mean_return, "%", source)


def _number(name: str, value: float, unit: str, source: str) -> Fact:
    return Fact(name, round(float(value), 4), unit, source)
