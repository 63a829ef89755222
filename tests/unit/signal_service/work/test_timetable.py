from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chitti_shared.market_time import IST
from chitti_shared.sessions import is_session
from hypothesis import given
from hypothesis import strategies as st
from signal_service.work.timetable import TIMETABLE, due_of, latest

OPEN, CLOSE = TIMETABLE
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def india(day: int, hour: int, minute: int = 0, *, month: int = 9) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=IST)


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


def test_no_appointment_is_due_on_a_holiday():
    kept = {"market_open": india(1, 9, 15, month=10), "market_close": india(1, 15, 30, month=10)}
    assert due_of(kept, india(2, 20, month=10)) == {}  # Gandhi Jayanti, a Thursday
    assert due_of(kept, india(3, 9, 15, month=10)) == {"market_open": False}


def test_a_session_on_a_saturday_has_its_appointments():
    friday = datetime(2025, 1, 31, 16, tzinfo=IST)
    kept = {"market_open": friday, "market_close": friday}
    assert due_of(kept, datetime(2025, 2, 1, 15, 30, tzinfo=IST)) == {"market_open": False, "market_close": False}


def test_a_week_missed_is_due_once():
    kept = {"market_open": india(22, 9, 15), "market_close": india(22, 15, 30)}
    assert due_of(kept, india(30, 12)) == {"market_open": False, "market_close": False}


def test_what_was_never_kept_is_a_first_time():
    assert due_of({}, india(30, 12)) == {"market_open": True, "market_close": True}


@given(TIMES)
def test_the_latest_hour_is_a_sessions_and_at_most_a_long_weekend_old(now):
    for one in TIMETABLE:
        hour = latest(one, now)
        assert hour <= now
        assert now - hour < timedelta(days=5)  # a weekend with a holiday on either side
        assert is_session(hour.date())
        assert hour.time() == one.at
        assert due_of({name.name: now for name in TIMETABLE}, now) == {}
