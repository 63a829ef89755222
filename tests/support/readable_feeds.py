"""Feeds in well-formed XML through lxml's tree, written to be read: what the compiled scan must agree with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from news_nlp.parsing.addresses import web_address
from news_nlp.parsing.dates import parse_date

from tests.support.readable_text import plain_text

_XML = "{http://www.w3.org/XML/1998/namespace}base"
_CORE = (
    "", "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
)  # fmt: skip
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_DC = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_MEDIA = "http://search.yahoo.com/mrss/"
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_TITLES = ("title", f"{{{_DC}}}title", f"{{{_MEDIA}}}title", f"{{{_ITUNES}}}title")
_SUMMARIES = (
    "description", "summary", f"{{{_CONTENT}}}encoded", "content", f"{{{_DC}}}description", f"{{{_ITUNES}}}summary",
    f"{{{_MEDIA}}}description",
)  # fmt: skip
_DATES = ("pubDate", "published", f"{{{_DC}}}date", "issued", "updated", "modified", "created")


@dataclass(frozen=True)
class ReadItem:
    title: str
    summary: str
    url: str
    published_at: datetime | None


def read_feed(data: bytes) -> list[ReadItem]:
    """Items with a title, in the order of the document."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    channel = root if _name(root) == "feed" else next(child for child in root if _name(child) == "channel")
    bases = [element.get(_XML) for element in ([root] if channel is root else [root, channel])]
    base = ""
    for one in filter(None, bases):
        base = web_address(one, base)
    home = _link(channel, base)
    entries = [child for child in [*channel, *([] if channel is root else root)] if _name(child) in ("item", "entry")]
    items = [_item(entry, base or home) for entry in entries]
    return [item for item in items if item.title]


def _item(entry: etree._Element, base: str) -> ReadItem:
    base = web_address(entry.get(_XML), base) or base if entry.get(_XML) else base
    title = next(filter(None, (plain_text(text, 1000) for text in _texts(entry, _TITLES))), "")
    summary = next(filter(None, (plain_text(text, 5000) for text in _texts(entry, _SUMMARIES))), "")
    if not summary.replace(title, "", 1).strip(" -|\u2013") or title.startswith(summary):
        summary = ""
    dates = filter(None, (parse_date(text) for text in _texts(entry, _DATES)))
    return ReadItem(title, summary, _link(entry, base), next(dates, None))


def _link(parent: etree._Element, base: str) -> str:
    links = [child for child in parent if _name(child) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            own = web_address(link.get(_XML), base) if link.get(_XML) else ""
            if found := web_address(link.get("href"), own or base):
                return found
            break
    texts = [child.text for child in links if not child.get("href") and (child.text or "").strip()]
    guids = [child.text for child in parent if _name(child) == "guid" and child.get("isPermaLink", "true") != "false"]
    candidates = (
        texts[:1] + [text for text in list(filter(None, guids))[:1] if "://" in text] + [parent.get(_ABOUT, "")]
    )
    return next(filter(None, (web_address(text, base) for text in candidates)), "")


def _texts(entry: etree._Element, names: tuple[str, ...]) -> list[str]:
    """The markup within the first child of each name that is not blank."""
    children = [*entry, *(inner for child in entry if _name(child) == f"{{{_MEDIA}}}group" for inner in child)]
    found = []
    for name in names:
        inner = (_inner(child) for child in children if _name(child) == name)
        found.append(next(filter(None, inner), ""))
    return found


def _inner(element: etree._Element) -> str:
    children = (f" {' '.join(map(str, child.itertext()))} {child.tail or ''}" for child in element)
    return (element.text or "") + "".join(children)


def _name(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if (name.namespace or "") in _CORE else name.text
