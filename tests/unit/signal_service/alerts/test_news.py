from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from signal_service.alerts.news import sessions_between, view_of

FRIDAY = date(2025, 3, 14)
DATES = (date(2025, 3, 10), date(2025, 3, 11), date(2025, 3, 12), date(2025, 3, 13), FRIDAY)


@pytest.mark.parametrize(
    ("time", "sessions"),
    [
        (datetime(2025, 3, 14, 5, tzinfo=UTC), 0),
        (datetime(2025, 3, 13, 19, tzinfo=UTC), 0),  # 00:30 of Friday in India
        (datetime(2025, 3, 13, 5, tzinfo=UTC), 1),
        (datetime(2025, 3, 10, 5, tzinfo=UTC), 4),
        (datetime(2025, 3, 15, 5, tzinfo=UTC), 0),  # a weekend has no session
        (datetime(2025, 3, 17, 5, tzinfo=UTC), 1),
        (datetime(2025, 3, 19, 5, tzinfo=UTC), 3),
        (datetime(2025, 3, 24, 5, tzinfo=UTC), 6),
        (datetime(2025, 3, 31, 5, tzinfo=UTC), 10),  # closed
        (datetime(2025, 4, 1, 5, tzinfo=UTC), 11),
    ],
)
def test_sessions_are_counted_on_stored_bars_and_by_the_calendar_beyond(time, sessions):
    assert sessions_between(time, DATES) == sessions


def test_news_more_than_three_sessions_away_is_not_fresh(article):
    old = article("bullish", time=datetime(2025, 3, 10, 5, tzinfo=UTC))
    assert view_of([old], DATES).articles == ()


def test_repeats_of_one_piece_of_news_count_once(article):
    told = [
        article("bullish", article_id=1, score=0.8, confidence=0.5),
        article("bullish", article_id=2, cluster_id=1, score=0.6, confidence=1.0),
        article("bearish", article_id=3, score=-0.9, confidence=0.5),
    ]
    # the stronger teller of cluster 1 (0.6 at 1.0) against 3 (-0.9 at 0.5)
    assert view_of(told, DATES).score == pytest.approx((0.6 * 1.0 - 0.9 * 0.5) / 1.5)


def test_neutral_news_takes_no_side(article):
    view = view_of([article("neutral")], DATES)
    assert view.score == 0.0
    assert view.lead("bullish") is None
    assert view.lead("bearish") is None


def test_the_lead_is_the_strongest_article_of_the_winning_side(article):
    weak, strong = article("bullish", article_id=1, score=0.3), article("bullish", article_id=2, score=0.9)
    against = article("bearish", article_id=3, score=-0.4)
    view = view_of([weak, strong, against], DATES)
    assert view.lead("bullish") == strong
    assert view.lead("bearish") is None


def test_of_two_equally_strong_articles_the_first_leads(article):
    first, second = article("bullish", article_id=1), article("bullish", article_id=2)
    assert view_of([second, first], DATES).lead("bullish") == first
