"""Companies under the symbols they had, and symbols that nobody has."""

from __future__ import annotations

import json

import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.db import connect_pool
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
TIMEOUT_S = 15


async def alerts_of(service, symbol):
    reply = await service.client.call(signals.GET_ALERTS, signals.GetAlertsRequest(symbol=symbol))
    return reply.alerts or None


async def test_the_watchlist_takes_companies_under_their_symbol_of_today(start_service, stock_market):
    await stock_market.store("NEWCO", RISING)  # not in the universe, but prices came for it
    service = await start_service()
    call = service.client.call
    for given, kept in (("TATAMOTORS", "TMPV"), ("NEWCO", "NEWCO")):
        assert (await call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol=given))).symbol == kept
    with pytest.raises(NotFound) as caught:
        await call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol="NOSUCH"))
    assert caught.value.details == {"kind": "symbol", "symbol": "NOSUCH"}
    assert [one.symbol for one in (await call(signals.GET_WATCHLIST, Empty())).symbols] == ["NEWCO", "TMPV"]
    assert (await call(signals.REMOVE_FROM_WATCHLIST, signals.WatchlistRequest(symbol="TATAMOTORS"))).removed


async def test_a_former_symbol_finds_the_alerts_of_todays(start_service, serve_market, stock_market, newsroom):
    await serve_market()
    await stock_market.store("TMPV", RISING)
    service = await start_service()
    await newsroom.publish("TMPV")
    await first_true(lambda: alerts_of(service, "TATAMOTORS"), TIMEOUT_S)
    wanted = signals.AlertFilter(symbols=["TATAMOTORS"])
    page = await service.client.call(signals.READ_EVENTS, signals.ReadEventsRequest(filter=wanted))
    assert [json.loads(bytes(one.data))["symbol"] for one in page.events] == ["TMPV"]


HOOK = {"name": "bot", "url": "https://93.184.216.34/alerts"}


async def ask(service, action, **fields):
    return await service.client.call(action, action.request(**fields))


async def subscribed(service, wanted, **given):
    """Where a stream begins."""
    request = signals.SubscribeRequest(filter=wanted, **given)
    async with service.client.subscribe(signals.SUBSCRIBE, request) as stream:
        return stream.first.at


ASKING = {
    "a listing": ("symbol", lambda service, named: ask(service, signals.GET_ALERTS, symbol=named)),
    "a longer listing": ("symbols", lambda service, named: ask(service, signals.GET_ALERTS, symbols=["TCS", named])),
    "a page of events": (
        "filter.symbols",
        lambda service, named: ask(service, signals.READ_EVENTS, filter=signals.AlertFilter(symbols=[named])),
    ),
    "a stream": (
        "filter.symbols", lambda service, named: subscribed(service, signals.AlertFilter(symbols=["INFY", named]))
    ),
    "a webhook": (
        "filter.symbols",
        lambda service, named: ask(
            service, signals.PUT_WEBHOOK, **HOOK, filter=signals.AlertFilter(symbols=[named])
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("asking", ASKING)
async def test_a_symbol_that_nobody_has_is_refused_wherever_alerts_are_asked_for(start_service, stock_market, asking):
    await stock_market.store("NEWCO", RISING)  # not in the universe, but prices came for it
    service = await start_service()
    field, asks = ASKING[asking]
    for named in ("TCS", "NEWCO", "TATAMOTORS"):
        await asks(service, named)
    with pytest.raises(InvalidInput, match="no company goes by 'TCSS'; did you mean 'TCS'") as refused:
        await asks(service, "TCSS")
    assert refused.value.details["field"] == field


async def test_a_company_that_is_gone_is_still_listed_and_followed(start_service, stock_market, pool, database):
    await stock_market.store("NEWCO", RISING)
    service = await start_service()
    wanted = signals.AlertFilter(symbols=["NEWCO"])
    start = await subscribed(service, wanted)
    await ask(service, signals.PUT_WEBHOOK, **HOOK, filter=wanted)
    async with await connect_pool(database.url_of("migrator"), application_name="test-owner") as owner:
        await owner.execute("TRUNCATE md.instruments CASCADE")
    with pytest.raises(InvalidInput, match="'NEWCO'"):
        await subscribed(service, wanted)
    assert await subscribed(service, wanted, after=start) == start
    assert await subscribed(service, wanted, returning=True) == start
    paused = await ask(service, signals.PUT_WEBHOOK, **HOOK, filter=wanted, enabled=False)
    assert (paused.created, paused.webhook.state) == (False, "disabled")
    more = signals.AlertFilter(symbols=["NEWCO", "NEWC"])
    with pytest.raises(InvalidInput, match="'NEWC'"):
        await ask(service, signals.PUT_WEBHOOK, **HOOK, filter=more)


async def test_a_symbol_that_an_alert_is_about_is_known(start_service, pool):
    await pool.execute(
        "INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence_basis, price, "
        "bar_date, as_of, created_at, summary, evidence) VALUES (md5('1'), 'OLDCO', 'technical', 'r', 'bullish', 50, "
        """'test', 100, '2025-09-01', now(), now(), 'x', '[{"name": "close", "value": 1, "source": "test"}]')"""
    )
    service = await start_service()
    assert (await ask(service, signals.GET_ALERTS, symbols=["OLDCO"])).count == 1
    await subscribed(service, signals.AlertFilter(symbols=["OLDCO"]))


@pytest.mark.parametrize(
    ("field", "asks"),
    [
        ("sector", lambda service: ask(service, signals.GET_ALERTS, sector="Bankin")),
        ("filter.sectors", lambda service: subscribed(service, signals.AlertFilter(sectors=["IT", "Bankin"]))),
    ],
)
async def test_an_unknown_sector_is_refused_by_the_name_of_the_field_that_holds_it(start_service, field, asks):
    service = await start_service()
    with pytest.raises(InvalidInput, match="did you mean 'Banking'") as refused:
        await asks(service)
    assert refused.value.details["field"] == field
    assert refused.value.message.startswith(f"{field} names Bankin")


async def test_what_is_remembered_of_a_company_follows_it_to_a_new_symbol(
    start_service, serve_market, stock_market, pool
):
    await serve_market()
    service = await start_service()
    call = service.client.call
    rule = {"name": "high", "bullish": {">": ["close", 101]}}
    await call(signals.PUT_RULE, signals.PutRuleRequest(name="high", rule=rule))

    async def store(symbol, close):
        await stock_market.store(symbol, close)

        async def judged():
            done = await pool.fetchval("SELECT position FROM signals.cursors WHERE source = 'prices'")
            return done == stock_market.seqs[symbol]

        await first_true(judged, TIMEOUT_S)

    await store("OLDCO", [100.0] * 30)
    await store("OLDCO", [*[100.0] * 30, 103.0])
    await call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol="OLDCO"))
    mute = (await call(signals.MUTE, signals.MuteRequest(symbol="OLDCO", rule="golden_cross"))).mute
    async with stock_market._pool.transaction() as connection:
        instrument = await connection.fetchval(
            "UPDATE md.instruments SET symbol = 'NEWCO' WHERE symbol = 'OLDCO' RETURNING instrument_id"
        )
        await connection.execute("INSERT INTO md.symbol_aliases VALUES ('OLDCO', '2025-10-01', $1)", instrument)
    del stock_market.bars["OLDCO"]
    await store("NEWCO", [*[100.0] * 31, 103.0])
    told = await pool.fetch("SELECT symbol FROM signals.alerts WHERE rule = 'high'")
    assert [one["symbol"] for one in told] == ["OLDCO"]  # it holds on since then, or is in its cool-down
    assert [one.symbol for one in (await call(signals.GET_WATCHLIST, Empty())).symbols] == ["NEWCO"]
    mutes = (await call(signals.LIST_MUTES, Empty())).mutes
    assert [(one.mute_id, one.symbol, one.rule) for one in mutes] == [(mute.mute_id, "NEWCO", "golden_cross")]
    for table in ("judged", "rule_states"):
        assert {one["symbol"] for one in await pool.fetch(f"SELECT symbol FROM signals.{table}")} == {"NEWCO"}
