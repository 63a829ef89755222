"""The feeds that are fetched when the settings name none."""

from __future__ import annotations

from urllib.parse import quote_plus

_SEARCHES = {
    "Stocks on NSE and BSE": "NSE OR BSE stocks when:1d",
    "Nifty and Sensex": "Nifty OR Sensex when:1d",
    "Results": "India company results OR earnings when:1d",
    "RBI and economy": "RBI OR India economy when:1d",
}
# address -> name
DEFAULT_FEEDS = {
    f"https://news.google.com/rss/search?q={quote_plus(search)}&hl=en-IN&gl=IN&ceid=IN:en": name
    for name, search in _SEARCHES.items()
}
