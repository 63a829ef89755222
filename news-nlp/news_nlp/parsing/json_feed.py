"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from collections.abc import Sized
from contextlib import suppress

import msgspec
from chitti_shared.errors import InvalidInput

from news_nlp.kernels.markup._arrays import has_array_beyond
from news_nlp.kernels.markup._items import Builder
from news_nlp.parsing.addresses import host_of, web_address
from news_nlp.parsing.feed import FORMATS, MAX_ITEMS, MAX_SUMMARY, MAX_TITLE, MAX_URL, Feed, FeedItem, refuse
from news_nlp.parsing.text import plain_text

_BRACE = ord("{")


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


_Anything = str | int | float | bool | list[msgspec.Raw] | dict[str, msgspec.Raw] | None


class _LooseItem(msgspec.Struct, gc=False):
    """An item whose fields may be anything; the builder reads those that are text."""

    title: _Anything = None
    summary: _Anything = None
    content_text: _Anything = None
    content_html: _Anything = None
    url: _Anything = None
    external_url: _Anything = None
    id: _Anything = None
    date_published: _Anything = None
    date_modified: _Anything = None


class _LooseDocument(msgspec.Struct):
    """A document of which the version is as it should be, and the items are objects."""

    version: str
    items: list[_LooseItem]
    title: _Anything = None
    home_page_url: _Anything = None
    feed_url: _Anything = None


class _RawDocument(msgspec.Struct):
    """A document of which some items are no objects."""

    version: str
    items: list[msgspec.Raw]
    title: _Anything = None
    home_page_url: _Anything = None
    feed_url: _Anything = None


_DOCUMENTS = msgspec.json.Decoder(_Document)
_LOOSE_DOCUMENTS = msgspec.json.Decoder(_LooseDocument)
_RAW_DOCUMENTS = msgspec.json.Decoder(_RawDocument)
_LOOSE_ITEMS = msgspec.json.Decoder(_LooseItem)


def read_json_feed(data: bytes, address: str) -> Feed:
    """Parse a JSON Feed in UTF-8; the errors of `parse_feed`. A field of another type counts as absent."""
    if has_array_beyond(data, MAX_ITEMS):
        raise _too_many_items()
    try:
        document = _document_of(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise refuse(f"the document is no JSON Feed: {error}"[:300], FORMATS) from None
    _check_count(document.items)
    home = web_address(_text(document.home_page_url), address)
    base = home or web_address(_text(document.feed_url), address) or address
    title = plain_text(_text(document.title), MAX_TITLE)
    builder = Builder(FeedItem, web_address, host_of, title=MAX_TITLE, summary=MAX_SUMMARY, url=MAX_URL)
    items = builder.read_entries(document.items, title, base)
    return Feed(title, home, tuple(items), builder.skipped)


def _check_count(items: Sized) -> None:
    if len(items) > MAX_ITEMS:
        raise _too_many_items()


def _too_many_items() -> InvalidInput:
    return refuse(f"the document has more than {MAX_ITEMS} items", f"items <= {MAX_ITEMS}")


def _document_of(data: bytes) -> _Document | _LooseDocument:
    for decoder in (_DOCUMENTS, _LOOSE_DOCUMENTS):
        with suppress(msgspec.ValidationError):
            return decoder.decode(data)
    found = _RAW_DOCUMENTS.decode(data)
    _check_count(found.items)
    items = [_item_of(one) for one in found.items]
    return _LooseDocument(found.version, items, found.title, found.home_page_url, found.feed_url)


def _item_of(written: msgspec.Raw) -> _LooseItem:
    """An item; what is no object has no fields."""
    return _LOOSE_ITEMS.decode(written) if memoryview(written)[0] == _BRACE else _LooseItem()


def _text(found: _Anything) -> str:
    return found if isinstance(found, str) else ""
