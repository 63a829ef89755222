from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from news_nlp.parsing import parse_feed
from news_nlp.parsing.addresses import host_of, web_address


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("https://e.example/a", "", "https://e.example/a"),
        ("HTTP://E.example/A", "", "http://E.example/A"),
        ("/a", "https://e.example/b/c", "https://e.example/a"),
        ("a?b=1#c", "https://e.example/b/c", "https://e.example/b/a?b=1#c"),
        ("../a", "https://e.example/b/c/d", "https://e.example/b/a"),
        ("//o.example/a", "http://e.example/", "http://o.example/a"),
        ("//o.example/a", "", "https://o.example/a"),
        ("https://e.example/a b", "", "https://e.example/a%20b"),
        ("https://e.example/a\n\tb", "", "https://e.example/ab"),
        ("https://e.example:8443/a", "", "https://e.example:8443/a"),
        ("https://e.example/\u0936", "", "https://e.example/\u0936"),
        ("/a", "", ""),
        ("javascript:alert(1)", "https://e.example/", ""),
        (" JavaScript:alert(1)", "https://e.example/", ""),
        ("java\nscript:alert(1)", "https://e.example/", ""),
        ("data:text/html,x", "https://e.example/", ""),
        ("file:///etc/passwd", "https://e.example/", ""),
        ("mailto:a@e.example", "https://e.example/", ""),
        ("https:///nohost", "", ""),
        ("https://[::1", "", ""),
        ("https://e.example/\"><script>'`{|}^", "", "https://e.example/%22%3E%3Cscript%3E%27%60%7B%7C%7D%5E"),
        ("https://e.example\\@evil.example/", "", "https://e.example/@evil.example/"),
        ("\\\\e.example\\a?b\\c#d\\e", "https://o.example/", "https://e.example/a?b%5Cc#d%5Ce"),
        ('/a?b="c"', "https://e.example/", "https://e.example/a?b=%22c%22"),
        ("a\u3000b\u00a0c", "https://e.example/", "https://e.example/a%E3%80%80b%C2%A0c"),
        ("a", 'https://e.example/<">\\b', "https://e.example/%3C%22%3E/a"),
        ("https://e%2eexample/", "", ""),
        ("https://e<b>.example/", "", ""),
        ("https://e.example/\x00", "", ""),
        ("https://e.example/" + "a" * 2048, "", ""),
    ],
)
def test_a_link_becomes_an_address_of_the_web_or_nothing(link: str, base: str, address: str):
    assert web_address(link, base) == address


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.E.example/a", "e.example"),
        ("HTTP://e.example:80", "e.example"),
        ("", ""),
        ("/a", ""),
        ("https://[::1", ""),
    ],
)
def test_a_host_is_in_lower_case_and_without_www(url: str, host: str):
    assert host_of(url) == host


# The standard library drops a semicolon that nothing follows, and empty segments; RFC 3986 keeps both
PARTS = st.text(alphabet="ab/.?#:&=%-_~\u0936", max_size=12).filter(lambda part: "//" not in part)

STARTS = ["", "/", "../", "../../", "?", "x:", "java:", "http://", "https://e.example", "https://E.example:80"]
STARTS += ["HTTPS://e.example", "https://e.example:", "https://e.example:99999x"]


@given(
    st.sampled_from(STARTS),
    PARTS,
    PARTS.filter(lambda path: path[:1] != "/"),
)
def test_what_the_scan_joins_by_itself_is_what_the_standard_library_would(start: str, link: str, path: str):
    assume(not (start.startswith("..") and link.startswith("/")))
    assume(start + link != "//" and not (start == "/" and link[:2] in ("/?", "/#")))  # an authority without a host
    home = f"https://e.example/{path}"
    written = (start + link).replace("&", "&amp;")
    document = (
        f"<feed xml:base='{home.replace('&', '&amp;')}'><entry><title>t</title><link href='{written}'/></entry></feed>"
    )
    address = parse_feed(document.encode()).items[0].url
    try:
        joined = urljoin(home, start + link)
        parts = urlsplit(joined)
        host = "" if "%" in (parts.hostname or "") else parts.hostname  # which a browser reads in another way
        expected = parts.geturl() if parts.scheme in ("http", "https") and host and start + link else ""
    except ValueError:
        expected = ""
    # an empty query or fragment may go
    assert address.replace("?#", "#").rstrip("?#") == expected.replace("?#", "#").rstrip("?#")
