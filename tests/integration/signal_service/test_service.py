from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import msgspec
import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import connect_pool
from chitti_shared.errors import InvalidInput, NotFound, ServiceUnavailable
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
FALLING = [100.0 - 0.1 * i - (0.3 if i % 2 else 0.0) for i in range(59)] + [90.0]
TIMEOUT_S = 15


async def events(subscription, count):
    """The next `count` alerts of a subscription, as (event_id, alert)."""
    found = []
    async with asyncio.timeout(TIMEOUT_S):
        while len(found) < count:
            event = await anext(subscription)
            if event.event == "new_alert":
                found.append((event.event_id, json.loads(event.data)))
    return found


async def alerts_of(service, **query):
    return await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(**query))


async def alerts_when(service, count, **query):
    """What get_alerts answers once it has `count` alerts."""

    async def complete():
        reply = await alerts_of(service, **query)
        return reply if reply.count == count else None

    return await first_true(complete, TIMEOUT_S)


async def generate(service, **request):
    return await service.client.call(signals.GENERATE_SIGNALS, signals.GenerateSignalsRequest(**request))


async def test_an_article_becomes_an_alert_that_explains_itself(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TCS", RISING)
    service = await start_service()
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        article = await newsroom.publish("TCS", title="TCS wins its largest order")
        ((event_id, alert),) = await events(stream, 1)
    assert event_id.endswith("-1")
    assert (alert["symbol"], alert["rule"], alert["direction"]) == ("TCS", "news_with_trend", "bullish")
    assert (alert["headline"], alert["article_id"], alert["sentiment_score"]) == (
        "TCS wins its largest order",
        article,
        0.8,
    )
    facts = {fact["name"]: fact["value"] for fact in alert["evidence"]}
    assert facts["close"] == 108.0
    assert facts["sma_20"] < 108.0
    assert facts["rsi_14"] > facts["rsi_14_previous"]
    stored = await service.client.call(signals.GET_ALERT, signals.GetAlertRequest(alert_id=alert["alert_id"]))
    assert json.loads(msgspec.json.encode(stored.alert)) == alert


async def test_news_that_price_action_does_not_back_raises_nothing(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await stock_market.store("INFY", FALLING)
    service = await start_service()
    for symbol, sentiment in (("TCS", "bearish"), ("TCS", "neutral"), ("INFY", "neutral"), ("RPOWER", "bullish")):
        await newsroom.publish(symbol, sentiment)
    await newsroom.publish("INFY", "bearish")
    reply = await alerts_when(service, 1)
    assert reply.alerts[0].symbol == "INFY"


async def test_stale_news_raises_nothing(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await stock_market.store("INFY", FALLING)
    service = await start_service()
    await newsroom.publish("TCS", published=datetime(2025, 9, 23, 5, tzinfo=UTC))
    await newsroom.publish("INFY", "bearish")
    assert (await alerts_when(service, 1)).alerts[0].symbol == "INFY"


async def test_bars_that_arrive_after_the_article_confirm_it(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    service = await start_service()
    await newsroom.publish("TCS")
    await stock_market.store("TCS", RISING)
    reply = await alerts_when(service, 1)
    assert reply.alerts[0].rule == "news_with_trend"


async def test_a_run_tells_how_far_it_is(start_service, serve_market, stock_market):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await stock_market.store("INFY", FALLING)
    service = await start_service()
    told = []
    reply = await service.client.call(
        signals.GENERATE_SIGNALS,
        signals.GenerateSignalsRequest(progress=True),
        on_partial=lambda progress, part: told.append((progress, part)),
    )
    assert [(progress, part.symbols, part.of) for progress, part in told] == [(1.0, 2, 2)]
    assert told[0][1].generated == reply.generated
    assert told[0][1].created == reply.created


async def test_repeated_generation_raises_no_second_alert(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await newsroom.publish("TCS")
    service = await start_service()
    first = await alerts_when(service, 1)
    replies = await asyncio.gather(*(generate(service, symbol="TCS") for _ in range(8)))
    assert {reply.created for reply in replies} == {0}
    held = {signal.alert_id for reply in replies for signal in reply.signals if signal.rule == "news_with_trend"}
    assert held == {first.alerts[0].alert_id}
    assert (await alerts_of(service)).count == 1


async def test_generation_at_once_on_two_instances_raises_one_alert(start_service, serve_market, stock_market, pool):
    await serve_market()
    await stock_market.store("TCS", [100.0] * 55 + [130.0], volume=[1000.0] * 55 + [5000.0])
    await pool.execute("UPDATE signals.cursors SET position = 1000 WHERE source = 'prices'")  # only by request
    one, two = await start_service(), await start_service("second")
    replies = await asyncio.gather(*(generate(service) for service in (one, two) for _ in range(4)))
    created = [signal.alert_id for reply in replies for signal in reply.signals if signal.created]
    assert created
    assert len(created) == len(set(created))
    assert (await alerts_when(two, len(created))).as_of.split("-")[0] == (await alerts_of(one)).as_of.split("-")[0]


async def test_the_first_import_raises_only_what_begins_on_the_newest_bar(start_service, serve_market, stock_market):
    await serve_market()
    high = [105.0] * 252
    await stock_market.store("TCS", [100.0] * 253, high=[*high, 106.0])  # begins today
    await stock_market.store("INFY", [100.0] * 254, high=[*high, 106.0, 107.0])  # began the day before
    service = await start_service()
    reply = await alerts_when(service, 1)
    assert (reply.alerts[0].symbol, reply.alerts[0].rule) == ("TCS", "new_52_week_high")
    answer = await generate(service)
    assert {(one.symbol, one.created) for one in answer.signals} == {("TCS", False), ("INFY", False)}


async def test_nothing_is_lost_while_mojo_compute_is_down(start_service, serve_market, stock_market, newsroom):
    await stock_market.store("TCS", RISING)
    service = await start_service()
    await newsroom.publish("TCS")

    async def waiting() -> bool:
        return (await service.client.call(HEALTH, Empty())).checks["work"] != "ok"

    await first_true(waiting, TIMEOUT_S)
    health = await service.client.call(HEALTH, Empty())
    assert health.health == "degraded"
    assert health.checks["mojo-compute"] != "ok"
    with pytest.raises(ServiceUnavailable):
        await generate(service, symbol="TCS")
    await serve_market()
    assert (await alerts_when(service, 1)).alerts[0].symbol == "TCS"

    async def healthy() -> bool:
        return (await service.client.call(HEALTH, Empty())).health == "healthy"

    await first_true(healthy, TIMEOUT_S)


async def test_a_killed_service_loses_and_repeats_nothing(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    symbols = [f"SYM{number}" for number in range(12)]
    for symbol in symbols:
        await stock_market.store(symbol, RISING)
    received, at = [], None
    for round_ in range(4):
        service = await start_service(f"signal-{round_}")
        if at is None:
            at = (await alerts_of(service)).as_of
        for symbol in symbols[round_ * 3 : round_ * 3 + 3]:
            await newsroom.publish(symbol)
        async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest(after=at)) as stream:
            for event_id, alert in await events(stream, 1 if round_ < 3 else 12 - len(received)):
                received.append(alert["symbol"])
                at = event_id
        await service.kill()
    assert sorted(received) == sorted(symbols)
    assert len(set(received)) == 12


@pytest.mark.parametrize(
    "cursor", ["garbage", "", "-1", "0123456789abcdef--1", "\0", "x" * 16_384, "0123456789abcdef-9223372036854775808"]
)
async def test_a_cursor_that_means_nothing_resets_the_reader(start_service, cursor):
    service = await start_service()
    request = signals.SubscribeRequest(after=cursor)
    async with service.client.subscribe(signals.SUBSCRIBE, request) as stream:
        async with asyncio.timeout(TIMEOUT_S):
            event = await anext(stream)
        assert (event.event, event.event_id) == ("reset", stream.first.at)
        assert json.loads(event.data)["reason"] == "unknown"
    page = await service.client.call(signals.READ_EVENTS, signals.ReadEventsRequest(after=cursor))
    assert page.reset is not None
    assert (page.reset.reason, page.at, page.events) == ("unknown", page.top, [])


async def test_future_and_foreign_cursors_reset_the_reader_with_their_reason(start_service):
    service = await start_service()
    epoch = (await alerts_of(service)).as_of.split("-")[0]
    for cursor, reason in ((f"{epoch}-1", "unknown"), ("0" * 16 + "-0", "epoch")):
        page = await service.client.call(signals.READ_EVENTS, signals.ReadEventsRequest(after=cursor))
        assert page.reset is not None
        assert page.reset.reason == reason


async def test_filters_are_applied_by_the_daemon(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await stock_market.store("INFY", FALLING)
    service = await start_service()
    start = (await alerts_of(service)).as_of
    wanted = signals.AlertFilter(symbols=["INFY"], directions=["bearish"])
    request = signals.SubscribeRequest(filter=wanted)
    async with service.client.subscribe(signals.SUBSCRIBE, request) as stream:
        await newsroom.publish("TCS")
        await alerts_when(service, 1)
        await newsroom.publish("INFY", "bearish")
        ((event_id, alert),) = await events(stream, 1)
    assert (alert["symbol"], event_id.split("-")[1]) == ("INFY", "2")
    page = await service.client.call(signals.READ_EVENTS, signals.ReadEventsRequest(after=start, filter=wanted))
    assert [one.event_id for one in page.events] == [event_id]
    assert page.at == event_id


async def test_pages_of_events_join_without_gap_or_repeat(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    symbols = [f"SYM{number}" for number in range(7)]
    for symbol in symbols:
        await stock_market.store(symbol, RISING)
    service = await start_service()
    for symbol in symbols:
        await newsroom.publish(symbol)
    await alerts_when(service, 7)
    at, seen = None, []
    while True:
        page = await service.client.call(signals.READ_EVENTS, signals.ReadEventsRequest(after=at, limit=3))
        if not page.events:
            break
        seen += [one.event_id for one in page.events]
        at = page.at
    assert [int(event_id.split("-")[1]) for event_id in seen] == list(range(1, 8))


async def test_listings_are_newest_first_filtered_and_paged(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    for symbol, close in (("TCS", RISING), ("INFY", FALLING), ("WIPRO", FALLING)):
        await stock_market.store(symbol, close)
    service = await start_service()
    for number, (symbol, sentiment) in enumerate((("TCS", "bullish"), ("INFY", "bearish"), ("WIPRO", "bearish")), 1):
        await newsroom.publish(symbol, sentiment)
        await alerts_when(service, number)
    assert [one.symbol for one in (await alerts_of(service)).alerts] == ["WIPRO", "INFY", "TCS"]
    first = await alerts_of(service, limit=2)
    rest = await alerts_of(service, limit=2, cursor=first.next_cursor)
    assert [one.symbol for one in rest.alerts] == ["TCS"]
    assert rest.next_cursor is None
    assert [one.symbol for one in (await alerts_of(service, direction="bullish")).alerts] == ["TCS"]
    assert (await alerts_of(service, min_impact=100.0)).count == 0
    await service.client.call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol="INFY"))
    assert [one.symbol for one in (await alerts_of(service, watchlist=True)).alerts] == ["INFY"]
    with pytest.raises(InvalidInput):
        await alerts_of(service, cursor="1 OR 1=1")


async def test_a_listing_is_never_staler_than_its_own_acknowledgement(
    start_service, serve_market, stock_market, newsroom
):
    await serve_market()
    await stock_market.store("TCS", RISING)
    one, two = await start_service(), await start_service("second")
    await newsroom.publish("TCS")
    alert = (await alerts_when(one, 1)).alerts[0]
    await alerts_when(two, 1)
    request = signals.AcknowledgeAlertRequest(alert_id=alert.alert_id)
    first = await one.client.call(signals.ACKNOWLEDGE_ALERT, request)
    assert (await alerts_of(one)).alerts[0].acknowledged_at == first.acknowledged_at
    assert (await one.client.call(signals.ACKNOWLEDGE_ALERT, request)) == first

    async def seen_by_two() -> bool:
        return (await alerts_of(two)).alerts[0].acknowledged_at is not None

    await first_true(seen_by_two, TIMEOUT_S)
    assert (await alerts_of(two, acknowledged=False)).count == 0


async def test_unknown_alerts_and_symbols_are_not_found(start_service, serve_market, stock_market):
    await serve_market()
    await stock_market.store("TCS", RISING)
    service = await start_service()
    for action, request in (
        (signals.GET_ALERT, signals.GetAlertRequest(alert_id="0" * 32)),
        (signals.ACKNOWLEDGE_ALERT, signals.AcknowledgeAlertRequest(alert_id="0" * 32)),
        (signals.GENERATE_SIGNALS, signals.GenerateSignalsRequest(symbol="NOSUCH")),
    ):
        with pytest.raises(NotFound):
            await service.client.call(action, request)
    reply = await generate(service, symbols=["NOSUCH", "TCS"])
    assert ([one.symbol for one in reply.skipped], reply.symbols) == (["NOSUCH"], 1)
    with pytest.raises(InvalidInput):
        await generate(service, symbol="TCS", symbols=["TCS"])


async def test_the_watchlist_keeps_each_symbol_once(start_service):
    service = await start_service()
    call, item = service.client.call, signals.WatchlistRequest(symbol="M&M")
    assert (await call(signals.ADD_TO_WATCHLIST, item)).added
    assert not (await call(signals.ADD_TO_WATCHLIST, item)).added
    listed = await call(signals.GET_WATCHLIST, Empty())
    assert ([one.symbol for one in listed.symbols], listed.count) == (["M&M"], 1)
    assert (await call(signals.REMOVE_FROM_WATCHLIST, item)).removed
    assert not (await call(signals.REMOVE_FROM_WATCHLIST, item)).removed


async def test_a_heartbeat_tells_a_drained_reader_its_position(start_service, monkeypatch):
    monkeypatch.setattr("signal_service.work.watch.BEAT_S", 0.02)
    service = await start_service()
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        async with asyncio.timeout(TIMEOUT_S):
            event = await anext(stream)
        assert (event.event, event.event_id) == ("hb", stream.first.at)
        assert json.loads(event.data).keys() == {"top", "ts"}


async def test_bars_that_change_between_two_questions_are_asked_for_again(start_service, serve_market, stock_market):
    await serve_market()
    await stock_market.store("TCS", RISING[:-1])
    service = await start_service()

    async def one_more_bar() -> None:
        stock_market.after_prices = None
        await stock_market.store("TCS", RISING)

    stock_market.after_prices = one_more_bar
    reply = await generate(service, symbol="TCS")
    assert (reply.symbols, reply.skipped) == (1, [])
    assert stock_market.after_prices is None


async def test_a_connected_reader_is_told_of_a_new_epoch(start_service, serve_market, stock_market, newsroom, database):
    await serve_market()
    await stock_market.store("TCS", RISING)
    await stock_market.store("INFY", FALLING)
    service = await start_service()
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        await newsroom.publish("TCS")
        ((before, _),) = await events(stream, 1)
        async with await connect_pool(database.url_of("migrator"), application_name="test-owner") as owner:
            await owner.execute("DELETE FROM signals.events")
            await owner.execute("UPDATE signals.streams SET seq = 0")
        async with asyncio.timeout(TIMEOUT_S):
            reset = await anext(stream)
        assert (reset.event, json.loads(reset.data)["reason"]) == ("reset", "epoch")
        await newsroom.publish("INFY", "bearish")
        ((after, alert),) = await events(stream, 1)
    assert alert["symbol"] == "INFY"
    assert (after.split("-")[0] != before.split("-")[0], after.split("-")[1]) == (True, "1")


async def test_bad_requests_are_refused_and_others_served_on(start_service):
    service = await start_service()
    for action, params in (
        ("get_alerts", {"limit": 0}),
        ("get_alerts", {"limit": 1001}),
        ("get_alerts", {"colour": "red"}),
        ("get_alerts", {"kind": "rumour"}),
        ("get_alert", {"alert_id": "x"}),
        ("generate_signals", {"symbol": "tcs"}),
        ("generate_signals", {"symbols": []}),
        ("add_to_watchlist", {"symbol": "A" * 21}),
        ("read_events", {"topic": "rumours"}),
        ("read_events", {"filter": {"sector": "IT"}}),
    ):
        with pytest.raises(InvalidInput):
            await service.client.forward(action, params=params)
    assert (await alerts_of(service)).count == 0
