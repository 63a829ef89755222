from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.alerts.listing import (
    DIRECTIONS,
    KINDS,
    NEVER,
    ORDERS,
    OUTCOMES,
    UNKNOWN,
    AlertColumns,
    Criteria,
    Listed,
    Place,
    micros_of,
    state_of,
)

NOW = datetime(2025, 9, 30, 4, tzinfo=UTC)
SYMBOLS = ("TCS", "INFY", "M&M")
RULES = ("sma_crossover", "volume_surge")


class Alert(NamedTuple):
    number: int
    symbol: str
    rule: str
    kind: str
    direction: str
    impact: float
    confidence: float | None
    created_at: datetime
    expires_at: datetime | None
    outcome: str | None
    acknowledged: bool


def packed(alerts: list[Alert]) -> Listed:
    return Listed(
        np.array([one.number for one in alerts], ">i8"),
        [one.symbol for one in alerts],
        [one.rule for one in alerts],
        np.array(
            [state_of(one.kind, one.direction, one.outcome or "pending", one.acknowledged) for one in alerts], np.uint8
        ),
        np.array([one.impact for one in alerts], ">f8"),
        np.array([UNKNOWN if one.confidence is None else one.confidence for one in alerts], ">f8"),
        np.array([micros_of(one.created_at) for one in alerts], ">i8"),
        np.array([NEVER if one.expires_at is None else micros_of(one.expires_at) for one in alerts], ">i8"),
    )


def moments(low: int = -50, high: int = 50) -> st.SearchStrategy[datetime]:
    return st.integers(low, high).map(lambda hours: NOW + timedelta(hours=hours))


LEVELS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
ALERTS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(SYMBOLS),
        st.sampled_from(RULES),
        st.sampled_from(KINDS),
        st.sampled_from(DIRECTIONS),
        LEVELS,
        st.none() | LEVELS,
        moments(),
        st.none() | moments(),
        st.none() | st.sampled_from(OUTCOMES[1:]),
        st.booleans(),
    ),
    max_size=60,
).map(lambda rows: [Alert(sum(row[0] for row in rows[: at + 1]), *row[1:]) for at, row in enumerate(rows)])
CRITERIA = st.builds(
    Criteria,
    symbols=st.none() | st.sets(st.sampled_from([*SYMBOLS, "NOSUCH"])),
    kind=st.none() | st.sampled_from(KINDS),
    rule=st.none() | st.sampled_from([*RULES, "no_such"]),
    direction=st.none() | st.sampled_from(DIRECTIONS),
    outcome=st.none() | st.sampled_from(OUTCOMES),
    min_impact=st.none() | LEVELS,
    min_confidence=st.none() | LEVELS,
    since=st.none() | moments(),
    until=st.none() | moments(),
    acknowledged=st.none() | st.booleans(),
    expired=st.none() | st.booleans(),
)


def meets(alert: Alert, wanted: Criteria) -> bool:
    """The conditions as plain words, the oracle of the kernel."""
    is_expired = alert.expires_at is not None and alert.expires_at <= NOW
    return (
        (wanted.symbols is None or alert.symbol in wanted.symbols)
        and wanted.kind in (None, alert.kind)
        and wanted.rule in (None, alert.rule)
        and wanted.direction in (None, alert.direction)
        and wanted.outcome in (None, alert.outcome or "pending")
        and (wanted.min_impact is None or alert.impact >= wanted.min_impact)
        and (
            wanted.min_confidence is None
            or (alert.confidence is not None and alert.confidence >= wanted.min_confidence)
        )
        and (wanted.since is None or alert.created_at >= wanted.since)
        and (wanted.until is None or alert.created_at < wanted.until)
        and wanted.acknowledged in (None, alert.acknowledged)
        and wanted.expired in (None, is_expired)
    )


def listed(alerts: list[Alert], wanted: Criteria, order: str) -> list[int]:
    def key(alert: Alert) -> tuple[float, int]:
        if order == "newest":
            return 0.0, alert.number
        value = alert.impact if order == "impact" else alert.confidence
        return (-1.0 if value is None else value), alert.number

    return [alert.number for alert in sorted(alerts, key=key, reverse=True) if meets(alert, wanted)]


def columns_of(alerts: list[Alert], at_once: int = 7) -> AlertColumns:
    columns = AlertColumns()
    for start in range(0, len(alerts), at_once):
        columns.extend(packed(alerts[start : start + at_once]))
    return columns


@given(ALERTS, CRITERIA, st.sampled_from(ORDERS), st.integers(1, 20))
def test_pages_joined_are_what_sorting_and_filtering_by_hand_gives(alerts, wanted, order, limit):
    columns = columns_of(alerts)
    found: list[int] = []
    after: Place | None = None
    while True:
        page, after = columns.page(wanted, order, after, limit, NOW)
        assert len(page) <= limit
        found += page
        if after is None:
            break
        assert len(page) == limit
    assert found == listed(alerts, wanted, order)


@given(ALERTS, st.sampled_from(ORDERS), st.data())
def test_alerts_raised_between_two_pages_shift_nothing(alerts, order, data):
    split = data.draw(st.integers(0, len(alerts)))
    columns = columns_of(alerts[:split])
    first, after = columns.page(Criteria(), order, None, 5, NOW)
    columns.extend(packed(alerts[split:]))
    rest = columns.page(Criteria(), order, after, 100, NOW)[0] if after is not None else []
    assert [number for number in first + rest if number <= columns_of(alerts[:split]).last] == listed(
        alerts[:split], Criteria(), order
    )


@given(ALERTS, st.lists(st.integers(0, 59), max_size=10))
def test_what_changed_is_seen_and_nothing_else_changes(alerts, chosen):
    columns = columns_of(alerts)
    changed = [alert._replace(acknowledged=True, outcome="hit") for i, alert in enumerate(alerts) if i in chosen]
    never_here = Alert(10**9, "TCS", "x", "news", "bullish", 1.0, None, NOW, None, None, True)
    columns.update(packed([*changed, never_here]))
    now_there = {alert.number: alert for alert in [*alerts, *changed]}.values()
    for wanted in (Criteria(acknowledged=True), Criteria(outcome="hit"), Criteria(outcome="pending")):
        assert columns.page(wanted, "newest", None, 100, NOW)[0] == listed(list(now_there), wanted, "newest")


def test_columns_grow_past_their_first_room():
    many = [
        Alert(number, f"S{number % 500}", "r", "news", "bullish", number % 101, None, NOW, None, None, False)
        for number in range(1, 5001)
    ]
    columns = columns_of(many, 999)
    assert (len(columns), columns.last) == (5000, 5000)
    page, after = columns.page(Criteria(symbols={"S7"}), "impact", None, 3, NOW)
    assert page == listed(many, Criteria(symbols={"S7"}), "impact")[:3]
    assert after is not None


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_is_listed_of_nothing(order):
    assert AlertColumns().page(Criteria(), order, None, 10, NOW) == ([], None)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "wanted",
    [
        Criteria(),
        Criteria(symbols={"S3", "S4"}, direction="bullish"),
        Criteria(min_impact=7.0, min_confidence=0.5, expired=False),
        Criteria(since=NOW + timedelta(minutes=4000), until=NOW + timedelta(minutes=8300), acknowledged=True),
        Criteria(symbols={"S3"}, kind="combined", outcome="miss", min_impact=9.0),
    ],
)
def test_pages_join_across_blocks_with_many_equal_keys(wanted, order):
    chance = np.random.default_rng(20250930)
    alerts = [
        Alert(
            2 * at + 1,
            f"S{chance.integers(40)}",
            f"r{at // 3000}",
            KINDS[chance.integers(4)],
            DIRECTIONS[chance.integers(2)],
            float(chance.integers(10)),
            None if at % 5 == 0 else float(chance.integers(4)) / 4,
            NOW + timedelta(minutes=at),
            NOW + timedelta(hours=int(chance.integers(-1, 2))) if at % 3 else None,
            (None, "hit", "miss")[chance.integers(3)],
            bool(chance.integers(2)),
        )
        for at in range(9000)
    ]
    columns, found, after = columns_of(alerts, 2500), [], None
    while len(found) < 700:
        page, after = columns.page(wanted, order, after, 100, NOW)
        found += page
        if after is None:
            break
    assert found == listed(alerts, wanted, order)[:700]


@given(st.integers(0, 2**32), st.integers(1, 700), st.integers(100, 1000), st.sampled_from(["impact", "confidence"]))
def test_no_group_that_is_passed_over_held_one_that_belongs_on_the_page(seed, at_once, count, order):
    chance = np.random.default_rng(seed)
    alerts = [
        Alert(
            at + 1, SYMBOLS[chance.integers(3)], RULES[chance.integers(2)], "news", DIRECTIONS[chance.integers(2)],
            float(chance.random() * 100), None if chance.random() < 0.2 else float(chance.random()),
            NOW, None, None, False,
        )
        for at in range(count)
    ]  # fmt: skip
    columns, wanted = columns_of(alerts, at_once), Criteria(symbols={"TCS"}, direction="bearish")
    first, after = columns.page(wanted, order, None, 20, NOW)
    second = columns.page(wanted, order, after, 20, NOW)[0] if after is not None else []
    assert first + second == listed(alerts, wanted, order)[:40]
