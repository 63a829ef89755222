"""Invented feeds in well-formed XML: the scan of the bytes and lxml's tree give the same items."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from news_nlp.parsing import parse_feed

from tests.support.readable_feeds import read_feed

ATOM = "http://www.w3.org/2005/Atom"
RSS1 = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
OTHER = "http://other.example/ns"

WORDS = [
    "TCS",
    "profit",
    "M&M",
    "5 < 6",
    "a > b",
    "\u20b940",
    "caf\u00e9",
    "&nbsp;",
    "&amp;",
    "<b>up</b>",
    "<br/>",
    "]]>",
    "  ",
    "\n",
    "'",
    '"',
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
LINKS = st.sampled_from(
    [
        "https://e.example/a",
        "https://e.example/?a=1&b=2",
        "/rel",
        "rel/x",
        "../up",
        "HTTP://E.example/",
        "javascript:alert(1)",
        "",
        " https://e.example/b \n",
        "//other.example/c",
        "mailto:a@e.example",
        "?q=1",
        "https://e.example/\u0936",
        "https://e.example:8080/p",
    ]
)
DATES = st.sampled_from(
    ["Tue, 30 Sep 2025 10:20:00 GMT", "2025-09-30T10:20:00Z", "some day", "", "30 Sep, 2025 06:21 PM IST"]
)
BASES = st.none() | st.sampled_from(["https://base.example/x/", "sub/", "/root/", ""])

Texts = st.SearchStrategy[str]
Child = tuple[str, str, dict[str, str], list[str]]


def child(names: list[str], texts: Texts, **attributes: Texts) -> st.SearchStrategy[Child]:
    inner = st.lists(st.sampled_from(["b", "p", "em"]), max_size=2)
    return st.tuples(st.sampled_from(names), texts, st.fixed_dictionaries(attributes), inner)


def children(core: str) -> st.SearchStrategy[list[Child]]:
    def named(*names: str) -> list[str]:
        return [f"{{{core}}}{name}" if core else name for name in names]

    titles = [*named("title"), *(f"{{{space}}}title" for space in (DC, MEDIA, ITUNES, OTHER))]
    summaries = [f"{{{CONTENT}}}encoded", f"{{{ITUNES}}}summary", f"{{{OTHER}}}summary"]
    dates = [*named("pubDate", "published", "updated", "created"), f"{{{DC}}}date", f"{{{OTHER}}}date"]
    return st.lists(
        child(titles, TEXTS)
        | child([*named("description", "summary", "content"), *summaries], TEXTS)
        | child(dates, DATES)
        | child(named("link"), st.just(""), href=LINKS)
        | child(named("link"), st.just(""), href=LINKS, rel=st.sampled_from(["alternate", "self", "enclosure"]))
        | child(named("link", "guid"), LINKS)
        | child(named("guid"), LINKS, isPermaLink=st.sampled_from(["true", "false"]))
        | child([*named("author", "category"), f"{{{OTHER}}}item", f"{{{MEDIA}}}group"], TEXTS),
        max_size=8,
    )


def grow(parent: etree._Element, one: Child, *, cdata: bool) -> None:
    name, text, attributes, inner = one
    element = etree.SubElement(parent, name, attributes)
    plain = etree.QName(name).localname in ("link", "guid", "pubDate", "published", "updated", "created", "date")
    element.text = etree.CDATA(text) if cdata and text and "]]>" not in text else text
    for tag in [] if plain else inner:
        below = etree.SubElement(element, f"{{http://www.w3.org/1999/xhtml}}{tag}")
        below.text, below.tail = text, " tail "


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(["rss", "rdf", "atom", "prefixed"]))
    core = {"rss": "", "rdf": RSS1}.get(kind, ATOM)
    spaces = {"dc": DC, "c": CONTENT, "media": MEDIA, "it": ITUNES, "o": OTHER, "rdf": RDF}
    if core:
        spaces["a" if kind == "prefixed" else None] = core  # type: ignore[index]
    root = etree.Element({"rss": "rss", "rdf": f"{{{RDF}}}RDF"}.get(kind, f"{{{ATOM}}}feed"), nsmap=spaces)
    qualified = f"{{{core}}}" if core else ""
    channel = root if core == ATOM else etree.SubElement(root, f"{qualified}channel")
    for element in {root, channel}:
        if (base := draw(BASES)) is not None:
            element.set("{http://www.w3.org/XML/1998/namespace}base", base)
    for one in draw(
        st.lists(
            child([f"{qualified}title", f"{qualified}category"], TEXTS) | child([f"{qualified}link"], LINKS), max_size=3
        )
    ):
        grow(channel, one, cdata=False)
    for fields in draw(st.lists(children(core), max_size=4)):
        entry = etree.SubElement(
            root if kind == "rdf" else channel, f"{qualified}{'entry' if core == ATOM else 'item'}"
        )
        if (base := draw(BASES)) is not None:
            entry.set("{http://www.w3.org/XML/1998/namespace}base", base)
        for one in fields:
            grow(entry, one, cdata=draw(st.booleans()))
            if draw(st.integers(0, 9)) == 0:
                entry.append(etree.Comment(" <title>not this</title> "))
    return etree.tostring(root, encoding=draw(st.sampled_from(["utf-8", "utf-16", "us-ascii"])), xml_declaration=True)


def tight(text: str) -> str:
    """The readable cleaning leaves a space where a tag was."""
    return re.sub(r" (?=[.,;:!?)%'\u2019])", "", text)


@settings(max_examples=150, deadline=None)
@given(feeds())
def test_a_scan_of_the_bytes_gives_what_a_tree_does(data: bytes):
    ours = [(tight(item.title), tight(item.summary), item.url, item.published_at) for item in parse_feed(data).items]
    readable = [(tight(item.title), tight(item.summary), item.url, item.published_at) for item in read_feed(data)]
    assert ours == readable
