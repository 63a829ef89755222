"""Links that are read without the standard library, beside what that makes of them."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from news_nlp.kernels.markup._links import host, resolve
from news_nlp.parsing import parse_feed
from news_nlp.parsing.addresses import host_of, web_address


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("HTTPS://u:p@E.example:80/a b", "", "https://u:p@E.example:80/a%20b"),
        ("//o.example/x", "", "https://o.example/x"),
        ("//o.example/x", "http://e.example/", "http://o.example/x"),
        ("a/./b/../c", "https://e.example/x/y?q#f", "https://e.example/x/a/c"),
        ("../../../a", "https://e.example/x/y", "https://e.example/a"),
        ("..", "https://e.example/x/y/z", "https://e.example/x/"),
        (".", "https://e.example", "https://e.example/"),
        ("/a/../b/", "https://e.example/x", "https://e.example/b/"),
        ("?a=1", "https://e.example/x/./y?q#f", "https://e.example/x/./y?a=1"),
        ("#f", "https://e.example/x?q", "https://e.example/x?q#f"),
        ("a\n\tb", "https://e.example/", "https://e.example/ab"),
        ("https://\u0936.example/\u0936", "", "https://\u0936.example/\u0936"),
        ("a", "", ""),
        ("https:///a", "", ""),
        ("https://u@/a", "", ""),
        ("a\x00b", "https://e.example/", ""),
        ("java+script:x", "https://e.example/", ""),
        ("https://e.example/" + "\u0936" * 2031, "", ""),
    ],
)
def test_an_unusual_link_is_resolved(link: str, base: str, address: str):
    assert resolve(link, base) == web_address(link, base) == address


@pytest.mark.parametrize("link", ["https://[::1]/", "a;b", "https://e.example\uff0fx/", "http:a", "?"])
def test_what_needs_a_full_reading_is_left_to_the_standard_library(link: str):
    assert resolve(link, "https://e.example/x") is None
    document = f"<feed xml:base='https://e.example/x'><entry><title>t</title><link href='{link}'/></entry></feed>"
    assert parse_feed(document.encode()).items[0].url == web_address(link, "https://e.example/x")


SIGNS = 'ab/.?#:@&=% \t\n;[]\u0936\u00a0\u00e9\u3000\u2001\u0085\x00\x7f+-_~<"\\|\uff0f\U0001f4c8'
WORDS = ["..", "./", "../", "/..", "https://", "HTTP://", "http", "e.example", "u:p@", "www.", ":80", "%20"]
PIECES = st.sampled_from([*SIGNS, *WORDS])
LINKS = st.lists(PIECES, max_size=8).map("".join)
STARTS = st.sampled_from(["", "https://", "http://e.example", "HTTPS://E.example:8/", "//", "/", "../", "?", "#"])
BASES = st.sampled_from(
    [
        "",
        "https://e.example/a/b/c?x#y",
        "http://e.example",
        "https://u@E.example:80/x/../y/./z",
        "https://\u0936.example/p/",
    ]
) | LINKS.map("https://e.example/".__add__)


def comparable(address: str) -> str:
    """Without an empty query or fragment, which may stay or go."""
    return address.replace("?#", "#").rstrip("?#")


@given(STARTS, LINKS, BASES)
def test_a_resolved_link_is_what_the_standard_library_makes_of_it(start: str, rest: str, base: str):
    link = start + rest
    # the standard library drops empty segments when it joins paths; RFC 3986 keeps them
    assume("//" not in re.sub(r"[\t\n\r]", "", rest) + base.partition("://")[2] and not (start and rest[:1] == "/"))
    found = resolve(link, base)
    assert found is None or comparable(found) == comparable(web_address(link, base))


@given(STARTS, LINKS)
def test_a_host_is_what_the_standard_library_finds(start: str, rest: str):
    found = host(start + rest)
    assert found is None or found.lower().removeprefix("www.") == host_of(start + rest)


@pytest.mark.parametrize(
    "url", ["HTTPS://www.S.example/", "https://u@s.example:80/", "//s.example", "http://S.example?x"]
)
def test_the_host_of_a_source_is_found_however_its_address_is_written(url: str):
    document = f"<rss><channel><item><title>t</title><source url='{url}'>S</source></item></channel></rss>"
    assert parse_feed(document.encode()).items[0].source_host == host_of(url) == "s.example"


def test_no_sign_that_is_read_here_normalises_to_a_delimiter():
    delimiters = set("/?#@:")
    for number in range(0x80, 0x110000):
        if delimiters & set(unicodedata.normalize("NFKC", chr(number))):
            assert host(f"https://a{chr(number)}b/") is None
