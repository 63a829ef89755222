"""On which days the exchange trades."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from chitti_shared.sessions import (
    CLOSED,
    FIRST_YEAR,
    LAST_YEAR,
    SPECIAL,
    add_sessions,
    count_sessions,
    is_session,
    latest_session,
)
from hypothesis import given
from hypothesis import strategies as st

SAMPLE = Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
DAY = timedelta(days=1)
DATES = st.dates(date(2019, 1, 1), date(2028, 12, 31))
# Days of Diwali on which stocks traded for an hour in the evening; those on weekends and on weekdays alike
MUHURAT = {date(2020, 11, 14), date(2021, 11, 4), date(2022, 10, 24), date(2023, 11, 12), date(2024, 11, 1)}


def days_of_bars() -> Counter[date]:
    with zipfile.ZipFile(SAMPLE) as archive:
        lines = archive.read(archive.namelist()[0]).decode().splitlines()
    at = lines[0].split(",").index("date")
    return Counter(date.fromisoformat(line.split(",")[at]) for line in lines[1:])


def test_sessions_are_the_days_on_which_stocks_of_the_index_have_bars():
    traded = days_of_bars()
    first, last = min(traded), max(traded)
    days = [first + step * DAY for step in range((last - first).days + 1)]
    assert [day for day in days if is_session(day) != (day in traded)] == sorted(MUHURAT & set(days))


def test_the_days_are_sorted_and_each_where_it_belongs():
    assert list(CLOSED) == sorted(set(CLOSED))
    assert list(SPECIAL) == sorted(set(SPECIAL))
    assert {day for day in CLOSED if day.weekday() > 4} == set()
    assert {day for day in SPECIAL if day.weekday() < 5} == set()
    assert {day.year for day in CLOSED} == set(range(FIRST_YEAR, LAST_YEAR + 1))


@pytest.mark.parametrize(
    ("year", "day"), [(year, day) for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in ("01-26", "08-15", "10-02")]
)
def test_national_holidays_are_never_sessions(year: int, day: str):
    assert not is_session(date.fromisoformat(f"{year}-{day}"))


def test_years_that_nobody_knows_have_their_weekdays():
    assert is_session(date(LAST_YEAR + 1, 1, 26))
    assert not is_session(date(LAST_YEAR + 1, 1, 1))  # a Saturday


@given(DATES, st.integers(-30, 400))
def test_sessions_are_counted_as_one_counts_them_day_by_day(after: date, span: int):
    days = [after + step * DAY for step in range(1, span + 1)]
    assert count_sessions(after, after + span * DAY) == sum(map(is_session, days))


@given(DATES, st.integers(1, 250))
def test_so_many_sessions_later_is_the_day_that_counts_back(day: date, count: int):
    later = add_sessions(day, count)
    assert is_session(later)
    assert count_sessions(day, later) == count


def test_no_sessions_can_not_be_added():
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        add_sessions(date(2025, 9, 30), 0)


@given(DATES)
def test_the_latest_session_has_none_between_it_and_the_day(day: date):
    latest = latest_session(day)
    assert is_session(latest)
    assert latest <= day
    assert count_sessions(latest, day) == 0
