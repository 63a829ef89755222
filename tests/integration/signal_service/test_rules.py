"""Rules of one's own, mutes, switches, backtests of rules: over the socket, on a real database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import Conflict, InvalidInput, NotFound
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

TIMEOUT_S = 15
FLAT = [100.0] * 30
OWN = {"name": "my_rise", "title": "A rise of mine", "bullish": {">": ["close", {"*": [1.02, {"ago": ["close", 1]}]}]}}


@pytest.fixture
async def service(start_service, serve_market):
    await serve_market()
    return await start_service()


async def ask(service, action, **fields):
    return await service.client.call(action, action.request(**fields))


async def put(service, document=OWN, **more):
    return await ask(service, signals.PUT_RULE, name=document["name"], rule=document, **more)


async def rules_raised(service):
    reply = await ask(service, signals.GET_ALERTS, limit=1000)
    return sorted((one.symbol, one.rule) for one in reply.alerts)


async def test_the_list_holds_25_rules_that_tell_what_they_do(service):
    reply = await ask(service, signals.LIST_RULES)
    assert reply.count == 25
    crossover = next(one for one in reply.rules if one.name == "sma_crossover")
    assert (crossover.origin, crossover.enabled, crossover.kind) == ("shipped", True, "technical")
    assert [side.description for side in crossover.sides] == [
        "SMA(20) crosses above SMA(50)",
        "SMA(20) crosses below SMA(50)",
    ]
    assert crossover.sides[0].bars == 50
    shape = next(one for one in reply.rules if one.name == "reversal_shape")
    assert "double_bottom" in shape.sides[0].patterns
    news = await ask(service, signals.LIST_RULES, kind="news")
    assert {one.kind for one in news.rules} == {"news"}


async def test_a_rule_of_ones_own_raises_alerts_and_stops_when_it_is_removed(service, stock_market):
    reply = await put(service)
    assert (reply.created, reply.rule.origin) == (True, "user")
    await stock_market.store("TCS", [*FLAT, 103.0])
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    assert "my_rise" in {one.rule for one in found.signals}
    assert ("TCS", "my_rise") in await rules_raised(service)
    (alert,) = (await ask(service, signals.GET_ALERTS, rule="my_rise")).alerts
    assert alert.summary.startswith("TCS bullish: A rise of mine")
    assert alert.expires_at == datetime(2025, 10, 8, 10, tzinfo=UTC)  # five sessions on: 2 October is closed
    facts = {fact.name: fact.value for fact in alert.evidence}
    assert (facts["close"], facts["close_previous"]) == (103.0, 100.0)
    assert (await ask(service, signals.REMOVE_RULE, name="my_rise")).removed
    with pytest.raises(NotFound, match="my_rise"):
        await ask(service, signals.GET_RULE, name="my_rise")
    await stock_market.store("INFY", [*FLAT, 103.0])
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="INFY")
    assert "my_rise" not in {one.rule for one in found.signals}


async def test_a_new_rule_raises_nothing_for_what_was_so_already(service, stock_market):
    await stock_market.store("TCS", [*FLAT, 103.0, 106.0])  # rose on both of the last days
    await ask(service, signals.GENERATE_SIGNALS)
    await put(service)
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    assert [(one.rule, one.created) for one in found.signals if one.rule == "my_rise"] == [("my_rise", False)]
    assert ("TCS", "my_rise") not in await rules_raised(service)


async def test_a_changed_rule_takes_effect_on_every_instance(service, start_service, stock_market):
    other = await start_service("second")
    await put(service)
    document = {**OWN, "bullish": {"<": ["close", {"ago": ["close", 1]}]}}
    assert not (await put(other, document)).created
    for one in (service, other):
        rule = (await ask(one, signals.GET_RULE, name="my_rise")).rule
        assert rule.sides[0].description == "close < (close 1 bar ago)"
    await stock_market.store("TCS", [*FLAT, 103.0])
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    assert "my_rise" not in {signal.rule for signal in found.signals}


async def test_a_shipped_rule_can_be_switched_off_and_on_and_not_be_replaced(service, stock_market):
    with pytest.raises(Conflict, match="comes with the service"):
        await put(service, {**OWN, "name": "rsi_reversal"})
    with pytest.raises(InvalidInput, match="switched off"):
        await ask(service, signals.REMOVE_RULE, name="rsi_reversal")
    off = await ask(service, signals.SET_RULE, name="new_52_week_high", enabled=False)
    assert not off.rule.enabled
    await stock_market.store("TCS", [100.0] * 253 + [101.0])
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    assert "new_52_week_high" not in {one.rule for one in found.signals}
    on = await ask(service, signals.SET_RULE, name="new_52_week_high", enabled=True)
    assert on.rule.enabled
    found = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    assert "new_52_week_high" in {one.rule for one in found.signals}


async def test_a_check_tells_what_is_wrong_and_where_without_storing(service):
    reply = await ask(service, signals.CHECK_RULE, rule={"bullish": {"<": [{"rsii": 14}, 30]}})
    assert (reply.valid, reply.errors[0].field) == (False, "bullish.<[0].rsii")
    assert "did you mean 'rsi'" in reply.errors[0].message
    loop = {"bullish": "a", "define": {"a": {"not": "b"}, "b": {"not": "a"}}}
    assert "a -> b -> a" in (await ask(service, signals.CHECK_RULE, rule=loop)).errors[0].message
    reply = await ask(service, signals.CHECK_RULE, rule={"bullish": {"<": [{"fundamental": "pee"}, 30]}})
    assert reply.valid
    assert "no company has the figure 'pee'" in reply.warnings[0]
    assert reply.rule.sides[0].metrics == ["pee"]
    assert (await ask(service, signals.LIST_RULES, origin="user")).count == 0


async def test_a_rule_is_stored_with_a_warning_of_what_it_waits_for_in_vain(service):
    misspelt = {"bullish": {">": [{"fundamental": "debt_to_equty"}, 1]}}
    reply = await ask(service, signals.PUT_RULE, name="indebted", rule=misspelt)
    assert reply.warnings == ["no company has the figure 'debt_to_equty' yet: the condition is not known"]
    plain = await ask(service, signals.PUT_RULE, name="rising", rule={"bullish": {"rising": ["close", 2]}})
    assert plain.warnings == []


async def test_a_check_warns_of_a_condition_that_reads_more_bars_than_there_are(service, stock_market):
    long = {"bullish": {">": ["close", {"sma": 500}]}, "bearish": {"<": ["close", {"sma": 5}]}}
    assert (await ask(service, signals.CHECK_RULE, rule=long)).warnings == []  # nothing is imported yet
    await stock_market.store("TCS", FLAT)
    (warning,) = (await ask(service, signals.CHECK_RULE, rule=long)).warnings
    assert warning.startswith("bullish reads 500 bars and no company has more than 3")
    await stock_market.store("INFY", [100.0] * 501)
    assert (await ask(service, signals.CHECK_RULE, rule=long)).warnings == []


async def test_bad_rules_are_refused_and_others_served_on(service):
    deep = True
    for _ in range(40):
        deep = {"not": deep}
    for document in (
        {"name": "a", "bullish": deep},
        {"name": "a", "bullish": {"all": [True] * 1500}},
        {"name": "a"},
        {"name": "other", "bullish": True},
        {"name": "a", "bullish": {">": [{"pattern": "double_botom"}, 0]}},
    ):
        with pytest.raises(InvalidInput):
            await ask(service, signals.PUT_RULE, name="a", rule=document)
    with pytest.raises(NotFound, match="did you mean 'sma_crossover'"):
        await ask(service, signals.GET_RULE, name="sma_crosover")
    assert (await ask(service, signals.LIST_RULES)).count == 25


async def test_what_is_muted_raises_nothing_until_it_is_heard_again(service, stock_market):
    await put(service)
    by_symbol = (await ask(service, signals.MUTE, symbol="TCS", reason="board meeting")).mute
    await ask(service, signals.MUTE, rule="my_rise", until=datetime.now(UTC) + timedelta(hours=1))
    listed = await service.client.call(signals.LIST_MUTES, Empty())
    assert [(one.symbol, one.rule) for one in listed.mutes] == [("TCS", None), (None, "my_rise")]
    again = (await ask(service, signals.MUTE, symbol="TCS")).mute
    assert (again.mute_id, again.reason) == (by_symbol.mute_id, None)
    for symbol in ("TCS", "INFY"):
        await stock_market.store(symbol, [*FLAT, 103.0])
        found = await ask(service, signals.GENERATE_SIGNALS, symbol=symbol)
        assert "my_rise" in {one.rule for one in found.signals}
    assert not {rule for _, rule in await rules_raised(service)} & {"my_rise"}
    for mute in (await service.client.call(signals.LIST_MUTES, Empty())).mutes:
        assert (await ask(service, signals.UNMUTE, mute_id=mute.mute_id)).removed
    await stock_market.store("WIPRO", [*FLAT, 103.0])
    await ask(service, signals.GENERATE_SIGNALS, symbol="WIPRO")
    assert ("WIPRO", "my_rise") in await rules_raised(service)


async def test_mutes_that_make_no_sense_are_refused(service):
    for fields in ({}, {"symbol": "TCS", "until": datetime(2020, 1, 1, tzinfo=UTC)}):
        with pytest.raises(InvalidInput):
            await ask(service, signals.MUTE, **fields)
    for fields in ({"symbol": "NOSUCH"}, {"rule": "nosuch"}):
        with pytest.raises(NotFound):
            await ask(service, signals.MUTE, **fields)
    assert not (await ask(service, signals.UNMUTE, mute_id=99)).removed


async def test_no_more_rules_are_kept_than_there_is_room_for(service, monkeypatch):
    monkeypatch.setattr("signal_service.storage.rules.MAX_RULES", 2)
    for name in ("one", "two"):
        await put(service, {**OWN, "name": name})
    with pytest.raises(Conflict, match="there are 2 rules"):
        await put(service, {**OWN, "name": "three"})
    assert not (await put(service, {**OWN, "name": "two"})).created


async def test_rules_are_kept_over_a_restart(service, start_service):
    await put(service, enabled=False)
    await service.kill()
    again = await start_service("again")
    rule = (await ask(again, signals.GET_RULE, name="my_rise")).rule
    assert (rule.enabled, rule.document) == (False, OWN)
    assert rule.created_at is not None


async def test_a_missed_appointment_judges_every_symbol(service, stock_market, pool):
    await stock_market.store("TCS", FLAT)
    await ask(service, signals.GENERATE_SIGNALS)
    await put(service)
    await ask(service, signals.GENERATE_SIGNALS)
    long_ago = datetime(2025, 9, 1, tzinfo=UTC)

    async def all_known():
        return await pool.fetchval("SELECT count(*) FROM signals.appointments") == 2

    await first_true(all_known, TIMEOUT_S)
    await pool.execute("UPDATE signals.judged SET judged_at = $1", long_ago)
    await pool.execute("UPDATE signals.appointments SET kept_at = $1", long_ago)

    async def kept():
        oldest = await pool.fetchval("SELECT min(kept_at) FROM signals.appointments")
        judged = await pool.fetchval("SELECT judged_at FROM signals.judged WHERE symbol = 'TCS'")
        return oldest > long_ago and judged > long_ago

    await first_true(kept, TIMEOUT_S)


async def test_a_document_comes_back_as_it_was_written(service):
    document = {**OWN, "define": {"x": "close"}, "bullish": {">": ["x", 1.50]}, "parameters": {}}
    await put(service, document)
    assert json.dumps((await ask(service, signals.GET_RULE, name="my_rise")).rule.document, sort_keys=True) == (
        json.dumps(document, sort_keys=True)
    )


async def test_a_rule_that_would_leave_all_unjudged_is_refused(service, stock_market):
    wide = {"any": [{">": ["close", {"sma": bars}]} for bars in range(300, 420)]}
    with pytest.raises(Conflict, match="different indicators, at most 128"):
        await put(service, {"name": "wide", "bullish": wide})
    await put(service, {"name": "wide", "bullish": wide}, enabled=False)
    with pytest.raises(Conflict, match="at most 128"):
        await ask(service, signals.SET_RULE, name="wide", enabled=True)
    await stock_market.store("TCS", FLAT)
    assert (await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")).symbols == 1


@pytest.mark.parametrize(
    "named",
    [
        lambda service: ask(service, signals.GET_ALERTS, rule="golden_cros"),
        lambda service: ask(service, signals.READ_EVENTS, filter=signals.AlertFilter(rules=["golden_cros"])),
        lambda service: subscribed(service, signals.AlertFilter(rules=["sma_crossover", "golden_cros"])),
        lambda service: ask(
            service,
            signals.PUT_WEBHOOK,
            name="bot",
            url="https://93.184.216.34/alerts",
            filter=signals.AlertFilter(rules=["golden_cros"]),
        ),
    ],
    ids=["a listing", "a page of events", "a stream", "a webhook"],
)
async def test_a_rule_that_nothing_is_called_is_refused_wherever_alerts_are_asked_for(service, named):
    with pytest.raises(InvalidInput, match="golden_cros'; did you mean 'golden_cross'") as refused:
        await named(service)
    assert refused.value.details["field"] in {"rule", "filter.rules"}


async def test_alerts_of_a_removed_rule_are_still_listed_and_followed(service, stock_market):
    await put(service)
    wanted = signals.AlertFilter(rules=["my_rise"])
    start = await subscribed(service, wanted)
    assert (await ask(service, signals.GET_ALERTS, rule="my_rise")).alerts == []
    await ask(service, signals.REMOVE_RULE, name="my_rise")
    assert await subscribed(service, wanted, after=start) == start  # comes back, nothing was ever told
    await put(service)
    await stock_market.store("TCS", [*FLAT, 103.0])
    await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    await ask(service, signals.REMOVE_RULE, name="my_rise")
    assert (await ask(service, signals.GET_ALERTS, rule="my_rise")).count == 1
    assert (await ask(service, signals.GET_ALERTS, rule="my_rise", symbol="INFY")).count == 0
    assert await subscribed(service, wanted) != start


async def test_numbers_that_a_rule_computed_differently_have_names_of_their_own(service, stock_market):
    mean, spread = {"sma": 5}, {"*": [{"atr": 5}, 10]}
    band = {"all": [{">": ["close", {"-": [mean, spread]}]}, {"<": ["close", {"+": [mean, spread]}]}]}
    await put(service, {"name": "in_the_band", "bullish": band})
    await stock_market.store("TCS", [*FLAT, 103.0])
    reply = await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    (found,) = (one for one in reply.signals if one.rule == "in_the_band")
    told = {fact.name: fact.value for fact in found.evidence}
    assert len(told) == len(found.evidence)
    assert told["sma_5_minus_atr_5_times_10"] < told["close"] < told["sma_5_plus_atr_5_times_10"]


async def subscribed(service, wanted, after=None):
    """Where a stream begins."""
    request = signals.SubscribeRequest(filter=wanted, after=after)
    async with service.client.subscribe(signals.SUBSCRIBE, request) as stream:
        return stream.first.at


@pytest.mark.parametrize(("read", "corrected"), [(103.0, 100.0), (100.0, 103.0)])
async def test_who_judges_with_bars_of_before_does_not_undo_what_was_judged_since(
    start_service, service, stock_market, pool, before_it_is_written, read, corrected
):
    """Two judge one import; the slower one has read the bars as they were before a correction."""
    other = await start_service("second")
    await pool.execute("UPDATE signals.cursors SET position = 1000 WHERE source = 'prices'")  # only by request
    await put(service, {"name": "high", "bullish": {">": ["close", 101]}, "cooldown": 0})
    await stock_market.store("TCS", FLAT)
    await ask(other, signals.GENERATE_SIGNALS, symbol="TCS")

    async def overtake():
        await stock_market.store("TCS", [*FLAT, corrected])
        await ask(other, signals.GENERATE_SIGNALS, symbol="TCS")

    await stock_market.store("TCS", [*FLAT, read])
    before_it_is_written(overtake)
    await ask(service, signals.GENERATE_SIGNALS, symbol="TCS")
    prices = await pool.fetch("SELECT price FROM signals.alerts WHERE rule = 'high'")
    assert [one["price"] for one in prices] == [price for price in [corrected] if price > 101]
    holds = await pool.fetchval("SELECT active FROM signals.rule_states WHERE symbol = 'TCS' AND rule = 'high'")
    assert bool(holds) == (corrected > 101)
