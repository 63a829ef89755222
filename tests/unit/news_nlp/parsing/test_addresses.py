from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
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


@given(
    st.sampled_from(
        [
            "",
            "http://",
            "https://e.example",
            "https://E.example:80",
            "HTTPS://e.example",
            "https://e.example:",
            "https://e.example:99999x",
            "/",
        ]
    ),
    PARTS,
    PARTS.filter(lambda path: path[:1] != "/"),
)
def test_what_the_scan_joins_by_itself_is_what_the_standard_library_would(start: str, link: str, path: str):
    home = f"https://e.example/{path}"
    written = (start + link).replace("&", "&amp;")
    document = (
        f"<feed xml:base='{home.replace('&', '&amp;')}'><entry><title>t</title><link href='{written}'/></entry></feed>"
    )
    address = parse_feed(document.encode()).items[0].url
    try:
        joined = urljoin(home, start + link)
        parts = urlsplit(joined)
        expected = joined if parts.scheme in ("http", "https") and parts.hostname and start + link else ""
    except ValueError:
        expected = ""
    assert address.rstrip("?#") == expected.rstrip("?#")
