"""Builders of bars, columns and articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from signal_service.alerts.columns import Bars, Columns, columns_of
from signal_service.alerts.news import News

MONDAY = date(2025, 1, 6)


def weekdays(count: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(days=7 * (i // 5) + i % 5) for i in range(count))


def trailing_mean(values: np.ndarray, period: int) -> np.ndarray:
    out = np.full(len(values), np.nan)
    for i in range(period - 1, len(values)):
        out[i] = sum(values[i - period + 1 : i + 1]) / period
    return out


def simple_strength(values: np.ndarray, period: int) -> np.ndarray:
    """Share of the last changes that rose, 0-100: rises and falls where RSI does."""
    out = np.full(len(values), np.nan)
    for i in range(period, len(values)):
        changes = np.diff(values[i - period : i + 1])
        moved = np.abs(changes).sum()
        out[i] = 100.0 * changes[changes > 0].sum() / moved if moved else 0.0
    return out


@pytest.fixture
def columns() -> Callable[..., Columns]:
    """Columns of a series of closes; highs and lows are the closes unless given."""

    def build(
        close: Sequence[float],
        *,
        symbol: str = "TCS",
        high: Sequence[float] | None = None,
        low: Sequence[float] | None = None,
        volume: Sequence[float] | None = None,
        rsi: Sequence[float] | None = None,
    ) -> Columns:
        closes = np.asarray(close, dtype=np.float64)
        n = len(closes)
        bars = Bars(
            symbol,
            weekdays(n),
            closes,
            np.asarray(high if high is not None else closes, dtype=np.float64),
            np.asarray(low if low is not None else closes, dtype=np.float64),
            closes,
            np.asarray(volume if volume is not None else np.full(n, 1000.0), dtype=np.float64),
        )
        strength = simple_strength(closes, 14) if rsi is None else np.asarray(rsi, dtype=np.float64)
        return columns_of(bars, trailing_mean(closes, 20), trailing_mean(closes, 50), strength)

    return build


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
        )

    return build
