"""RSS 0.9x/1.0/2.0, RDF and Atom."""

from __future__ import annotations

from chitti_shared.errors import InvalidInput

from news_nlp.kernels.markup import _items
from news_nlp.kernels.markup._markup import MAX_DEPTH
from news_nlp.parsing.addresses import host_of, web_address
from news_nlp.parsing.feed import FORMATS, MAX_ITEMS, MAX_SUMMARY, MAX_TAGS, MAX_TITLE, MAX_URL, Feed, FeedItem, refuse


def read_xml_feed(data: bytes, address: str) -> Feed:
    """Parse an XML feed in UTF-8; the errors of `parse_feed`."""
    builder = _items.Builder(FeedItem, web_address, host_of, title=MAX_TITLE, summary=MAX_SUMMARY, url=MAX_URL)
    status, title, home, items = builder.read_markup(data, address, MAX_TAGS, MAX_ITEMS)
    if status == _items.NO_MARKUP and not data.strip():
        raise refuse("the document is empty, expected a feed", FORMATS)
    if status != _items.FINE:
        raise _refusal(status, title)
    return Feed(title, home, tuple(items), builder.skipped)


def _refusal(status: int, root: str) -> InvalidInput:
    reasons = {
        _items.NO_MARKUP: ("the document holds no markup, expected a feed", FORMATS),
        _items.NO_FEED: (f"the document's root is <{root[:60]}>, expected a feed", FORMATS),
        _items.HTML_PAGE: ("the document is an HTML page, expected a feed", FORMATS),
        _items.DECLARES_ENTITIES: ("the document declares entities", "no entity declarations"),
        _items.TOO_DEEP: (f"the document is nested more than {MAX_DEPTH} deep", f"depth <= {MAX_DEPTH}"),
        _items.TOO_MANY_TAGS: (f"the document has more than {MAX_TAGS} tags", f"tags <= {MAX_TAGS}"),
        _items.TOO_MANY_ITEMS: (f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}"),
    }
    return refuse(*reasons[status])
