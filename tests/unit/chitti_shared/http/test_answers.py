from __future__ import annotations

import pytest
from chitti_shared.http import Fetched
from chitti_shared.http.answers import _retry_after
from hypothesis import given
from hypothesis import strategies as st

DATE = "Tue, 30 Sep 2025 10:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("9" * 30, 86_400),
        ("Tue, 30 Sep 2025 10:02:00 GMT", 120),
        ("Tue, 30 Sep 2025 15:32:00 +0530", 120),
        ("Tue, 30 Sep 2025 09:00:00 GMT", 0),
        ("Tue, 30 Sep 2125 10:00:00 GMT", 86_400),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Tue, 99 Sep 2025 10:00:00 GMT", None),
    ],
)
def test_the_time_to_wait_is_a_number_or_a_date_by_the_servers_clock(value: str, seconds: int | None):
    assert _retry_after(value, DATE) == seconds


def test_a_date_without_a_clock_of_the_server_is_held_against_ours():
    assert _retry_after("Tue, 30 Sep 2025 10:02:00 GMT", "") == 0
    assert _retry_after("Tue, 30 Sep 2125 10:02:00 GMT", "nonsense") == 86_400


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_it(value: str, date: str):
    seconds = _retry_after(value, date)
    assert seconds is None or 0 <= seconds <= 86_400


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('application/rss+xml;version=2 ; Charset = "ISO-8859-1"', "ISO-8859-1"),
        ("text/xml; charset=", None),
        ("text/xml; charset=<script>", None),
        ("text/xml", None),
        ("", None),
    ],
)
def test_the_charset_is_that_of_the_content_type(content_type: str, charset: str | None):
    assert Fetched("https://a.example/", b"", content_type, None, None).charset == charset
