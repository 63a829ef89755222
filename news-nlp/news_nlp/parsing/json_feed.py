"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from typing import Any

import msgspec

from news_nlp.kernels.markup._items import Builder
from news_nlp.parsing.addresses import host_of, web_address
from news_nlp.parsing.feed import FORMATS, MAX_ITEMS, MAX_SUMMARY, MAX_TITLE, MAX_URL, Feed, FeedItem, refuse
from news_nlp.parsing.text import plain_text


class _Item(msgspec.Struct, gc=False):
    title: str | None = None
    summary: str | None = None
    content_text: str | None = None
    content_html: str | None = None
    url: str | None = None
    external_url: str | None = None
    id: str | int | float | None = None
    date_published: str | None = None
    date_modified: str | None = None


class _Document(msgspec.Struct):
    version: str
    items: list[_Item]
    title: str | None = None
    home_page_url: str | None = None
    feed_url: str | None = None


class _AnyDocument(msgspec.Struct):
    """A document of which only the version and the list of items are as they should be."""

    version: str
    items: list[Any]
    title: Any = None
    home_page_url: Any = None
    feed_url: Any = None


def read_json_feed(data: bytes, address: str) -> Feed:
    """Parse a JSON Feed in UTF-8; the errors of `parse_feed`. A field of another type counts as absent."""
    try:
        document = _document_of(data)
    except RecursionError:
        raise refuse("the document is nested too deep to be a JSON Feed", FORMATS) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refuse(f"the document is no JSON Feed: {error}"[:300], FORMATS) from None
    if len(document.items) > MAX_ITEMS:
        raise refuse(f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}")
    home = web_address(document.home_page_url or "", address)
    base = home or web_address(document.feed_url or "", address) or address
    title = plain_text(document.title or "", MAX_TITLE)
    builder = Builder(FeedItem, web_address, host_of, title=MAX_TITLE, summary=MAX_SUMMARY, url=MAX_URL)
    items = builder.read_entries(document.items, title, base)
    return Feed(title, home, tuple(items), builder.skipped)


def _document_of(data: bytes) -> _Document:
    try:
        return msgspec.json.decode(data, type=_Document)
    except msgspec.ValidationError:
        found = msgspec.json.decode(data, type=_AnyDocument)
    texts = (one if isinstance(one, str) else None for one in (found.title, found.home_page_url, found.feed_url))
    return _Document(found.version, [_item_of(one) for one in found.items], *texts)


def _item_of(found: Any) -> _Item:
    """The fields of an item that are what they should be; what is no object has none."""
    known = found if isinstance(found, dict) else {}
    texts = {name: one for name in _Item.__struct_fields__ if isinstance(one := known.get(name), str)}
    return _Item(**texts)
