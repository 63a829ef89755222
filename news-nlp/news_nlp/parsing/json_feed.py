"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from chitti_shared.errors import InvalidInput

from news_nlp.kernels.markup import _json
from news_nlp.kernels.markup._items import Builder
from news_nlp.parsing.addresses import host_of, web_address
from news_nlp.parsing.feed import FORMATS, MAX_ITEMS, MAX_SUMMARY, MAX_TITLE, MAX_URL, Feed, FeedItem, refuse


def read_json_feed(data: bytes, address: str) -> Feed:
    """Parse a JSON Feed in UTF-8; the errors of `parse_feed`. A field of another type counts as absent."""
    builder = Builder(FeedItem, web_address, host_of, title=MAX_TITLE, summary=MAX_SUMMARY, url=MAX_URL)
    status, at, title, home, items = builder.read_json(data, address, MAX_ITEMS)
    if status != _json.FINE:
        raise _refusal(status, at)
    return Feed(title, home, tuple(items), builder.skipped)


def _refusal(status: int, at: int) -> InvalidInput:
    reasons = {
        _json.INVALID: (f"the document is no JSON Feed: it is no JSON at byte {at}", FORMATS),
        _json.VERSION_MISSING: ("the document is no JSON Feed: its version is no text", FORMATS),
        _json.ITEMS_MISSING: ("the document is no JSON Feed: its items are no array", FORMATS),
        _json.TOO_DEEP: (f"the document is nested more than {_json.MAX_DEPTH} deep", f"depth <= {_json.MAX_DEPTH}"),
        _json.TOO_MANY_ITEMS: (f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}"),
    }
    return refuse(*reasons[status])
