from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chitti_shared.market_time import IST
from hypothesis import given
from hypothesis import strategies as st
from signal_service.work.timetable import TIMETABLE, due_of, latest

OPEN, CLOSE = TIMETABLE
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def india(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 9, day, hour, minute, tzinfo=IST)


def test_an_appointment_is_due_from_its_hour_on_until_it_is_kept():
    kept = {"market_open": india(29, 9, 15), "market_close": india(29, 15, 30)}
    assert due_of(kept, india(30, 9, 14)) == {}
    assert due_of(kept, india(30, 9, 15)) == {"market_open": False}
    kept["market_open"] = india(30, 9, 16)
    assert due_of(kept, india(30, 15, 29)) == {}
    assert due_of(kept, india(30, 16)) == {"market_close": False}


def test_no_appointment_is_due_on_a_weekend():
    kept = {"market_open": india(26, 9, 15), "market_close": india(26, 15, 30)}  # a Friday
    assert due_of(kept, india(27, 20)) == {}
    assert due_of(kept, india(28, 20)) == {}
    assert due_of(kept, india(29, 9, 15)) == {"market_open": False}


def test_a_week_missed_is_due_once():
    kept = {"market_open": india(22, 9, 15), "market_close": india(22, 15, 30)}
    assert due_of(kept, india(30, 12)) == {"market_open": False, "market_close": False}


def test_what_was_never_kept_is_a_first_time():
    assert due_of({}, india(30, 12)) == {"market_open": True, "market_close": True}


@given(TIMES)
def test_the_latest_hour_is_a_weekdays_and_at_most_a_weekend_old(now):
    for one in TIMETABLE:
        hour = latest(one, now)
        assert hour <= now
        assert now - hour < timedelta(days=3)
        assert hour.weekday() < 5
        assert hour.time() == one.at
        assert due_of({name.name: now for name in TIMETABLE}, now) == {}
