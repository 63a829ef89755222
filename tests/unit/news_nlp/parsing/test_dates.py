from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing.dates import parse_date

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
        "Tuesday, 30 September 2025 10:20:00 UTC",
        "Tue, 30 Sep 2025 05:20:00 EST",
        "2025-09-30T10:20:00Z",
        "2025-09-30T15:50:00+05:30",
        "2025-09-30 10:20:00",
        "20250930T102000Z",
    ],
)
def test_dates_as_feeds_write_them_are_brought_to_utc(text: str):
    assert parse_date(text) == TEN


@pytest.mark.parametrize(
    "text",
    [None, "", "today", "Tue, 32 Sep 2025 10:20:00 GMT", "30 Foo 2025 10:20:00 GMT", "0001-01-01", "9999-12-31",
     "Tue, 30 Sep 1969 10:20:00 GMT", "9" * 101, "Tue, 30 Sep 2025 25:20:00 GMT"],
)  # fmt: skip
def test_impossible_dates_are_none(text: str | None):
    assert parse_date(text) is None


@given(st.text(max_size=60))
def test_no_text_raises(text: str):
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(700_000_000, 4_000_000_000))
def test_rfc_822_and_iso_agree(seconds: int):
    moment = datetime.fromtimestamp(seconds, UTC)
    written = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert parse_date(written) == parse_date(moment.isoformat()) == moment
