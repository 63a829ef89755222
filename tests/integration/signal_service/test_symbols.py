"""Companies under the symbols they had, and symbols that nobody has."""

from __future__ import annotations

import json

import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import NotFound
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
