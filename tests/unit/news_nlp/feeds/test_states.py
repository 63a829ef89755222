from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from chitti_shared.contracts.news import feeds as contract
from news_nlp.feeds import STATES, NewsMetrics, Tally, state_of, tally
from prometheus_client import CollectorRegistry

NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(**given: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "enabled": True,
        "disabled_by": None,
        "added_at": NOW - 1000 * HOUR,
        "last_success_at": NOW - HOUR,
        "last_new_at": NOW - HOUR,
        "failing_since": None,
        "items_seen": 12,
        "next_due": NOW + HOUR,
    }
    return plain | given


def off(why: str) -> dict[str, Any]:
    return row(enabled=False, disabled_by=why, failing_since=NOW - 100 * HOUR)


@pytest.mark.parametrize(
    ("feed", "state"),
    [
        (row(), "ok"),
        (row(last_success_at=None, last_new_at=None, items_seen=0), "new"),
        (row(items_seen=0, last_new_at=None), "quiet"),
        (row(last_new_at=NOW - 72 * HOUR), "ok"),
        (row(last_new_at=NOW - 73 * HOUR), "quiet"),
        (row(last_new_at=None, added_at=NOW - 72 * HOUR), "ok"),
        (row(last_new_at=None), "quiet"),
        (row(failing_since=NOW), "failing"),
        (row(failing_since=NOW - 23.9 * HOUR), "failing"),
        (row(failing_since=NOW - 24 * HOUR), "dead"),
        (row(failing_since=NOW - 24 * HOUR, last_success_at=None), "dead"),
        (off("user"), "paused"),
        (off("setting"), "left"),
        (off("gone"), "gone"),
    ],
)
def test_a_feed_has_one_state(feed: dict[str, Any], state: str):
    assert state_of(feed, NOW) == state


def test_the_wire_names_the_same_states():
    assert get_args(contract.FeedState) == STATES


def test_feeds_at_a_glance():
    rows = [row(), row(last_success_at=None, added_at=NOW - 50 * HOUR), off("gone"), off("user") | {"next_due": NOW}]
    seen = tally(rows, NOW)
    assert {state: count for state, count in seen.states.items() if count} == {
        "ok": 1,
        "new": 1,
        "gone": 1,
        "paused": 1,
    }
    assert seen.fetched == 2
    assert (seen.oldest_success, seen.longest_due) == (NOW - 50 * HOUR, NOW + HOUR)
    assert tally([], NOW) == Tally(dict.fromkeys(STATES, 0), None, None)


def test_ages_grow_while_nobody_looks_at_the_feeds():
    registry = CollectorRegistry()
    metrics = NewsMetrics(registry)
    now = NOW
    metrics.feeds(tally([row(next_due=NOW - HOUR)], NOW), lambda: now)

    def ages() -> tuple[float | None, float | None]:
        return (
            registry.get_sample_value("chitti_news_feeds_oldest_success_age_seconds"),
            registry.get_sample_value("chitti_news_feeds_overdue_seconds"),
        )

    assert ages() == (3600, 3600)
    now += HOUR
    assert ages() == (7200, 7200)
    metrics.feeds(tally([row(), off("gone")], NOW), lambda: now)
    assert ages() == (7200, 0)
    assert registry.get_sample_value("chitti_news_feeds", {"state": "gone"}) == 1
    metrics.feeds(tally([], NOW), lambda: now)
    assert ages() == (0, 0)
    assert registry.get_sample_value("chitti_news_feeds", {"state": "gone"}) == 0


def test_the_leader_is_told_apart():
    registry = CollectorRegistry()
    metrics = NewsMetrics(registry)
    leads = False
    metrics.watch(lambda: leads)
    assert registry.get_sample_value("chitti_news_feeds_leader") == 0
    leads = True
    assert registry.get_sample_value("chitti_news_feeds_leader") == 1
