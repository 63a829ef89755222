"""Listing alerts by condition and order, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from chitti_shared.contracts import signals
from chitti_shared.db import connect_pool
from chitti_shared.errors import InvalidInput
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

TIMEOUT_S = 15
BEGIN = datetime(2025, 9, 1, 4, tzinfo=UTC)

INSERT = """
INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price,
    bar_date, as_of, created_at, expires_at, outcome, outcome_bar, outcome_return, summary, evidence)
VALUES (md5($1::text), $2, $3, $4, $5, $6, $7, 'test', 100, $8::timestamptz::date, $8, $8, $9, $10,
    CASE WHEN $10::text IS NULL THEN NULL ELSE $8::timestamptz::date + 7 END,
    CASE WHEN $10::text IS NULL THEN NULL ELSE 0.02 END, $1::text, '[{"name": "close", "value": 1, "source": "test"}]')
"""
#        symbol    kind         rule             direction  impact confidence outcome
ROWS = [
    ("TCS", "technical", "sma_crossover", "bullish", 50.0, 0.6, "hit"),
    ("INFY", "combined", "volume_surge", "bearish", 80.0, None, "miss"),
    ("SUNPHARMA", "technical", "sma_crossover", "bullish", 80.0, 0.7, None),
    ("TCS", "fundamental", "value", "bullish", 10.0, 0.6, None),
    ("HDFCBANK", "technical", "volume_surge", "bearish", 33.3, 0.1, None),
]


@pytest.fixture
async def stored(pool) -> None:
    """Alerts 1 to 5, an hour apart; the first two are over."""
    for number, (symbol, kind, rule, direction, impact, confidence, outcome) in enumerate(ROWS, 1):
        created = BEGIN + timedelta(hours=number)
        expires = datetime(2025, 9, 9, tzinfo=UTC) if number < 3 else datetime(2125, 1, 1, tzinfo=UTC)
        await pool.execute(
            INSERT, str(number), symbol, kind, rule, direction, impact, confidence, created, expires, outcome
        )


async def listed(service, **query) -> list[int]:
    reply = await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(**query))
    assert reply.count == len(reply.alerts)
    return [int(alert.summary) for alert in reply.alerts]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"sort": "impact"}, [3, 2, 1, 5, 4]),
        ({"sort": "confidence"}, [3, 4, 1, 5, 2]),
        ({"symbols": ["TCS", "INFY"], "sort": "impact"}, [2, 1, 4]),
        ({"symbol": "TCS"}, [4, 1]),
        ({"sector": "it"}, [4, 2, 1]),
        ({"sector": "Banking", "direction": "bearish"}, [5]),
        ({"sector": "Healthcare", "symbol": "TCS"}, []),
        ({"kind": "technical", "rule": "sma_crossover"}, [3, 1]),
        ({"rule": "golden_cross"}, []),
        ({"min_confidence": 0.0}, [5, 4, 3, 1]),
        ({"min_confidence": 0.6, "min_impact": 50.0}, [3, 1]),
        ({"since": BEGIN + timedelta(hours=2), "until": BEGIN + timedelta(hours=4)}, [3, 2]),
        ({"expired": True}, [2, 1]),
        ({"expired": False, "sort": "confidence"}, [3, 4, 5]),
        ({"outcome": "hit"}, [1]),
        ({"outcome": "pending"}, [5, 4, 3]),
        ({"acknowledged": True}, []),
    ],
)
async def test_every_condition_and_order_lists_what_it_says(start_service, stored, query, numbers):
    service = await start_service()
    assert await listed(service, **query) == numbers


@pytest.mark.parametrize("sort", ["newest", "impact", "confidence"])
async def test_pages_join_in_every_order_while_alerts_arrive(start_service, stored, pool, sort):
    service = await start_service()
    whole = await listed(service, sort=sort)
    found, cursor = [], None
    while True:
        request = signals.GetAlertsRequest(sort=sort, limit=2, cursor=cursor)
        reply = await service.client.call(signals.GET_ALERTS, request)
        found += [int(alert.summary) for alert in reply.alerts]
        cursor = reply.next_cursor
        if cursor is None:
            break
        number = 6 + len(found)
        await pool.execute(
            INSERT, str(number), "TCS", "technical", f"r{number}", "bullish", 100.0, 1.0, BEGIN, None, None
        )
        await pool.execute("UPDATE signals.streams SET state_version = state_version + 1")
    assert [number for number in found if number <= 5] == whole


async def test_a_change_on_another_instance_is_listed_here(start_service, stored, pool):
    one, two = await start_service(), await start_service("second")
    assert len(await listed(one)) == len(await listed(two)) == 5
    alert = (await one.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(limit=1))).alerts[0]
    await two.client.call(signals.ACKNOWLEDGE_ALERT, signals.AcknowledgeAlertRequest(alert_id=alert.alert_id))
    assert await listed(two, acknowledged=True) == [5]

    async def seen() -> bool:
        return await listed(one, acknowledged=True) == [5]

    await first_true(seen, TIMEOUT_S)
    await pool.execute(
        "UPDATE signals.alerts SET outcome = 'miss', outcome_bar = bar_date + 7, outcome_return = -0.1 WHERE number = 3"
    )

    async def known() -> bool:
        return await listed(one, outcome="miss") == [3, 2]

    await first_true(known, TIMEOUT_S)


async def test_many_alerts_that_change_together_are_all_listed(start_service, stored, pool):
    service = await start_service()
    await pool.execute(
        INSERT.replace("md5($1::text)", "md5($1 || n::text)")
        .replace("VALUES (", "SELECT ")
        .replace("'test', 100, $8::timestamptz::date", "'test', 100, $8::timestamptz::date - n")
        .replace("\"source\": \"test\"}]')", "\"source\": \"test\"}]' FROM generate_series(100, 4599) AS n"),
        "7", "TCS", "technical", "golden_cross", "bullish", 5.0, None, BEGIN, None, None,
    )  # fmt: skip
    await pool.execute("UPDATE signals.streams SET state_version = state_version + 1")

    async def unseen(count: int) -> bool:
        request = signals.GetAlertsRequest(rule="golden_cross", acknowledged=False, limit=1)
        return (await service.client.call(signals.GET_ALERTS, request)).count == count

    await first_true(lambda: unseen(1), TIMEOUT_S)
    await pool.execute("UPDATE signals.alerts SET acknowledged_at = now() WHERE rule = 'golden_cross'")
    await first_true(lambda: unseen(0), TIMEOUT_S)
    versions = await pool.fetchval(
        "SELECT count(DISTINCT changed_version) FROM signals.alerts WHERE rule = 'golden_cross'"
    )
    assert versions == 1
    cursor, seen = None, 0
    while True:
        request = signals.GetAlertsRequest(rule="golden_cross", acknowledged=True, limit=1000, cursor=cursor)
        reply = await service.client.call(signals.GET_ALERTS, request)
        seen, cursor = seen + reply.count, reply.next_cursor
        if cursor is None:
            break
    assert seen == 4500


async def test_an_alert_whose_time_runs_out_is_listed_as_over_without_any_change(start_service, stored, pool):
    service = await start_service()
    until = datetime.now(UTC) + timedelta(seconds=0.3)
    await pool.execute(INSERT, "6", "TCS", "technical", "r", "bullish", 1.0, 1.0, BEGIN, until, None)
    await pool.execute("UPDATE signals.streams SET state_version = state_version + 1")

    async def over() -> bool:
        return await listed(service, expired=True) == [6, 2, 1]

    await first_true(over, TIMEOUT_S)


async def test_a_restored_database_is_read_anew(start_service, stored, database):
    service = await start_service()
    assert len(await listed(service)) == 5
    async with await connect_pool(database.url_of("migrator"), application_name="test-owner") as owner:
        await owner.execute("DELETE FROM signals.alerts WHERE number > 3")
        await owner.execute("UPDATE signals.streams SET lineage = array_append(lineage, 'ffffffffffffffff')")

    async def anew() -> bool:
        return await listed(service) == [3, 2, 1]

    await first_true(anew, TIMEOUT_S)


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "1 OR 1=1"},
        {"cursor": "impact:0x1.8p+5:3"},
        {"cursor": "3", "sort": "impact"},
        {"cursor": "impact:0x1.8p+9999:3", "sort": "impact"},
        {"cursor": "impact:nan:3", "sort": "impact"},
        {"symbol": "TCS", "symbols": ["INFY"]},
        {"sector": "Bankin"},
    ],
)
async def test_a_question_without_sense_is_refused(start_service, query):
    service = await start_service()
    with pytest.raises(InvalidInput):
        await listed(service, **query)


async def test_a_time_without_a_zone_is_refused(start_service):
    service = await start_service()
    with pytest.raises(InvalidInput) as refused:
        await service.client.forward("get_alerts", params={"since": "2025-09-01T00:00:00"})
    assert refused.value.details["field"] == "since"


async def test_an_alert_that_was_listed_before_is_listed_with_what_changed_of_it(start_service, stored, pool):
    service = await start_service()

    async def outcomes() -> list[str | None]:
        reply = await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest())
        return [alert.outcome for alert in reply.alerts]

    assert await outcomes() == [None, None, None, "miss", "hit"]
    await pool.execute(
        "UPDATE signals.alerts SET outcome = 'hit', outcome_bar = bar_date + 7, outcome_return = 0.1 WHERE number = 4"
    )

    async def known() -> bool:
        return await outcomes() == [None, "hit", None, "miss", "hit"]

    await first_true(known, TIMEOUT_S)
    alert = (await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(limit=1))).alerts[0]
    await service.client.call(signals.ACKNOWLEDGE_ALERT, signals.AcknowledgeAlertRequest(alert_id=alert.alert_id))
    again = (await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest())).alerts
    assert again[0].acknowledged_at is not None
    one = await service.client.call(signals.GET_ALERT, signals.GetAlertRequest(alert_id=alert.alert_id))
    assert one.alert == again[0]
