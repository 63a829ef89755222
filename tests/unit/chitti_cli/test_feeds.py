from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import typer
from chitti_cli.articles import block_of
from chitti_cli.feed_list import line_of, page_of, seconds_of
from chitti_shared.contracts.news import Article, Feed, SymbolSentiment
from rich.console import Console

NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)


def feed(**given: Any) -> Feed:
    plain: dict[str, Any] = {
        "feed_id": 3,
        "url": "https://feeds.example/markets.xml",
        "state": "ok",
        "name": None,
        "origin": "user",
        "enabled": True,
        "disabled_by": None,
        "schedule": None,
        "interval_s": 600,
        "added_at": "2025-09-01T00:00:00.000Z",
        "last_attempt_at": "2025-09-30T11:56:00.000Z",
        "last_success_at": "2025-09-30T11:56:00.000Z",
        "last_new_at": "2025-09-30T11:56:00.000Z",
        "failing_since": None,
        "last_error": None,
        "http_status": 200,
        "failures": 0,
        "items_seen": 1234,
        "next_due_at": "2025-09-30T12:06:00.000Z",
        "moved_to": None,
        "address_error": None,
    }
    return Feed(**plain | given)


def shown(thing: Any) -> str:
    console = Console(width=160, force_terminal=False)
    with console.capture() as captured:
        console.print(thing)
    return captured.get()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("600", 600), (" 5M ", 300), (None, None)],
)
def test_a_time_has_a_unit(text: str | None, seconds: int | None):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1.5h", "-5m", "10 minutes", "99999999s"])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(typer.BadParameter, match="90s, 10m, 2h or 1d"):
        seconds_of(text)


def test_a_feed_is_shown_with_its_host_its_timetable_and_indian_times():
    text = shown(page_of([feed()]))
    assert "feeds.example" in text
    assert "every 10m" in text
    assert "30 Sep 17:26" in text
    assert "30 Sep 17:36" in text
    assert "1,234" in text


FAILING = {
    "state": "failing",
    "failures": 4,
    "failing_since": "2025-09-30T05:00:00.000Z",
    "last_error": "feeds.example answered 503",
    "http_status": 503,
}
MOVED = {"moved_to": "https://new.example/rss"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"interval_s": 7200}, "every 2h"),
        ({"interval_s": 90}, "every 90s"),
        ({"interval_s": 86_400}, "every 1d"),
        ({"schedule": "0 9 * * mon"}, "0 9 * * mon"),
        ({"state": "paused", "enabled": False, "disabled_by": "user", "next_due_at": None}, "paused"),
        ({"state": "left", "enabled": False, "disabled_by": "setting", "next_due_at": None}, "not in CHITTI_FEEDS"),
        ({"state": "new", "last_success_at": None}, "never"),
        ({"name": "[red]a\u202eb\x1b[31m"}, "[red]"),
        (FAILING | {"last_error": "[red]\u202e\x1b[31m"}, "[red]"),
    ],
)
def test_the_list_shows_a_feed_as_it_is(given: dict[str, Any], said: str):
    text = shown(page_of([feed(**given)]))
    assert said in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("given", "told", "remedy"),
    [
        (FAILING, "feeds.example answered 503 (4 times, since 30 Sep 10:30; worked last at 30 Sep 17:26)", None),
        (FAILING | {"failures": 1, "last_success_at": None}, "503 (once, since 30 Sep 10:30; never worked)", None),
        (FAILING | {"http_status": 404}, "(4 times", "look whether it has moved: chitti feeds change 3 --url ADDRESS"),
        (FAILING | {"http_status": 403}, "(4 times", "its server does not let us in"),
        (FAILING | {"http_status": 200}, "(4 times", "look up the feed's address: chitti feeds change 3 --url ADDRESS"),
        (FAILING | {"state": "dead", "http_status": None}, "(4 times", "else: chitti feeds remove 3"),
        (
            FAILING | {"state": "dead", "origin": "setting"},
            "(4 times",
            "change its address in CHITTI_FEEDS; else: chitti feeds pause 3",
        ),
        (FAILING | {"state": "gone", "enabled": False, "disabled_by": "gone"}, "4 times", "chitti feeds resume 3"),
        ({"state": "gone", "enabled": False, "disabled_by": "gone"}, "answered when it was fetched", "feeds resume 3"),
        (
            {"state": "quiet", "last_new_at": "2025-09-25T11:00:00.000Z"},
            "nothing new for 5 days",
            "chitti feeds change 3",
        ),
        ({"state": "quiet", "last_new_at": None}, "nothing new for 29 days", "chitti feeds remove 3"),
        ({"state": "quiet", "items_seen": 0}, "has never brought an article", "chitti feeds change 3 --url ADDRESS"),
        (MOVED, "moved to https://new.example/rss", "chitti feeds change 3 --url https://new.example/rss"),
        (
            MOVED | {"address_error": "no answer"},
            "no answer; it is fetched where it moved to",
            "chitti feeds change 3 --url",
        ),
    ],
)
def test_what_is_the_matter_with_a_feed_is_said_and_what_to_do(given: dict[str, Any], told: str, remedy: str | None):
    troubles, _, summary = shown(page_of([feed(**given)])).partition("\n\n")[2].rstrip().rpartition("\n\n")
    lines = troubles.splitlines()
    assert told in lines[0]
    assert lines[0].startswith(" 3 ")
    if remedy is None:
        assert len(lines) == 1
    else:
        assert remedy in lines[1]
    assert summary.startswith("1 feed: 1 ")


def test_a_feed_that_moved_to_another_feeds_address_is_one_too_many():
    text = shown(page_of([feed(**MOVED), feed(feed_id=7, url="https://new.example/rss")]))
    assert "that is feed 7 already: chitti feeds remove 3" in text


def test_what_is_the_matter_says_of_which_feed_once():
    page = "the document is an HTML page, expected a feed"
    text = shown(page_of([feed(name="Bourse", **FAILING | {"last_error": page}), feed(feed_id=4, **FAILING)]))
    assert f" 3 Bourse: {page} (4 times" in text
    assert " 4 feeds.example answered 503 (4 times" in text


def test_the_worst_feeds_stand_first_and_are_counted():
    feeds = [
        feed(),
        feed(feed_id=4, **FAILING),
        feed(feed_id=5, **FAILING | {"state": "dead"}),
        feed(feed_id=6, state="paused", enabled=False, disabled_by="user", next_due_at=None),
        feed(feed_id=8, **FAILING),
    ]
    lines = shown(page_of(feeds)).splitlines()
    assert [line.split()[0] for line in lines if "503" in line] == ["5", "4", "8"]
    assert lines[-1] == "5 feeds: 1 dead (5), 2 failing (4, 8), 1 ok, 1 paused"


def test_feeds_that_are_fine_get_no_remark():
    feeds = [feed(), feed(state="new", last_success_at=None, last_new_at=None)]
    lines = shown(page_of(feeds)).splitlines()
    assert lines[-2:] == ["", "2 feeds: 1 new, 1 ok"]
    assert len(lines) == 1 + 2 * 2 + 2


def test_a_feed_in_one_line():
    assert line_of(feed(name="Wire")) == "3 Wire (every 10m, next at 30 Sep 17:36)"
    assert line_of(feed(next_due_at=None)) == "3 feeds.example (every 10m)"


def test_an_article_is_shown_with_what_it_says_about_whom():
    article = Article(
        article_id=1,
        title="Infosys falls 3%\x1b[2J",
        summary="",
        url="",
        source="Dalal Ledger",
        source_host="ledger.example",
        published_at=None,
        first_seen_at="2025-09-30T11:56:00.000Z",
        cluster_id=1,
        lead=True,
        sources=3,
        sentiment="bearish",
        score=-0.6,
        confidence=0.8,
        event="order_win",
        model="lexicon-1",
        phrases=[],
        symbols=[SymbolSentiment(symbol="INFY", sentiment="bearish", score=-0.6, confidence=0.8)],
        entities=[],
    )
    head, facts = shown(block_of(article)).splitlines()
    assert head.split() == ["30", "Sep", "17:26", "▼", "-0.60", "Infosys", "falls", "3%\ufffd[2J"]
    assert facts.split() == ["INFY", "-0.60", "order", "win", "Dalal", "Ledger", "and", "2", "more"]
