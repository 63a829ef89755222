from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing.text import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a<br/>b", "a b"),
        ("M&amp;M &lt;up&gt;", "M&M"),
        ("M&amp;amp;M", "M&M"),
        ("  two \n lines\t", "two lines"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("<script>alert('x')</script>safe", "safe"),
        ("<style>p{}</style>safe", "safe"),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("<!-- note -->seen", "seen"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("<b<i>>hidden", "hidden"),
        ("<\u200bscript>alert(1)</script>safe", "safe"),
        ("<a href='x", ""),
        ("AT&T", "AT&T"),
    ],
)
def test_markup_becomes_the_text_a_reader_sees(markup: str, text: str):
    assert plain_text(markup, 100) == text


def test_a_long_text_is_cut_with_an_ellipsis():
    assert plain_text("word " * 50, 20) == "word word word word\u2026"


@given(st.text(alphabet="<>&;abls/!-= \u200b\n", max_size=80), st.integers(5, 60))
def test_no_tag_survives_and_the_limit_holds(markup: str, limit: int):
    text = plain_text(markup, limit)
    assert len(text) <= limit
    assert not re.search(r"<[A-Za-z/!][^<>]*>", text)
    assert text == " ".join(text.split())
