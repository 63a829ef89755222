"""Links of feeds, to absolute addresses of the web."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from news_nlp.parsing.feed import MAX_URL

_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_BREAKS = re.compile(r"[\t\r\n]")  # a browser drops them too


def web_address(link: str, base: str) -> str:
    """An absolute http(s) address, or empty: other schemes (`javascript:`) are never kept.

    Spaces within the address are written as `%20`.
    """
    link = _BREAKS.sub("", link.strip()).replace(" ", "%20")
    if not link or len(link) > MAX_URL or _UNFIT.search(link):
        return ""
    if link.startswith("//") and not base:
        link = "https:" + link
    try:
        parts = urlsplit(urljoin(base, link))
        full = parts.geturl()  # the scheme in lower case
        found = parts.scheme in ("http", "https") and parts.hostname and len(full) <= MAX_URL
    except ValueError:
        return ""
    return full if found else ""


def host_of(url: str) -> str:
    """Host of an address in lower case, without `www.`; empty when it has none."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")
