"""Clean items from the raw strings of any format."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from news_nlp.parsing.dates import parse_date
from news_nlp.parsing.feed import MAX_ITEMS, MAX_SUMMARY, MAX_TITLE, MAX_URL, FeedItem
from news_nlp.parsing.text import plain_text
from news_nlp.parsing.xml import refuse

_MAX_SOURCE = 200
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|\Z)")  # an address that needs no further reading
# Their links name no publisher, and their descriptions list other articles' headlines
_AGGREGATORS = frozenset({"news.google.com"})


def make_item(
    *, title: str, summary: str, link: str, date: str | None, source: str, source_url: str, base: str
) -> FeedItem | None:
    """A clean item; None when nothing is left of its title."""
    source = plain_text(source, _MAX_SOURCE)
    headline = plain_text(title, MAX_TITLE)
    headline = _without_source(headline, source)
    if not headline:
        return None
    url = web_address(link, base)
    publisher = host_of(url)
    aggregated = publisher in _AGGREGATORS
    text = "" if aggregated else plain_text(summary, MAX_SUMMARY)
    if _repeats(text, headline, source):
        text = ""
    host = host_of(source_url) or (source.casefold().replace(" ", "-") if aggregated else publisher)
    return FeedItem(headline, text, url, source, host or host_of(base), parse_date(date))


def web_address(link: str, base: str) -> str:
    """An absolute http(s) address, or empty: other schemes (`javascript:`) are never kept."""
    link = link.strip()
    if not link or len(link) > MAX_URL or _UNFIT.search(link):
        return ""
    if _PLAIN.match(link):
        return link
    try:
        parts = urlsplit(urljoin(base, link))
    except ValueError:
        return ""
    full = parts.geturl()  # the scheme in lower case
    return full if parts.scheme in ("http", "https") and parts.hostname and len(full) <= MAX_URL else ""


def host_of(url: str) -> str:
    """Host of an address in lower case, without `www.`; empty when it has none."""
    plain = _PLAIN.match(url)
    if plain:
        return plain[1].removeprefix("www.")
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


def check_count(count: int) -> None:
    if count > MAX_ITEMS:
        raise refuse(f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}")


def _without_source(headline: str, source: str) -> str:
    """Google News puts ` - Source` behind the headline; a dash of the headline itself stays."""
    for dash in (" - ", " | ", " \u2013 "):
        if source and headline.endswith(dash + source):
            return headline[: -len(dash + source)].rstrip()
    return headline


def _repeats(summary: str, headline: str, source: str) -> bool:
    """Whether a description says no more than the headline, its source or a part of it."""
    rest = summary.replace(headline, "", 1)
    if source:
        rest = rest.replace(source, "")
    return not rest.strip(" -|\u2013") or headline.startswith(summary)
