from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing.dates import parse_date

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import feedparser
    from feedparser.datetimes import _parse_date as feedparser_date

TEN = datetime(2025, 9, 30, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 30 Sep 2025 10:20:00 GMT",
        "Tue, 30 Sep 2025 10:20 GMT",
        "30 Sep 2025 10:20:00 +0000",
        "Tue, 30 Sep 2025 15:50:00 +0530",
        "Tue, 30 Sep 2025 15:50:00 +05:30",
        "Tue, 30 Sep 2025 15:50:00 IST",
        "Tue, 30 Sep 2025 15:50:00 GMT+0530",
        "Tue, 30 Sep 2025 15:50:00 +0530 (IST)",
        "Tue, 30 Sep 25 10:20:00 GMT",
        "tue, 30 sep 2025 10:20:00 gmt",
        "TUE, 30 SEP 2025 10:20:00 Z",
        "Tue,30 Sep 2025 10:20:00 UT",
        "Mon, 30 Sep 2025 15:50 +0530",
        "Tuesday, 30 September 2025 10:20:00 UTC",
        "Tue, 30 Sept 2025 10:20:00 UTC",
        "Tue, 30-Sep-2025 10:20:00 GMT",
        "Tuesday, 30-Sep-25 10:20:00 GMT",
        "Tue, 30 Sep 2025 05:20:00 EST",
        "Tue, 30 Sep 2025 06:20:00 EDT",
        "Tue, 30 Sep 2025 03:20:00 PDT",
        "Tue, 30 Sep 2025 02:20:00 PST",
        "Tue, 30 Sep 2025 12:20:00 CEST",
        "Tue, 30 Sep 2025 18:20:00 SGT",
        "Tue, 30 Sep 2025 15:50:00 Asia/Kolkata",
        "Tue, 30 Sep 2025 10:20:00 XYZ",
        "Tue Sep 30 10:20:00 2025",
        "Tue Sep 30 15:50:00 IST 2025",
        "Tue Sep 30 2025 15:50:00 GMT+0530 (India Standard Time)",
        "30 Sep, 2025 03:50 PM IST",
        "Sep 30, 2025 03:50 PM IST",
        "Sep 30, 2025, 3:50 p.m. IST",
        "September 30th, 2025 at 10:20 am",
        "30 September 2025, 10:20 hrs",
        "15:50 IST, 30 Sep 2025",
        "2025-09-30T10:20:00Z",
        "2025-09-30T15:50:00+05:30",
        "2025-09-30T15:50:00+0530",
        "2025-09-30T15:50+05:30",
        "2025-09-30T10:20:00.000Z",
        "2025-09-30t10:20:00z",
        "2025-09-30T15:50:00+05:30[Asia/Kolkata]",
        "2025-09-30 10:20:00",
        "2025-09-30 10:20",
        "2025-09-30 15:50:00 IST",
        "2025-09-30 15:50:00 +0530",
        "2025/09/30 10:20:00",
        "2025-9-30 10:20:00",
        "20250930T102000Z",
        "20250930T1020Z",
        "20250930102000",
        "2025-273T10:20:00Z",
        "2025273T102000Z",
        "2025-W40-2T10:20:00Z",
        "2025W402T102000Z",
        "30/09/2025 10:20:00",
        "30.09.2025 10:20",
        "30-09-2025 10:20",
        "09/30/2025 10:20",
        "1759227600",
        "1759227600.25",
        "1759227600000",
        "2025-09-30T10:20:00:000Z",
        "2025-09-30 10.20",
        "30.09.2025 10.20",
        "30 Sep 2025 10.20.00",
        "Sep 30, 2025, 03.50 pm IST",
        "Tue, 30 Sep 2025 15:50:00 India Standard Time",
        "Updated: September 30, 2025 15:50 IST",
        "Last Updated : 30 Sep 2025, 03:50 PM IST",
        "Published on 30 Sep 2025 10:20",
        "2025\u5e749\u670830\u65e5 10:20",
        "2025\ub144 09\uc6d4 30\uc77c \uc624\uc804 10:20:00",
        "2025. 9. 30. 10:20",
        " \n Tue, 30 Sep 2025 10:20:00 GMT\t",
        "Tue,\xa030\xa0Sep 2025 10:20:00 GMT",
    ],
)
def test_dates_as_feeds_write_them_are_brought_to_utc(text: str):
    assert parse_date(text) == TEN


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-09-30", datetime(2025, 9, 30, tzinfo=UTC)),
        ("2025-09", datetime(2025, 9, 1, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("20250930", datetime(2025, 9, 30, tzinfo=UTC)),
        ("2020-W53-7", datetime(2021, 1, 3, tzinfo=UTC)),
        ("2019-W01-1", datetime(2018, 12, 31, tzinfo=UTC)),
        ("2024-366", datetime(2024, 12, 31, tzinfo=UTC)),
        ("05/09/2025", datetime(2025, 9, 5, tzinfo=UTC)),
        ("30 Sep 2025", datetime(2025, 9, 30, tzinfo=UTC)),
        ("2025-09-30T24:00:00Z", datetime(2025, 10, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2025-09-30T10:20:00.123456789Z", datetime(2025, 9, 30, 10, 20, 0, 123456, tzinfo=UTC)),
        ("2025-09-30T10:20:00,5Z", datetime(2025, 9, 30, 10, 20, 0, 500000, tzinfo=UTC)),
        ("2004-05-25 \uc624\ud6c4 11:23:17", datetime(2004, 5, 25, 23, 23, 17, tzinfo=UTC)),
        ("2025\u5e749\u670830\u65e5 \u4e0b\u5348 3:05", datetime(2025, 9, 30, 15, 5, tzinfo=UTC)),
        ("2025\u5e749\u670830\u65e5 \u5348\u5f8c3:05", datetime(2025, 9, 30, 15, 5, tzinfo=UTC)),
        ("30 Sep 2025 12:05 AM", datetime(2025, 9, 30, 0, 5, tzinfo=UTC)),
        ("30 Sep 2025 12:05 PM", datetime(2025, 9, 30, 12, 5, tzinfo=UTC)),
        ("30 Sep 2025 18:21 PM", datetime(2025, 9, 30, 18, 21, tzinfo=UTC)),
        ("Wed, 1 Jan 2025 00:00:00 -0800", datetime(2025, 1, 1, 8, tzinfo=UTC)),
        ("Thu, 29 Feb 2024 23:30:00 -0100", datetime(2024, 3, 1, 0, 30, tzinfo=UTC)),
    ],
)
def test_dates_with_their_own_moment(text: str, moment: datetime):
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "today",
        "Tue, 32 Sep 2025 10:20:00 GMT",
        "30 Foo 2025 10:20:00 GMT",
        "0001-01-01",
        "9999-12-31",
        "Tue, 30 Sep 1969 10:20:00 GMT",
        "Tue, 30 Sep 2025 25:20:00 GMT",
        "2025-02-29",
        "2025-13-01",
        "2025-366",
        "2025-W54-1",
        "2025-W40-8",
        "30 Sep",
        "10:20",
        "Sep 2025",
        "Tue, 30 Sep 2025 10:60:00 GMT",
        "13:00 AM 30 Sep 2025",
        "99/99/2025",
        "Tue, 30 Sep 2025 10:20:00 +9999",
        "30 Sep Oct 2025",
        "Sep 30 10.20 2025",
        "30 Sep 2025 10.2025",
        "2025 30 09",
        "1759227600.5.5",
        "1 2 3 4 2025",
        "123456",
        "z " * 40,
        "9" * 101,
        "+",
        "T",
        "-",
    ],
)
def test_impossible_dates_are_none(text: str | None):
    assert parse_date(text) is None


@given(st.text(max_size=60) | st.text(alphabet="0123456789-:/TZ+ SepOct,.WAPMist", max_size=60))
def test_no_text_raises(text: str):
    moment = parse_date(text)
    assert moment is None or (moment.tzinfo is UTC and 1990 <= moment.year <= 2100)


SECONDS = st.integers(700_000_000, 4_000_000_000)
COMPARED = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d %B %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%SZ"]
FORMATS = [
    *COMPARED,
    "%A, %d %B %Y %H:%M:%S +0000",
    "%d %b, %Y %I:%M:%S %p UTC",
    "%b %d, %Y %H:%M:%S",
    "%Y%m%dT%H%M%SZ",
    "%Y-%jT%H:%M:%SZ",
    "%G-W%V-%uT%H:%M:%SZ",
    "%GW%V%uT%H%M%S",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%b-%y %H:%M:%S",
]


@given(SECONDS, st.sampled_from(FORMATS))
def test_every_format_names_its_moment(seconds: int, written: str):
    moment = datetime.fromtimestamp(seconds, UTC)
    if written != "%d-%b-%y %H:%M:%S" or moment.year < 2050:
        assert parse_date(moment.strftime(written)) == moment


@given(SECONDS, st.integers(-14 * 60, 14 * 60))
def test_offsets_count_from_greenwich(seconds: int, minutes: int):
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.strftime("%a, %d %b %Y %H:%M:%S %z")) == moment


@given(st.integers(1_000_000_000, 4_000_000_000))  # twelve digits are a date
def test_counts_since_1970_are_moments(seconds: int):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert parse_date(str(seconds)) == parse_date(f"{seconds}000") == moment


# It drops the time of a basic or ordinal form and the day of a slashed one, takes a week for its Monday, turns 2-digit
# years at 90, and knows neither AM and PM nor dates of numbers whose day comes first; IST is nobody's zone there.
@given(
    SECONDS,
    st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d %B %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%SZ"]
    ),
    st.sampled_from(["", "EST", "PDT", "GMT"]),
)
def test_feedparser_reads_the_same_moment_wherever_it_reads_one(seconds: int, written: str, zone: str):
    text = datetime.fromtimestamp(seconds, UTC).strftime(written.replace("GMT", zone) if zone else written)
    theirs = feedparser_date(text)
    ours = parse_date(text)
    assert ours is not None
    if theirs is not None:
        assert datetime(*theirs[:6], tzinfo=UTC) == ours


def test_the_oracle_is_a_real_one():
    assert feedparser.__version__
    assert feedparser_date("Tue, 30 Sep 2025 05:20:00 EST")[:5] == (2025, 9, 30, 10, 20)
