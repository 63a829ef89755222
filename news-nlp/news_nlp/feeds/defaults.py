"""The feeds that are fetched when the settings name none."""

from __future__ import annotations

from urllib.parse import quote_plus

_SEARCHES = (
    "NSE OR BSE stocks when:1d",
    "Nifty OR Sensex when:1d",
    "India company results OR earnings when:1d",
    "RBI OR India economy when:1d",
)
DEFAULT_FEEDS = tuple(
    f"https://news.google.com/rss/search?q={quote_plus(search)}&hl=en-IN&gl=IN&ceid=IN:en" for search in _SEARCHES
)
