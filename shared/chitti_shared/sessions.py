"""On which days the National Stock Exchange trades, for counting ahead of the stored bars.

Bars are the truth where there are any: who counts sessions that have passed counts stored days. Days that are still
to come are known from what the exchange announces: its list of holidays in December for the year after, and single
changes on short notice (a ballot, a feast moved by a day, a session on a Saturday).

A day with nothing but the hour of Muhurat trading on Diwali is closed here; its bar counts once it is stored. Before
the first and after the last year of the table every weekday is a session.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

SATURDAY = 5

# Weekdays without a session. Source: the exchange's yearly circulars on trading holidays and their later changes;
# from October 2020 to September 2025 they are those on which no stock of the NIFTY 50 has a bar, but for Muhurat.
# The list of 2027 is not announced yet: these are the feasts of the earlier lists as they fall in that year.
_CLOSED = {
    2020: "02-21 03-10 04-02 04-06 04-10 04-14 05-01 05-25 10-02 11-16 11-30 12-25",
    2021: "01-26 03-11 03-29 04-02 04-14 04-21 05-13 07-21 08-19 09-10 10-15 11-04 11-05 11-19",
    2022: "01-26 03-01 03-18 04-14 04-15 05-03 08-09 08-15 08-31 10-05 10-24 10-26 11-08",
    2023: "01-26 03-07 03-30 04-04 04-07 04-14 05-01 06-29 08-15 09-19 10-02 10-24 11-14 11-27 12-25",
    2024: "01-22 01-26 03-08 03-25 03-29 04-11 04-17 05-01 05-20 06-17 07-17 08-15 10-02 11-01 11-15 11-20 12-25",
    2025: "02-26 03-14 03-31 04-10 04-14 04-18 05-01 08-15 08-27 10-02 10-21 10-22 11-05 12-25",
    2026: "01-15 01-26 03-03 03-26 03-31 04-03 04-14 05-01 05-28 06-26 09-14 10-02 10-20 11-10 11-24 12-25",
    2027: "01-26 03-10 03-22 03-26 04-14 04-15 05-17 06-16 10-29",
}

# Saturdays and Sundays with a session: days of the Union Budget, and of tests of the second site
_SPECIAL = {2024: "01-20 03-02 05-18", 2025: "02-01", 2026: "02-01"}

FIRST_YEAR, LAST_YEAR = min(_CLOSED), max(_CLOSED)


def _days(years: dict[int, str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"{year}-{day}") for year, days in years.items() for day in days.split())


CLOSED = _days(_CLOSED)
SPECIAL = _days(_SPECIAL)
_closed, _special = frozenset(CLOSED), frozenset(SPECIAL)


def is_session(day: date) -> bool:
    """Whether the exchange trades at its usual hours on that day."""
    return day in _special if day.weekday() >= SATURDAY else day not in _closed


def latest_session(day: date) -> date:
    """The day itself where it is a session, else the newest session before it."""
    while not is_session(day):
        day -= timedelta(days=1)
    return day


def count_sessions(after: date, until: date) -> int:
    """Sessions later than `after` and not later than `until`; 0 where `until` is not the later one."""
    if until <= after:
        return 0
    closed = bisect_right(CLOSED, until) - bisect_right(CLOSED, after)
    special = bisect_right(SPECIAL, until) - bisect_right(SPECIAL, after)
    return _weekdays(until) - _weekdays(after) - closed + special


def add_sessions(day: date, count: int) -> date:
    """The session that is `count` (1 or more) sessions after `day`, whether `day` is one or not."""
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    at = day
    while (missing := count - count_sessions(day, at)) > 0:
        at += timedelta(days=missing)  # never too far: no day has two sessions
    return at


def _weekdays(day: date) -> int:
    """Mondays to Fridays from the first day of the calendar on, this one included."""
    weeks, rest = divmod(day.toordinal(), 7)  # day 1 is a Monday
    return weeks * 5 + min(rest, 5)
