"""Feeds of every common format, from bytes to clean items: `parse_feed(data)`."""

from __future__ import annotations

from chitti_shared.errors import PayloadTooLarge

from news_nlp.parsing.feed import MAX_BYTES, Feed, FeedItem
from news_nlp.parsing.json_feed import read_json_feed
from news_nlp.parsing.syndication import read_xml_feed
from news_nlp.parsing.xml import refuse

__all__ = ["Feed", "FeedItem", "parse_feed"]


def parse_feed(data: bytes) -> Feed:
    """Parse RSS 0.9x/1.0/2.0, Atom, RDF or JSON Feed.

    Parameters
    ----------
    data : bytes
        The document itself; never an address or a file name.

    Raises
    ------
    InvalidInput
        Not a feed (`details.constraint` says what was expected), or markup that is refused.
    PayloadTooLarge
        More than 10 MiB.
    """
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(
            f"the document has {len(data)} bytes, at most {MAX_BYTES} are read",
            field="document",
            constraint=f"size <= {MAX_BYTES}",
        )
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_json_feed(data)
    try:
        return read_xml_feed(data)
    except UnicodeDecodeError:  # a mended tree may hold bytes that are no text
        raise refuse("the document holds text that is no Unicode", "valid characters") from None
