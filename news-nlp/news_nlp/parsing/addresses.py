"""Links of feeds, to absolute addresses of the web."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from news_nlp.parsing.feed import MAX_URL

_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_TO_QUOTE = re.compile(r"""[\s"'<>\\^`{|}]""")  # could end the address for a reader
_NO_HOST = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//(?:[/?#]|$)")  # a browser drops a third slash
_PATH = re.compile(r"[^?#]*")
_BREAKS = re.compile(r"[\t\r\n]")  # a browser drops them too


def web_address(link: str, base: str) -> str:
    """An absolute http(s) address, or empty: other schemes (`javascript:`) are never kept.

    It is what a browser makes of the link: a backslash of the path is a slash, white space, quotes,
    brackets and the like are percent-encoded, `%20`. Other letters stay as they are.
    """
    if _UNFIT.search(_BREAKS.sub("", link.strip())):
        return ""
    link, base = _quoted(link), _quoted(base)
    if not link or len(link) > MAX_URL or _NO_HOST.match(link):
        return ""
    if link.startswith("//") and not base:
        link = "https:" + link
    try:
        parts = urlsplit(urljoin(base, link))
        full = parts.geturl()  # the scheme in lower case
        found = parts.scheme in ("http", "https") and parts.hostname and len(full) <= MAX_URL
        if "%" in (parts.hostname or "") and "[" not in parts.netloc:  # a browser would read the number as its sign
            return ""
    except ValueError:
        return ""
    return full if found else ""


def _quoted(link: str) -> str:
    return _TO_QUOTE.sub(lambda sign: quote(sign[0]), _with_slashes(_BREAKS.sub("", link.strip())))


def _with_slashes(link: str) -> str:
    """With a slash for each backslash before the query, as browsers read it."""
    return _PATH.sub(lambda path: path[0].replace("\\", "/"), link, count=1)


def host_of(url: str) -> str:
    """Host of an address in lower case, without `www.`; empty when it has none."""
    try:
        host = urlsplit(_with_slashes(url.strip())).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") or host
