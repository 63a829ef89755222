"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import msgspec
from chitti_shared.errors import InvalidInput

from news_nlp.kernels.markup._arrays import has_array_beyond
from news_nlp.kernels.markup._items import Builder
from news_nlp.parsing.addresses import host_of, web_address
from news_nlp.parsing.feed import FORMATS, MAX_ITEMS, MAX_SUMMARY, MAX_TITLE, MAX_URL, Feed, FeedItem, refuse
from news_nlp.parsing.text import plain_text

_LARGE = 1_000_000  # bytes; in less, even items of two bytes take little time and memory


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


_NOTHING = msgspec.Raw(b"null")


class _AnyItem(msgspec.Struct):
    """The fields of an item as they are written."""

    title: msgspec.Raw = _NOTHING
    summary: msgspec.Raw = _NOTHING
    content_text: msgspec.Raw = _NOTHING
    content_html: msgspec.Raw = _NOTHING
    url: msgspec.Raw = _NOTHING
    external_url: msgspec.Raw = _NOTHING
    id: msgspec.Raw = _NOTHING
    date_published: msgspec.Raw = _NOTHING
    date_modified: msgspec.Raw = _NOTHING


class _AnyDocument(msgspec.Struct):
    """A document of which only the version and the list of items are as they should be."""

    version: str
    items: list[msgspec.Raw]
    title: msgspec.Raw = _NOTHING
    home_page_url: msgspec.Raw = _NOTHING
    feed_url: msgspec.Raw = _NOTHING


def read_json_feed(data: bytes, address: str) -> Feed:
    """Parse a JSON Feed in UTF-8; the errors of `parse_feed`. A field of another type counts as absent."""
    if len(data) > _LARGE and has_array_beyond(data, MAX_ITEMS):
        raise _too_many_items()
    try:
        document = _document_of(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise refuse(f"the document is no JSON Feed: {error}"[:300], FORMATS) from None
    home = web_address(document.home_page_url or "", address)
    base = home or web_address(document.feed_url or "", address) or address
    title = plain_text(document.title or "", MAX_TITLE)
    builder = Builder(FeedItem, web_address, host_of, title=MAX_TITLE, summary=MAX_SUMMARY, url=MAX_URL)
    items = builder.read_entries(document.items, title, base)
    return Feed(title, home, tuple(items), builder.skipped)


def _document_of(data: bytes) -> _Document:
    try:
        document = msgspec.json.decode(data, type=_Document)
    except msgspec.ValidationError:
        document = _mended(msgspec.json.decode(data, type=_AnyDocument))
    if len(document.items) > MAX_ITEMS:
        raise _too_many_items()
    return document


def _mended(found: _AnyDocument) -> _Document:
    """What of a document is as it should be."""
    if len(found.items) > MAX_ITEMS:
        raise _too_many_items()
    texts = map(_text_of, (found.title, found.home_page_url, found.feed_url))
    return _Document(found.version, [_item_of(one) for one in found.items], *texts)


def _item_of(written: msgspec.Raw) -> _Item:
    """The fields of an item that are what they should be; what is no object has none."""
    try:
        found = msgspec.json.decode(written, type=_AnyItem)
    except msgspec.ValidationError:
        return _Item()
    return _Item(*(_text_of(getattr(found, name)) for name in _Item.__struct_fields__))


def _text_of(written: msgspec.Raw) -> str | None:
    return msgspec.json.decode(written, type=str) if bytes(written).startswith(b'"') else None


def _too_many_items() -> InvalidInput:
    return refuse(f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}")
