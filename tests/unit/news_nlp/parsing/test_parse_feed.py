"""Each format by a feed of its own, and everything that must be refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing import Feed, FeedItem, parse_feed

FEEDS = Path(__file__).parents[3] / "data" / "feeds"


def parsed(name: str) -> Feed:
    return parse_feed((FEEDS / name).read_bytes())


def rss(*items: str, head: str = "") -> bytes:
    return f"{head}<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def test_rss_gives_clean_titles_summaries_links_and_dates():
    feed = parsed("rss2.xml")
    car, food, undated = feed.items
    assert feed.title == "Dalal & Sons Ledger"
    assert feed.skipped == 1
    assert car.title == "M&M to launch two SUVs"
    assert car.summary == "The carmaker said so on Monday."
    assert car.url == "https://ledger.example/stories/mm.html"
    assert car.published_at == datetime(2025, 9, 30, 10, tzinfo=UTC)
    assert food.title == "Nestlé rises"
    assert food.summary == "Maggi sales grew."
    assert food.url == ""
    assert food.source_host == "ledger.example"
    assert food.published_at == datetime(2025, 9, 30, 4, 50, tzinfo=UTC)
    assert undated.url == "https://ledger.example/undated"
    assert undated.published_at is None


def test_an_item_equals_one_that_is_made_by_hand():
    feed = parse_feed(rss("<item><title>T</title><link>https://e.example/1</link><pubDate>2025-09-30</pubDate></item>"))
    made = FeedItem("T", "", "https://e.example/1", "", "e.example", datetime(2025, 9, 30, tzinfo=UTC))
    assert feed.items == (made,)
    assert replace(feed.items[0], published_at=None) == replace(made, published_at=None)
    with pytest.raises(FrozenInstanceError):
        feed.items[0].title = "other"  # type: ignore[misc]


def test_threads_parse_side_by_side():
    data = (FEEDS / "google_news_100.xml").read_bytes()
    expected = parse_feed(data)
    with ThreadPoolExecutor(8) as threads:
        assert all(feed == expected for feed in threads.map(parse_feed, [data] * 64))


def test_atom_takes_the_alternate_link_and_the_source_of_the_entry():
    entry = parsed("atom.xml").items[0]
    assert entry.title == "TCS & Infosys gain"
    assert entry.url == "https://atom.example/2025/09/tcs"
    assert " ".join(entry.summary.split()) == "Both rose by a tenth."
    assert (entry.source, entry.source_host) == ("Exchange Wire", "wire.example")
    assert entry.published_at == datetime(2025, 9, 30, 10, tzinfo=UTC)


def test_rdf_items_stand_beside_their_channel():
    item = parsed("rdf.xml").items[0]
    assert (item.title, item.source, item.source_host) == ("SEBI tightens rules", "RDF Times", "rdf.example")
    assert item.published_at == datetime(2025, 9, 29, tzinfo=UTC)


def test_a_field_of_another_type_costs_a_json_feed_that_field_alone():
    data = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": 5, "home_page_url": ["x"], "items": ['
        b'{"id": 1, "title": "TCS wins order", "url": "https://a.example/1", "date_published": 1759227600},'
        b'{"id": "2", "title": {"en": "x"}, "url": "https://a.example/2"}, null, 7,'
        b'{"id": "3", "title": "Infosys slips", "summary": false, "date_published": "2025-09-30T10:00:00Z"}]}'
    )
    feed = parse_feed(data)
    assert [(item.title, item.url, item.published_at) for item in feed.items] == [
        ("TCS wins order", "https://a.example/1", None),
        ("Infosys slips", "", datetime(2025, 9, 30, 10, tzinfo=UTC)),
    ]
    assert (feed.title, feed.skipped) == ("", 3)


def test_json_feeds_are_feeds_too():
    feed = parsed("feed.json")
    item = feed.items[0]
    assert (item.title, item.summary, item.url) == ("Wipro falls 3%", "It fell.", "https://json.example/wipro")
    assert feed.skipped == 1


def test_a_google_news_title_loses_its_source_and_no_other_dash():
    first, second = parsed("google.xml").items
    assert first.title == "L&T wins order - shares up"
    assert (first.source, first.source_host) == ("Market - Wire", "market-wire.example")
    assert second.title == "Nothing dated here"
    assert second.published_at is None


def test_a_google_news_description_is_never_taken_for_a_summary():
    assert [item.summary for item in parsed("google.xml").items] == ["", ""]


def test_a_description_that_repeats_the_title_is_no_summary():
    feed = parse_feed(
        rss("<item><title>TCS gains</title><description>&lt;b&gt;TCS gains&lt;/b&gt;</description></item>")
    )
    assert feed.items[0].summary == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_wide_or_marked_encoding_is_read(encoding: str):
    text = "<?xml version='1.0'?><rss><channel><item><title>\u20b9 steady</title></item></channel></rss>"
    if encoding in ("utf-16-le", "utf-16-be"):
        text = "\ufeff" + text
    assert parse_feed(text.encode(encoding)).items[0].title == "\u20b9 steady"


def test_a_wrongly_declared_charset_is_mended():
    feed = parse_feed(
        b"<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>caf\xe9</title></item></channel></rss>"
    )
    assert feed.items[0].title == "café"


@pytest.mark.parametrize(
    ("home", "link", "expected"),
    [
        ("", "HTTP://Example.com/A", "http://Example.com/A"),
        ("https://e.example/feed/", "item?n=1#top", "https://e.example/feed/item?n=1#top"),
        ("https://e.example/" + "a" * 1500 + "/", "b" * 1000, ""),
    ],
)
def test_an_address_is_kept_as_the_store_takes_it(home: str, link: str, expected: str):
    item = f"<item><title>TCS wins</title><link>{link}</link></item>"
    feed = parse_feed(rss(f"<link>{home}</link>", item))
    assert feed.items[0].url == expected


def test_links_of_a_feed_without_a_home_are_relative_to_where_it_came_from():
    data = rss("<item><title>T</title><link>a</link></item>")
    assert parse_feed(data, address="https://e.example/feeds/x.xml").items[0].url == "https://e.example/feeds/a"
    data = b'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "T", "url": "a"}]}'
    assert parse_feed(data, address="https://e.example/feeds/x.json").items[0].url == "https://e.example/feeds/a"


def test_a_warning_of_the_server_before_the_feed_costs_nothing():
    data = b"<br />\n<b>Warning</b>: date() in <b>/feed.php</b> on line 3\n" + rss("<item><title>T</title></item>")
    assert [item.title for item in parse_feed(data).items] == ["T"]


@pytest.mark.parametrize("reference", ["&#xD800;", "&#57343;", "&#x000dFfF;", "&#xdc00"])
def test_a_reference_to_half_a_character_costs_only_itself(reference: str):
    found = parse_feed(rss(f"<item><title>TCS {reference} wins</title></item>")).items
    assert [item.title for item in found] == ["TCS wins"]


def test_an_undeclared_entity_and_a_stray_sign_cost_no_item():
    feed = parse_feed(
        b"<rss><channel><item><title>A&nbsp;B & C</title></item><item><title>D</title></item></channel></rss>"
    )
    assert feed.items[-1].title == "D"
    assert len(feed.items) == 2


FORMATS = "RSS, Atom, RDF or JSON Feed"
LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "constraint"),
    [
        (b"", FORMATS),
        (b"   ", FORMATS),
        (b"just text", FORMATS),
        (b"\x00\x01\x02\xff", FORMATS),
        (b"<!doctype html><title>Sign in</title>", FORMATS),
        (b"<html><head/></html>", FORMATS),
        (b"<?xml version='1.0'?>\n<!-- x --><html xmlns='http://www.w3.org/1999/xhtml'/>", FORMATS),
        (b"<svg/>", FORMATS),
        (b'{"version": 1}', FORMATS),
        (b'{"items": [', FORMATS),
        (LAUGHS + b"<rss><channel><item><title>&b;</title></item></channel></rss>", "no entity declarations"),
        ((LAUGHS + b"<rss/>").decode().encode("utf-16"), "no entity declarations"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>', "no entity declarations"),
        (b"<rss><channel>" + b"<a>" * 1_000_000, "depth <= 64"),
        (b"<rss><channel>" + b"<a/>" * 500_001, "tags <= 500000"),
        (b"<rss><channel><item><title>" + b"<a>" * 500_001, "tags <= 500000"),
        (b"<rss><channel>" + b"<a>" * 100 + b"</a>" * 100 + b"</channel></rss>", "depth <= 64"),
        (rss(*["<item><title>t</title></item>"] * 5_001), "items <= 5000"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_with_what_was_expected(data: bytes, constraint: str):
    with pytest.raises(InvalidInput) as refused:
        parse_feed(data)
    assert refused.value.details["constraint"] == constraint


def test_a_document_beyond_ten_mebibytes_is_too_large():
    with pytest.raises(PayloadTooLarge):
        parse_feed(b"<rss>" + b" " * (10 * 1024 * 1024))


def test_an_external_document_type_is_not_loaded():
    feed = parse_feed(rss("<item><title>T</title></item>", head='<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'))
    assert feed.items[0].title == "T"


def test_a_title_of_a_megabyte_is_cut():
    title = parse_feed(rss(f"<item><title>{'x' * 1_000_000}</title></item>")).items[0].title
    assert len(title) == 1_000
    assert title.endswith("\u2026")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: rss(f"<item><title>{text}</title></item>")))
def test_whatever_comes_in_is_parsed_or_refused(data: bytes):
    try:
        feed = parse_feed(data)
    except ChittiError:
        return
    assert all(item.title for item in feed.items)
