from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from news_nlp.parsing.text import plain_text

from tests.support import readable_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a<br/>b", "a b"),
        ("a<b>b</b>, <i>c</i>'s <u>d</u> e", "a b, c's d e"),
        ("M&amp;M &lt;up&gt;", "M&M"),
        ("M&amp;amp;M", "M&M"),
        ("  two \n lines\t", "two lines"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("left\u202eright\u2066\u200f", "leftright"),
        ("no\xa0break\u3000wide", "no break wide"),
        ("<script>alert('x')</script>safe", "safe"),
        ("<SCRIPT type='a>b'>if (a < b) alert('</p>')</Script >safe", "safe"),
        ("<style>p{}</style>safe", "safe"),
        ("<styled-box>kept</styled-box>", "kept"),
        ("<script>never ends", ""),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("&lt;p title=&quot;a &gt; b&quot;&gt;text", "text"),
        ("<!-- note -->seen", "seen"),
        ("<!-- never ends", ""),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("p <5 and q >= 6 </ 7", "p <5 and q >= 6 </ 7"),
        ("<b<i>>hidden", "hidden"),
        ("&lt;<b></b>!-- note -->seen", "seen"),
        ("&amp;hearts<b></b>; &", "\u2665 &"),
        ("<\u200bscript>alert(1)</script>safe", "safe"),
        ("&lt&#8203;script>alert(1)&lt;/script>safe", "safe"),
        ("&&#108;t;b>text", "text"),
        ("<a href='x", ""),
        ("<img alt='a > b' src=x>text", "text"),
        ("<a title='it>text", "text"),
        ("AT&T", "AT&T"),
        ("&nosuch; &#; &#x; &", "&nosuch; &#; &#x; &"),
        ("&copy2026 &notin; &notit;", "©2026 ∉ ¬it;"),
        ("&#8377;5 &#x20b9;5 &#128;5", "₹5 ₹5 €5"),
        ("a&#0;b&#xD800;c&#x110000;d&#xFFFF;e", "abcde"),
        ("<![CDATA[M&amp;M <b>x</b>]]>", "M&M x"),
        ("<![CDATA[<![CDATA[twice]]>]]>", "twice"),
        ("a ]]> b", "a ]]> b"),
        ("\ud800half", "half"),
    ],
)
def test_markup_becomes_the_text_a_reader_sees(markup: str, text: str):
    assert plain_text(markup, 100) == text


def test_a_long_text_is_cut_with_an_ellipsis():
    assert plain_text("word " * 50, 20) == "word word word word\u2026"
    assert plain_text("x" * 20, 20) == "x" * 20
    assert plain_text("x" * 21, 20) == "x" * 19 + "\u2026"


def test_every_name_of_html_is_read_as_the_standard_library_does():
    texts = {name: (plain_text(f"x&{name}y", 20), readable_text.plain_text(f"x&{name}y", 20)) for name in html5}
    assert {name: both for name, both in texts.items() if both[0] != both[1]} == {}


@given(st.integers(0, 0x120000), st.booleans())
def test_numbers_of_characters_are_read_as_the_standard_library_does(number: int, hexadecimal: bool):
    reference = f"&#x{number:x};" if hexadecimal else f"&#{number};"
    meant = readable_text.plain_text(html.unescape(reference).replace("\ufffd", ""), 10)
    shown = plain_text(reference, 10)
    unseen = not shown and unicodedata.category(chr(min(number, 0x10FFFF))) in ("Cf", "Mn", "Cn")
    assert unseen or shown in (meant, readable_text.plain_text(reference, 10))


def test_a_tag_escaped_a_thousand_times_does_not_survive():
    assert plain_text("&" + "amp;" * 1000 + "lt;b>x", 1000) == "x"


def test_more_layers_than_are_undone_leave_no_markup():
    markup = "<b>"
    for _ in range(4):
        markup = markup.replace("&", "&&#8203;").replace("<", "&&#8203;lt;")
    assert "<" not in plain_text(markup, 1000)


TAG = re.compile(r"<[A-Za-z]|<[/!?][^<>]*>|<!--")
MARKUP = st.text(alphabet="<>&;abltgmp#x3c/!-=\"' \u200b\n[]CDAT", max_size=120)


@given(MARKUP | st.text(max_size=80), st.integers(1, 60))
@example("<<b>x", 20)
@example("<<b>!-->x", 20)
@example("<<![CDATA[b>]]>", 20)
@example("&am<![CDATA[p;lt;b>", 20)
def test_no_markup_survives_the_limit_holds_and_twice_is_once(markup: str, limit: int):
    text = plain_text(markup, limit)
    assert len(text) <= limit
    assert not TAG.search(text)
    assert text == " ".join(text.split())
    assert plain_text(text, limit) == text


PIECES = st.sampled_from(
    [
        "TCS",
        "profit",
        "M&amp;M",
        "&nbsp;",
        "&#8377;40",
        "<b>",
        "</b>",
        "<br/>",
        "<p class='x'>",
        "</p>",
        "5%",
        " ",
        "\n",
        "<!-- c -->",
        "<script>x < y</script>",
        "\u200b",
        "&lt;i&gt;",
        "&amp;lt; ",
        "A < B",
        "caf\u00e9",
        "\u0936\u0947",
    ]
)
SPACED = re.compile(r" (?=[.,;:!?)%'\u2019])")  # the reference leaves a space where a tag was


@given(st.lists(PIECES, max_size=30).map("".join))
def test_the_readable_reference_agrees_on_what_feeds_write(markup: str):
    ours, readable = plain_text(markup, 1000), readable_text.plain_text(markup, 1000)
    assert SPACED.sub("", ours) == SPACED.sub("", readable)
