"""RSS 0.9x/1.0/2.0, RDF and Atom: from an element tree to items."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from news_nlp.parsing.feed import MAX_URL, Feed, FeedItem
from news_nlp.parsing.items import check_count, make_item, web_address
from news_nlp.parsing.text import plain_text
from news_nlp.parsing.xml import read_tree, refuse

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# local names, best first
_SUMMARIES = ("description", "summary", "encoded", "content")
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified", "created")


def read_xml_feed(data: bytes) -> Feed:
    """Parse an XML feed; the errors of `parse_feed`."""
    root = read_tree(data)
    kind = _local(root)
    if kind == "rss":
        channel = next((child for child in root if _local(child) == "channel"), root)
        entries = [child for child in [*channel, *root] if _local(child) == "item"]
    elif kind == "RDF":
        channel = next((child for child in root if _local(child) == "channel"), root)
        entries = [child for child in root if _local(child) == "item"]
    elif kind == "feed":
        channel, entries = root, [child for child in root if _local(child) == "entry"]
    elif kind == "html":
        raise refuse("the document is an HTML page, expected a feed", "RSS, Atom, RDF or JSON Feed")
    else:
        raise refuse(f"the document's root is <{kind[:60]}>, expected a feed", "RSS, Atom, RDF or JSON Feed")
    check_count(len(entries))
    head = _Fields(channel)
    base = web_address(head.link(), channel.get(_XML_BASE) or "")
    items = [_item(entry, base) for entry in entries]
    kept = tuple(item for item in items if item is not None)
    return Feed(plain_text(head.text("title"), MAX_URL), base, kept, len(items) - len(kept))


def _item(entry: etree._Element, base: str) -> FeedItem | None:
    fields = _Fields(entry)
    source = fields.element("source")
    # an Atom entry's source is a feed of its own, with a title and a link
    inner = _Fields(source) if source is not None and len(source) else None
    return make_item(
        title=fields.text("title"),
        summary=next(filter(None, map(fields.text, _SUMMARIES)), ""),
        link=fields.link(),
        date=next(filter(None, map(fields.text, _DATES)), None),
        source=inner.text("title") if inner else fields.text("source") or fields.text("publisher"),
        source_url=inner.link() if inner else (source.get("url") or "" if source is not None else ""),
        base=entry.get(_XML_BASE) or base,
    )


class _Fields:
    """The children of an element by local name, the first of each."""

    __slots__ = ("_children", "_links")

    def __init__(self, parent: etree._Element) -> None:
        self._children: dict[str, etree._Element] = {}
        self._links: list[etree._Element] = []
        for child in parent:
            name = _local(child)
            self._children.setdefault(name, child)
            if name == "link":
                self._links.append(child)

    def element(self, name: str) -> etree._Element | None:
        return self._children.get(name)

    def text(self, name: str) -> str:
        child = self._children.get(name)
        if child is None:
            return ""
        if len(child):
            return " ".join(_texts(child))
        return str(child.text or "")

    def link(self) -> str:
        """The address: an Atom `alternate`, else an RSS link's text, else a permalink guid."""
        for child in self._links:
            if child.get("href") and child.get("rel", "alternate") == "alternate":
                return str(child.get("href"))
        for child in self._links:
            if child.text and child.text.strip():
                return str(child.text)
        guid = self._children.get("guid")
        if guid is not None and guid.get("isPermaLink", "true") != "false":
            return str(guid.text or "")
        return ""


def _texts(element: etree._Element) -> Iterator[str]:
    for part in element.itertext():
        yield str(part)


def _local(element: etree._Element) -> str:
    tag = element.tag
    return str(tag.rpartition("}")[2]) if isinstance(tag, str) else ""
