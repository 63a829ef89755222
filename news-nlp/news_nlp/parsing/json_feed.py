"""JSON Feed 1.x."""

from __future__ import annotations

import msgspec

from news_nlp.parsing.feed import MAX_URL, Feed
from news_nlp.parsing.items import check_count, make_item, web_address
from news_nlp.parsing.text import plain_text
from news_nlp.parsing.xml import refuse


class _Item(msgspec.Struct):
    title: str | None = None
    summary: str | None = None
    content_text: str | None = None
    content_html: str | None = None
    url: str | None = None
    date_published: str | None = None


class _Document(msgspec.Struct):
    version: str
    items: list[_Item]
    title: str | None = None
    home_page_url: str | None = None


def read_json_feed(data: bytes) -> Feed:
    """Parse a JSON Feed; the errors of `parse_feed`."""
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise refuse(f"the document is no JSON Feed: {error}"[:300], "RSS, Atom, RDF or JSON Feed") from None
    check_count(len(document.items))
    base = web_address(document.home_page_url or "", "")
    source = document.title or ""
    items = [
        make_item(
            title=item.title or "",
            summary=item.summary or item.content_text or item.content_html or "",
            link=item.url or "",
            date=item.date_published,
            source=source,
            source_url=base,
            base=base,
        )
        for item in document.items
    ]
    kept = tuple(item for item in items if item is not None)
    return Feed(plain_text(source, MAX_URL), base, kept, len(items) - len(kept))
