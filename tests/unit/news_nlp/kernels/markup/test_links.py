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


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("https://u:p@[2001:db8::1]:80/a b", "", "https://u:p@[2001:db8::1]:80/a%20b"),
        ("/a", "https://[::ffff:1.2.3.4]/x", "https://[::ffff:1.2.3.4]/a"),
        ("https://[fe80::1%25eth0]/", "", "https://[fe80::1%25eth0]/"),
        ("https://[v1.x]/", "", "https://[v1.x]/"),
        ("https://[::1/", "", ""),
        ("https://[1.2.3.4]/", "", ""),
        ("https://[v1.]/", "", ""),
        ("https://]a[/", "", ""),
        ("https://a\u2100b/", "", ""),
        ("https://a\uff0fb/", "", ""),
        ("https://\u2014.example/", "", "https://\u2014.example/"),
        ("https://e%20.example/", "", ""),
        ("\u3000https://e.example/a\u2003", "", "https://e.example/a"),
        ("https://e.example/\u30ab", "", "https://e.example/\u30ab"),
        ("http:a", "http://e.example/x/y", "http://e.example/x/a"),
        ("http:a", "https://e.example/x/y", ""),
        ("https:", "https://e.example/x?y#z", "https://e.example/x?y"),
        ("///a", "https://e.example/x/y", ""),
        ("https:///a", "https://e.example/x/y", ""),
        ("?", "https://e.example/x?y#z", "https://e.example/x?y"),
        ("?#f", "https://e.example/x?y#z", "https://e.example/x?y#f"),
        ("a;b", "https://e.example/x;p/y;q", "https://e.example/x;p/a;b"),
    ],
)
def test_a_link_of_rare_form_is_resolved(link: str, base: str, address: str):
    assert resolve(link, base) == web_address(link, base) == address
    document = f"<feed xml:base='{base}'><entry><title>t</title><link href='{link}'/></entry></feed>"
    assert parse_feed(document.encode()).items[0].url == address


def test_a_semicolon_is_a_sign_as_any_other():
    assert resolve("..;a", "https://e.example/x/y") == "https://e.example/x/..;a"
    assert resolve(";a", "https://e.example/x/y;b?c") == "https://e.example/x/;a"
    assert resolve("?a", "https://e.example/x/y;b?c") == "https://e.example/x/y;b?a"


def test_a_link_beside_a_base_that_is_no_web_address_is_left_to_the_standard_library():
    assert resolve("a", "ftp://e.example/") is None
    assert host("https://e.ex\tample/") is None


NUMBER_PIECES = st.sampled_from(
    ["::", ":", "0", "1", "ff", "fffff", "1.2.3.4", "01", "%", "eth0", "g", "v1.", "[", "]"]
)
NUMBERS = st.lists(NUMBER_PIECES, max_size=10)


@given(NUMBERS.map("".join) | st.ip_addresses(v=6).map(str))
def test_what_stands_in_brackets_is_an_address_when_the_standard_library_says_so(number: str):
    link = f"https://u@[{number}]:80/a"
    assert resolve(link, "") == web_address(link, "")
    assert (host(link) or "").lower() == host_of(link).lower()


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
    # it takes what follows a semicolon in the last segment for parameters
    assume(";" not in re.split(r"[?#]", rest)[0] + re.split(r"[?#]", base)[0])
    found = resolve(link, base)
    assert found is None or comparable(found) == comparable(web_address(link, base))


@given(STARTS, LINKS)
def test_a_host_is_what_the_standard_library_finds(start: str, rest: str):
    found = host(start + rest)
    assert found is None or (found.lower().removeprefix("www.") or found.lower()) == host_of(start + rest).lower()


@pytest.mark.parametrize(
    "url", ["HTTPS://www.S.example/", "https://u@s.example:80/", "//s.example", "http://S.example?x"]
)
def test_the_host_of_a_source_is_found_however_its_address_is_written(url: str):
    document = f"<rss><channel><item><title>t</title><source url='{url}'>S</source></item></channel></rss>"
    assert parse_feed(document.encode()).items[0].source_host == host_of(url) == "s.example"


@given(st.text(alphabet="htps:/@.wS\t\n\r \u3000", max_size=20).map("https://s.example".__add__), st.integers(0, 17))
def test_breaks_within_the_address_of_a_source_count_for_nothing(url: str, at: int):
    url = f"{url[:at]}\n{url[at:]}"
    document = f"<rss><channel><item><title>t</title><source url='{url}'>S</source></item></channel></rss>"
    assert parse_feed(document.encode()).items[0].source_host == host_of(url)


def source_host(host: str) -> str:
    document = f"<rss><channel><item><title>t</title><source url='https://{host}/'>S</source></item></channel></rss>"
    return parse_feed(document.encode()).items[0].source_host


@given(st.text(alphabet=st.characters(min_codepoint=0x80, exclude_categories=["Cs", "Z", "Cc"]), min_size=1))
def test_a_host_of_any_script_is_in_lower_case(name: str):
    assume(host(f"https://{name}/"))
    assert source_host(name) == source_host(f"WWW.{name}") == name.lower()


def test_a_host_whose_letters_depend_on_others_or_are_many_is_in_lower_case():
    for name in ("A\u03a3", "\u0130X", "\u0416" * 200, "A" * 300):
        assert source_host(name) == name.lower()


def test_signs_that_normalise_to_a_delimiter_are_in_no_host():
    delimiters = set("/?#@:")
    for number in range(0x80, 0x110000):
        if not 0xD800 <= number < 0xE000:
            forbidden = not delimiters.isdisjoint(unicodedata.normalize("NFKC", chr(number)))
            assert (host(f"https://a{chr(number)}b/") == "") == forbidden
