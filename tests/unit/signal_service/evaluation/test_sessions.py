"""Which bar an article counts on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_service.evaluation.facts import ArticleFacts
from signal_service.evaluation.sessions import FRESH_SESSIONS, articles_of, strengths_of

IST = timedelta(hours=5, minutes=30)
MONDAY = date(2025, 9, 22)
CLOSED = {date(2025, 10, 2), date(2025, 10, 21), date(2025, 10, 22), date(2025, 11, 5)}
DAYS = [MONDAY + timedelta(days=number) for number in range(9) if number % 7 < 5]  # two weeks, without weekends


def days_of(days: list[date]) -> np.ndarray:
    return np.array([(day - date(1970, 1, 1)).days for day in days], dtype=np.int64)


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def in_india(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - IST


def counted(*told: tuple[datetime, datetime], days: list[date] = DAYS) -> list[int]:
    seen = np.array([seconds(one) for one, _published in told], dtype=np.int64)
    published = np.array([seconds(one) for _seen, one in told], dtype=np.int64)
    ones = np.ones(len(told))
    return articles_of(days_of(days), seen, published, ones, ones, [""] * len(told)).bars.tolist()


@pytest.mark.parametrize(
    ("seen", "bar"),
    [
        (in_india(DAYS[2], 9), 2),
        (in_india(DAYS[2], 15, 30), 2),
        (in_india(DAYS[2], 15, 31), 3),
        (in_india(DAYS[4] + timedelta(days=1), 12), 5),  # on a Saturday
        (in_india(DAYS[0], 0), 0),
        (in_india(DAYS[-1], 16), len(DAYS)),
    ],
)
def test_an_article_counts_on_the_first_bar_that_closes_after_it_was_seen(seen, bar):
    assert counted((seen, seen)) == [bar]


def test_what_was_seen_before_the_first_day_counts_on_none():
    seen = in_india(DAYS[0], 0) - timedelta(minutes=1)
    assert counted((seen, seen)) == []


@pytest.mark.parametrize(("sessions", "bars"), [(0, [6]), (3, [6]), (4, [])])
def test_news_published_more_than_three_sessions_before_its_bar_is_old(sessions, bars):
    assert counted((in_india(DAYS[6], 10), in_india(DAYS[6 - sessions], 10))) == bars


@pytest.mark.parametrize(("later", "bars"), [(0, [7]), (1, [7]), (6, [7]), (7, [])])
def test_the_calendar_tells_the_sessions_after_the_newest_bar(later, bars):
    seen = in_india(DAYS[-1] + timedelta(days=later), 16)  # 2 October is closed, and then comes a weekend
    assert counted((seen, seen)) == bars


def test_no_bars_have_no_articles():
    facts = articles_of(np.empty(0, np.int64), np.array([1]), np.array([1]), np.ones(1), np.ones(1), ("deal",))
    assert (len(facts.bars), facts.events) == (0, ())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=15, unique=True).map(sorted),
    st.lists(st.tuples(st.integers(-48, 60 * 24), st.integers(-400, 400)), max_size=8),
)
def test_articles_count_where_a_plain_reading_puts_them(offsets, told):
    days = [MONDAY + timedelta(days=number) for number in offsets]
    told = sorted(told)
    times = [(in_india(MONDAY, 0) + timedelta(hours=seen, minutes=7), seen + back) for seen, back in told]
    articles = [(seen, in_india(MONDAY, 0) + timedelta(hours=published)) for seen, published in times]
    expected = []
    for seen, published in articles:
        if seen < in_india(days[0], 0):
            continue
        bar = next((number for number, day in enumerate(days) if in_india(day, 15, 30) >= seen), len(days))
        own, newest = (published + IST).date(), days[min(bar, len(days) - 1)]
        if bar == len(days) and own > newest:
            between = [newest + timedelta(days=step) for step in range(1, (own - newest).days + 1)]
            age = sum(day.weekday() < 5 and day not in CLOSED for day in between)
        else:
            age = sum(own < day <= newest for day in days)
        if age <= FRESH_SESSIONS:
            expected.append(bar)
    assert counted(*articles, days=days) == expected


def facts_on(*told: tuple[int, float, float]) -> ArticleFacts:
    bars, scores, confidences = zip(*told, strict=True)
    return ArticleFacts(np.array(bars), np.array(scores), np.array(confidences), ("",) * len(told))


def test_a_bar_has_the_strength_of_its_strongest_fresh_article():
    facts = facts_on((1, 0.5, 0.4), (3, -0.9, 1.0), (3, 0.1, 1.0), (8, 1.0, 1.0))
    found = strengths_of(facts, 8)
    np.testing.assert_allclose(found, [np.nan, 0.2, 0.2, 0.9, 0.9, 0.9, 0.9, np.nan])


def test_without_articles_no_bar_has_a_strength():
    assert np.isnan(strengths_of(None, 4)).all()
    assert len(strengths_of(None, 0)) == 0
