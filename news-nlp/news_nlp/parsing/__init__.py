"""Feeds of every common format, from bytes to clean items: `parse_feed(data)`."""

from __future__ import annotations

from chitti_shared.errors import PayloadTooLarge

from news_nlp.parsing.charsets import to_utf8
from news_nlp.parsing.feed import MAX_BYTES, Feed, FeedItem
from news_nlp.parsing.json_feed import read_json_feed
from news_nlp.parsing.xml import read_xml_feed

__all__ = ["Feed", "FeedItem", "parse_feed"]


def parse_feed(data: bytes, *, charset: str | None = None, address: str = "") -> Feed:
    """Parse RSS 0.9x/1.0/2.0, Atom, RDF or JSON Feed.

    Parameters
    ----------
    data : bytes
        The document itself; never an address or a file name.
    charset : str, optional
        The charset of the reply's `Content-Type`; a hint, which the bytes may belie.
    address : str, optional
        Where the document came from, for relative links of a feed that names no home.

    Raises
    ------
    InvalidInput
        Not a feed (`details.constraint` says what was expected), or markup that is refused.
    PayloadTooLarge
        More than 10 MiB.
    """
    if not isinstance(data, bytes):
        raise TypeError(f"expected the bytes of a document, got {type(data).__name__}")
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(
            f"the document has {len(data)} bytes, at most {MAX_BYTES} are read",
            field="document",
            constraint=f"size <= {MAX_BYTES}",
        )
    text = to_utf8(data, charset)
    if text[:64].lstrip().startswith(b"{"):
        return read_json_feed(text, address)
    return read_xml_feed(text, address)
