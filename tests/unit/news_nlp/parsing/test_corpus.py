"""A feed of each format and each way to go wrong, with what must be read from it."""

from __future__ import annotations

import json
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
# title and url of each feed; title, summary, url and date of each item
EXPECTED = json.loads((FEEDS / "expected.json").read_text(encoding="utf-8"))

# libxml2 reads these as they stand; the rest is broken, or in an encoding that it can't tell
WELL_FORMED = [
    f"{name}.xml"
    for name in [
        "rss090",
        "rss092",
        "rss2",
        "rdf",
        "rdf10",
        "atom",
        "atom03",
        "atom10_base",
        "modules",
        "cdata",
        "latin1",
        "utf16le_bom",
        "windows1251",
    ]
]

# Where feedparser reads other than what was meant:
#   broken_ends: keeps a title open to the next </title>; truncated: takes headlines that are cut off
#   wrong_declaration, mixed_charsets: believes the declaration; utf16be: needs a byte order mark
#   broken_amp: makes (c) of &copy= in an address; modules: takes media:title for the title
#   atom10_base: leaves addresses relative, which is allowed for below
FEEDPARSER_DIFFERS = {
    f"{name}.xml"
    for name in [
        "broken_amp",
        "broken_ends",
        "mixed_charsets",
        "modules",
        "truncated",
        "truncated_title",
        "utf16be",
        "wrong_declaration",
    ]
}
COMPARED = sorted({name for name in EXPECTED if name.endswith(".xml")} - FEEDPARSER_DIFFERS | {"google_news_100.xml"})


def parsed(name: str) -> Feed:
    return parse_feed((FEEDS / name).read_bytes())


@pytest.mark.parametrize("name", EXPECTED)
def test_each_feed_is_read_as_it_was_meant(name: str):
    feed, meant = parsed(name), EXPECTED[name]
    assert (feed.title, feed.url) == (meant["title"], meant["url"])
    items = [
        (title, summary, url, date and datetime.fromisoformat(date)) for title, summary, url, date in meant["items"]
    ]
    assert [(item.title, item.summary, item.url, item.published_at) for item in feed.items] == items


def test_every_file_of_the_corpus_is_tested():
    elsewhere = {"feed.json", "google.xml", "google_news_100.xml", "rss2.xml", "expected.json"}
    assert {path.name for path in FEEDS.iterdir()} == set(EXPECTED) | elsewhere


@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_tree_of_the_same_document_gives_the_same_items(name: str):
    data = (FEEDS / name).read_bytes()
    ours = [(item.title, item.summary, item.url, item.published_at) for item in parse_feed(data).items]
    # the readable cleaning leaves a space where a tag was
    readable = [(item.title, item.summary.replace(" .", "."), item.url, item.published_at) for item in read_feed(data)]
    assert ours == readable


@pytest.mark.parametrize("name", COMPARED)
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
