"""Stored addresses beside what a browser reads in the link: the rules of the URL Standard for http and https."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing import parse_feed

BASE = "https://base.example/x/y?z"
FORBIDDEN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
UNFIT = re.compile(r"""[\s"'<>\\^`{|}\x00-\x1f\x7f]""")


def browser_host(link: str) -> str | None:
    """The host that a link on `BASE` leads to; None: to nowhere, or another scheme."""
    link = re.sub(r"[\t\n\r]", "", link.strip("".join(map(chr, range(33)))))
    scheme, rest = re.fullmatch(r"(?s)(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)", link).groups()  # type: ignore[union-attr]
    scheme = (scheme or "https").lower()
    if scheme not in ("http", "https"):
        return None
    if scheme == "https" and not re.match(r"[/\\]{2}", rest):  # the scheme of the base: relative
        return "base.example"
    authority = re.split(r"[/\\?#]", rest.lstrip("/\\"))[0].rpartition("@")[2]
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]+)(?::([0-9]*))?", authority)
    if found is None or int(found[2] or 0) > 65535:
        return None
    return readable_host(found[1])


def readable_host(host: str) -> str | None:
    if host[0] == "[":
        try:
            return str(ipaddress.IPv6Address(host[1:-1])) if "%" not in host else None
        except ValueError:
            return None
    host = unquote(host).lower()
    return None if FORBIDDEN.search(host) or any(map(str.isspace, host)) else host.removeprefix("www.") or host


SIGNS = "ab/\\?#:@% \t\n;[]{}|^`'\"<>\u0936\u00e9\u00a0\u3000\u2028\u0085\x01\x7f+-_~&="
WORDS = [
    "..",
    "https:",
    "HTTP://",
    "//",
    "\\\\",
    "e.example",
    "evil.example",
    "u:p@",
    "\\@",
    "www.",
    ":80",
    "[::1]",
    "%2e",
]
LINKS = st.lists(st.sampled_from([*SIGNS, *WORDS, "%2e"]), max_size=10).map("".join)
STARTS = st.sampled_from(
    ["", "https://", "https://e.example", "HTTP://E.example", "//e.example", "/", "?", "https:", "\\"]
)


def items_of(links: list[str]) -> list[tuple[str, str]]:
    """The address of each item of a JSON Feed, and its publisher."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "home_page_url": BASE,
        "items": [{"title": "t", "url": link} for link in links],
    }
    return [(item.url, item.source_host) for item in parse_feed(orjson.dumps(document)).items]


def item_of(link: str) -> tuple[str, str]:
    return items_of([link])[0]


def same(host: str) -> str:
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError:
        return host


@given(STARTS, LINKS)
def test_a_publisher_is_the_host_that_a_browser_goes_to(start: str, rest: str):
    link = start + rest
    url, publisher = item_of(link)
    if url:
        assert browser_host(url) in (None, same(publisher))
        if not re.match(
            r"[\x00-\x20\u0085\u00a0\u2028\u3000]", start + rest
        ):  # a browser keeps wide spaces around a link
            assert browser_host(link) in (None, same(publisher))


@given(STARTS, LINKS)
def test_no_stored_address_ends_what_a_reader_puts_it_in(start: str, rest: str):
    url, _ = item_of(start + rest)
    assert UNFIT.search(url) is None
    document = f"<feed><entry><title>t</title><link href={quoteattr(start + rest)}/></entry></feed>"
    if not re.search(r"[\x01\x7f\x85]", document):
        assert UNFIT.search(parse_feed(document.encode(), address=BASE).items[0].url) is None


@given(st.lists(st.tuples(STARTS, LINKS).map("".join), max_size=6))
def test_a_publisher_does_not_depend_on_the_links_before(links: list[str]):
    assert items_of(links) == [item_of(link) for link in links]


def test_a_source_is_the_host_that_a_browser_goes_to():
    item = "<item><title>t</title><source url='https://e.example\\@evil.example/a'>S</source></item>"
    feed = parse_feed(f"<rss><channel><title>x</title>{item}</channel></rss>".encode())
    assert feed.items[0].source_host == "e.example"


@pytest.mark.parametrize(
    ("link", "url", "publisher"),
    [
        ("https://e.example\\@evil.example/", "https://e.example/@evil.example/", "e.example"),
        ("https:\\\\e.example\\a", "https://e.example/a", "e.example"),
        ('https://u"<@e.example/', "https://u%22%3C@e.example/", "e.example"),
        ('https://e.example/"><script>', "https://e.example/%22%3E%3Cscript%3E", "e.example"),
        ("https://e.example/?'\\", "https://e.example/?%27%5C", "e.example"),
        ("https://www./", "https://www./", "www."),
        ("https://e.example/%22~", "https://e.example/%22~", "e.example"),
    ],
)
def test_a_link_made_to_trick_a_reader_is_what_it_looks_like_to_a_browser(link: str, url: str, publisher: str):
    assert item_of(link) == (url, publisher)
    assert browser_host(link) == publisher
