"""A feed of each format and each way to go wrong, with what must be read from it."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from news_nlp.parsing import Feed, parse_feed

from tests.support import readable_text
from tests.support.readable_feeds import read_feed

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import feedparser

FEEDS = Path(__file__).parents[3] / "data" / "feeds"
TEN = datetime(2025, 9, 30, 10, 20, tzinfo=UTC)
NINE = datetime(2025, 9, 30, 10, tzinfo=UTC)

# file: title, home, then (title, summary, url, date) of each item
CORPUS: dict[str, tuple[str, str, list[tuple[str, str, str, datetime | None]]]] = {
    "rss090.xml": ("Bell & Board", "http://bell.example/", [
        ("Kaveri Mills to delist", "", "http://bell.example/kaveri", None),
        ("Sensex slips 200 points", "", "http://bell.example/sensex", None)]),
    "rss091.xml": ("Caf\u00e9 Ledger", "http://cafe.example/", [
        ("Nestl\u00e9 India: margins \u2014 a closer look", "Input costs eased & volumes rose.", "http://cafe.example/nestle", None)]),
    "rss092.xml": ("Points", "http://points.example/", [("Rupee steady at 88.7", "", "http://points.example/1", None)]),
    "rdf10.xml": ("Circulars", "https://rdf10.example/", [
        ("Margin rules eased for index options", "From 1 October.", "https://rdf10.example/7", TEN)]),
    "atom03.xml": ("Old Atom", "http://old.example/", [
        ("Arvind Paper posts loss", "Higher pulp costs.", "http://old.example/1", TEN)]),
    "atom10_base.xml": ("Base Desk", "https://base.example/home", [
        ("Bonds: 7 < 8, says nobody", "Yields fell. Again.", "https://base.example/markets/2025/bonds.html", TEN.replace(microsecond=500_000)),
        ("Gold at a record", "", "https://base.example/metals/gold.html", TEN)]),
    "modules.xml": ("Modules", "https://mod.example/", [
        ("Solar pump maker wins tender", "Worth \u20b9400 crore.", "https://mod.example/pumps", TEN),
        ("Budget explained", "Spare words", "https://mod.example/video", None),
        ("Episode 4: small caps", "", "", None)]),
    "cdata.xml": ("Wrapped feed", "https://cdata.example/", [
        ("A < B, B > C & so on", "First second", "https://cdata.example/?a=1&b=2", TEN),
        ("Ends with ]]> in the middle", "", "https://cdata.example/?a=1&b=2", None)]),
    "broken_amp.xml": ("S&P watch", "https://amp.example/?a=1&b=2", [
        ("L&T, M&M and R&D: who leads?", "Profit < last year & sales > Rs 5 crore", "https://amp.example/story?id=7&copy=1&section=b", None),
        ("AT&T &unknown; \u20b910", "", "https://amp.example/2", None)]),
    "broken_ends.xml": ("Careless", "https://ends.example/", [
        ("First headline", "Body one more", "https://ends.example/1", TEN),
        ("Second headline", "Body two", "https://ends.example/2", None),
        ("Third headline", "", "https://ends.example/3", None),
        ("Fourth headline", "", "https://ends.example/4", None)]),
    "truncated.xml": ("Cut", "https://cut.example/", [
        ("Whole item", "", "https://cut.example/1", None), ("Title whole", "", "https://cut.example/2", None)]),
    "truncated_title.xml": ("Cut", "https://cut.example/", [("Whole item", "", "https://cut.example/1", None)]),
    "jsonfeed10.json": ("Json One", "https://one.example/news/", [
        ("Cement prices up", "By Rs 20 a bag.", "https://one.example/a", TEN),
        ("Tyre maker & rubber", "Down 2%", "https://one.example/news/b?x=1", TEN)]),
    "jsonfeed11.json": ("Json Two", "", [("Bank raises deposit rates", "From Monday.", "https://two.example/9", TEN)]),
    "latin1.xml": ("Nestl\u00e9", "https://enc.example/", [("Nestl\u00e9 5% up", "", "https://enc.example/1", None)]),
    "windows1252.xml": ("\u201cNestl\u00e9\u201d \u2013 \u20ac", "https://enc.example/", [
        ("\u201cNestl\u00e9\u201d \u2013 \u20ac 5% up", "", "https://enc.example/1", None)]),
    "wrong_declaration.xml": ("\u20b9 Nestl\u00e9", "https://enc.example/", [("\u20b9 Nestl\u00e9 5% up", "", "https://enc.example/1", None)]),
    "mixed_charsets.xml": ("\u20b9 and Nestl\u00e9", "https://enc.example/", [("\u20b9 and Nestl\u00e9 5% up", "", "https://enc.example/1", None)]),
    "utf16le_bom.xml": ("\u20b9 steady", "https://enc.example/", [("\u20b9 steady 5% up", "", "https://enc.example/1", None)]),
    "utf16be.xml": ("\u20b9 steady", "https://enc.example/", [("\u20b9 steady 5% up", "", "https://enc.example/1", None)]),
    "windows1251.xml": ("\u0410\u043a\u0446\u0438\u0438", "https://enc.example/", [("\u0410\u043a\u0446\u0438\u0438 5% up", "", "https://enc.example/1", None)]),
    "gb2312.xml": ("\u80a1\u7968", "https://enc.example/", [("\u80a1\u7968 5% up", "", "https://enc.example/1", None)]),
    "atom.xml": ("Filings", "https://atom.example/", [
        ("TCS & Infosys gain", "Both rose by a tenth.", "https://atom.example/2025/09/tcs", NINE)]),
    "rdf.xml": ("Old news", "https://rdf.example/", [
        ("SEBI tightens rules", "", "https://rdf.example/1", datetime(2025, 9, 29, tzinfo=UTC))]),
}  # fmt: skip

# libxml2 reads these as they stand; the rest is broken, or in an encoding that it can't tell
WELL_FORMED = ["rss090.xml", "rss092.xml", "rdf10.xml", "atom03.xml", "atom10_base.xml", "modules.xml", "cdata.xml", "atom.xml", "rdf.xml",
               "rss2.xml", "latin1.xml", "utf16le_bom.xml", "windows1251.xml"]  # fmt: skip

# Where feedparser reads other than what was meant:
#   broken_ends: keeps a title open to the next </title>; truncated: takes headlines that are cut off
#   wrong_declaration, mixed_charsets: believes the declaration; utf16be: needs a byte order mark
#   broken_amp: makes (c) of &copy= in an address; modules: takes media:title for the title
#   atom10_base: leaves addresses relative, which is allowed for below
FEEDPARSER_DIFFERS = {"broken_ends.xml", "truncated.xml", "truncated_title.xml", "wrong_declaration.xml", "mixed_charsets.xml", "utf16be.xml",
                      "broken_amp.xml", "modules.xml"}  # fmt: skip


def parsed(name: str) -> Feed:
    return parse_feed((FEEDS / name).read_bytes())


@pytest.mark.parametrize("name", CORPUS)
def test_each_feed_is_read_as_it_was_meant(name: str):
    feed = parsed(name)
    title, home, items = CORPUS[name]
    assert (feed.title, feed.url) == (title, home)
    assert [(item.title, item.summary, item.url, item.published_at) for item in feed.items] == items


def test_every_file_of_the_corpus_is_tested():
    elsewhere = {"feed.json", "google.xml", "google_news_100.xml", "rss2.xml"}
    assert {path.name for path in FEEDS.iterdir()} == set(CORPUS) | elsewhere


@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_tree_of_the_same_document_gives_the_same_items(name: str):
    data = (FEEDS / name).read_bytes()
    ours = [(item.title, item.summary, item.url, item.published_at) for item in parse_feed(data).items]
    # the readable cleaning leaves a space where a tag was
    assert ours == [
        (item.title, item.summary.replace(" .", "."), item.url, item.published_at) for item in read_feed(data)
    ]


@pytest.mark.parametrize(
    "name", sorted({name for name in CORPUS if name.endswith(".xml")} - FEEDPARSER_DIFFERS | {"google_news_100.xml"})
)
def test_feedparser_finds_the_same_titles_links_and_dates(name: str):
    data = (FEEDS / name).read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = feedparser.parse(data)
    ours = parse_feed(data)
    entries = [entry for entry in theirs.entries if entry.get("title")]
    assert len(entries) == len(ours.items)
    for entry, item in zip(entries, ours.items, strict=True):
        title = readable_text.plain_text(entry.title, 1000)  # it keeps markup in titles
        assert title in (item.title, f"{item.title} - {item.source}")
        if entry.get("link"):
            assert entry.link in (item.url, item.url.replace("https://base.example", ""))
        stamp = entry.get("published_parsed") or entry.get("updated_parsed")
        if stamp and item.published_at:
            assert datetime(*stamp[:6], tzinfo=UTC) == item.published_at.replace(microsecond=0)


def test_the_sample_of_google_news_is_read_whole():
    feed = parsed("google_news_100.xml")
    assert len(feed.items) == 100
    assert feed.skipped == 0
    assert all(item.title and item.url.startswith("https://news.google.com/rss/articles/") for item in feed.items)
    assert all(item.published_at and item.source and "." in item.source_host for item in feed.items)
    assert not any(item.title.endswith(item.source) or item.summary for item in feed.items)
