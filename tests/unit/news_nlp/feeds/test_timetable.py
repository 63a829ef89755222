from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from chitti_shared.errors import InvalidInput
from chitti_shared.market_time import IST
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.feeds.timetable import Cron, next_turn

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MOMENTS = st.integers(0, 15 * 366 * 1440).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IST)


@pytest.mark.parametrize(
    ("expression", "now", "expected"),
    [
        ("*/5 9-15 * * mon-fri", "2025-09-30T09:03:20", "2025-09-30T09:05"),
        ("*/5 9-15 * * mon-fri", "2025-09-30T15:55", "2025-10-01T09:00"),
        ("*/5 9-15 * * 1-5", "2025-10-03T15:55", "2025-10-06T09:00"),
        ("0 18 * * 0", "2025-09-30T00:00", "2025-10-05T18:00"),
        ("0 18 * * 7", "2025-09-30T00:00", "2025-10-05T18:00"),
        ("0 18 * * FRI-SUN", "2025-10-01T00:00", "2025-10-03T18:00"),
        ("15,45 8 1 jan,jul *", "2025-09-30T00:00", "2026-01-01T08:15"),
        ("30 9 29 2 *", "2025-09-30T00:00", "2028-02-29T09:30"),
        ("0 0 13 * fri", "2025-09-30T00:00", "2025-10-03T00:00"),
        ("0 0 13 * fri", "2025-10-10T12:00", "2025-10-13T00:00"),
        ("0 0 */2 * fri", "2025-09-30T00:00", "2025-10-03T00:00"),
        ("59 23 31 12 *", "2025-12-31T23:59", "2026-12-31T23:59"),
        ("10-30/10 * * * *", "2025-09-30T10:10", "2025-09-30T10:20"),
    ],
)
def test_an_expression_means_what_cron_means_by_it_in_indian_time(expression: str, now: str, expected: str):
    found = Cron.parse(expression).next_after(at(now))
    assert found == at(expected)
    assert found.tzinfo is UTC


def entries(low: int, high: int) -> st.SearchStrategy[Field]:
    """Ranges with a step."""
    number = st.integers(low, high)
    one = st.tuples(number, number, st.integers(1, 7)).map(lambda e: (min(e[:2]), max(e[:2]), e[2]))
    return st.lists(one, max_size=3)


Field = list[tuple[int, int, int]]
ANY_DAY = (*DAYS, "sun")


def spelled(field: Field) -> str:
    return ",".join(f"{first}-{last}/{step}" for first, last, step in field) or "*"


def one_by_one(field: Field, names: tuple[str, ...] = ()) -> str:
    """As the oracle takes it: no step beyond the range, days by name since its week begins on another day."""
    call = names.__getitem__ if names else str
    return ",".join(call(one) for first, last, step in field for one in range(first, last + 1, step)) or "*"


@given(entries(0, 59), entries(0, 23), entries(1, 28), entries(1, 12), entries(0, 7), MOMENTS)
def test_the_next_time_is_that_of_a_scheduler(
    minute: Field, hour: Field, day: Field, month: Field, weekday: Field, now: datetime
):
    ours = Cron.parse(" ".join(map(spelled, (minute, hour, day, month, weekday)))).next_after(now)

    def theirs(day: str, weekday: str) -> datetime:
        trigger = CronTrigger(
            minute=one_by_one(minute),
            hour=one_by_one(hour),
            day=day,
            month=one_by_one(month),
            day_of_week=weekday,
            timezone=IST,
        )
        return trigger.get_next_fire_time(None, now.replace(second=0, microsecond=0) + timedelta(minutes=1))

    days, weekdays = one_by_one(day), one_by_one(weekday, ANY_DAY)
    if day and weekday:  # either is enough
        assert ours == min(theirs(days, "*"), theirs("*", weekdays))
    else:
        assert ours == theirs(days, weekdays)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "5 fields, found 0"),
        ("* * * *", "5 fields, found 4"),
        ("0 * * * * *", "5 fields, found 6"),
        ("60 * * * *", "minute is 0 to 59; found '60'"),
        ("* 24 * * *", "hour is 0 to 23; found '24'"),
        ("* * 0 * *", "day of month is 1 to 31; found '0'"),
        ("* * * 13 *", "month is 1 to 12, or jan to dec; found '13'"),
        ("* * * * 8", "day of week is 0 to 7, or sun to sat; found '8'"),
        ("* * * * monday", "found 'monday'"),
        ("*/0 * * * *", "a step is"),
        ("*/x * * * *", "a step is"),
        ("5/10 * * * *", "a step is"),
        ("*/ * * * *", "a step is"),
        ("30-10 * * * *", "runs backwards"),
        ("-5 * * * *", "half a range"),
        ("5- * * * *", "half a range"),
        ("1,,2 * * * *", "found ''"),
        ("* * * * fri-mon", "runs backwards"),
        ("٣ * * * *", "found '٣'"),
        ("0 0 30 2 *", "no such day comes"),
        ("@daily", "5 fields, found 1"),
    ],
)
def test_what_is_no_expression_says_which_field_and_what_it_may_hold(expression: str, said: str):
    with pytest.raises(InvalidInput) as refused:
        Cron.parse(expression)
    assert said in refused.value.message
    assert refused.value.details == {"field": "schedule", "constraint": "cron expression of five fields"}


@given(st.text("0123456789*/,-abfmnrsu ", max_size=30))
def test_any_text_is_an_expression_or_refused(text: str):
    try:
        cron = Cron.parse(text)
    except InvalidInput:
        return
    now = datetime(2025, 9, 30, tzinfo=UTC)
    assert cron.next_after(now) > now


def test_without_a_schedule_the_interval_counts():
    now = datetime(2025, 9, 30, 10, tzinfo=UTC)
    assert next_turn(None, 600, now) == now + timedelta(minutes=10)
    assert next_turn("0 18 * * *", 600, now) == at("2025-09-30T18:00")
