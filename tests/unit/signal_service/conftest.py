"""Builders of facts and articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from chitti_shared.expressions.parsing import Parser
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from signal_service.alerts.judgements import Judgement, judge
from signal_service.alerts.news import News
from signal_service.evaluation import ArticleFacts, Dated, Plan, SymbolFacts
from signal_service.rules.book import book_of
from signal_service.scoring.books import empty_book
from signal_service.scoring.records import measured
from signal_service.scoring.scales import Scale

MONDAY = date(2025, 1, 6)
SHIPPED_BOOK = book_of(1, [], [], {})
NOTHING_MEASURED = empty_book([measured(side) for side in SHIPPED_BOOK.sides])
SIZES = np.linspace(0.0, 0.1, 101)
NO_RECORDS = replace(NOTHING_MEASURED, scale=Scale(dict.fromkeys(NOTHING_MEASURED.market.horizons, SIZES)))
SHIPPED_PLAN = Plan([side.when for side in SHIPPED_BOOK.sides])


def weekdays(count: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(days=7 * (i // 5) + i % 5) for i in range(count))


def computed(labels: Sequence[str], bars: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns of expressions, as mojo-compute has them."""
    data = Data(Bars(*(bars[name][None] for name in ("open", "high", "low", "close", "volume"))))
    nodes = [Parser({}).parse(json.loads(label), "", "number") for label in labels]
    return dict(zip(labels, Program(nodes).run(columns_of(data, 0)), strict=True))


def heard(articles: Sequence[News], n: int) -> ArticleFacts:
    """Articles that were first seen after the newest of n bars."""
    return ArticleFacts(
        np.full(len(articles), n),
        np.array([one.score for one in articles], dtype=np.float64),
        np.array([one.confidence for one in articles], dtype=np.float64),
        tuple(one.event or "" for one in articles),
    )


@pytest.fixture
def facts() -> Callable[..., SymbolFacts]:
    """One symbol's facts for the shipped rules; highs and lows are the closes unless given.

    `columns` replaces what mojo-compute would compute, by label; `patterns` are 0 unless given.
    """

    def build(
        close: Sequence[float],
        *articles: News,
        symbol: str = "TCS",
        plan: Plan = SHIPPED_PLAN,
        columns: dict[str, Sequence[float]] | None = None,
        patterns: dict[str, Sequence[float]] | None = None,
        fundamentals: dict[str, float] | None = None,
        sector_ranks: dict[str, float] | None = None,
        **given: Sequence[float],
    ) -> SymbolFacts:
        n = len(close)
        bars = {name: np.array(given.get(name, close), dtype=np.float64) for name in ("open", "high", "low", "close")}
        bars["volume"] = np.array(given.get("volume", np.full(n, 1000.0)), dtype=np.float64)
        days = np.array([(day - date(1970, 1, 1)).days for day in weekdays(n)], dtype=np.int64)
        replaced = {label: np.array(values, dtype=np.float64) for label, values in (columns or {}).items()}
        return SymbolFacts(
            symbol,
            None,
            days,
            **bars,
            columns=computed(plan.columns, bars) | replaced,
            articles=heard(articles, n),
            patterns={name: np.zeros(n) for name in plan.patterns}
            | {name: np.array(values, dtype=np.float64) for name, values in (patterns or {}).items()},
            fundamentals={name: figure(days[0], value) for name, value in (fundamentals or {}).items()},
            sector_ranks={name: figure(days[0], value) for name, value in (sector_ranks or {}).items()},
        )

    return build


@pytest.fixture
def judged(facts: Callable[..., SymbolFacts]) -> Callable[..., Judgement]:
    """What the shipped rules say of a series of closes and articles."""

    def build(close: Sequence[float], *articles: News, look_back: bool = False, **given: Any) -> Judgement:
        built = facts(close, *articles, **given)
        return judge(SHIPPED_BOOK.sides, SHIPPED_PLAN, built, articles, NO_RECORDS, look_back=look_back)

    return build


def figure(day: int, value: float) -> Dated:
    """A figure known from a day on."""
    return Dated(np.array([day]), np.array([value]))


@pytest.fixture
def article() -> Callable[..., News]:
    """One article's word on a symbol."""

    def build(
        sentiment: str,
        *,
        article_id: int = 1,
        cluster_id: int | None = None,
        score: float | None = None,
        confidence: float = 0.8,
        time: datetime = datetime(2025, 3, 14, 5, tzinfo=UTC),
        event: str | None = None,
    ) -> News:
        scores = {"bullish": 0.7, "neutral": 0.0, "bearish": -0.7}
        return News(
            article_id=article_id,
            cluster_id=cluster_id if cluster_id is not None else article_id,
            headline=f"headline {article_id}",
            url="https://example.com/a",
            source="Wire",
            time=time,
            dated=True,
            sentiment=sentiment,
            score=scores[sentiment] if score is None else score,
            confidence=confidence,
            phrases=("rally",),
            event=event,
        )

    return build
