from __future__ import annotations

import asyncio
import json

import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import Overloaded, ServiceUnavailable, Timeout
from chitti_shared.testing.database import DatabaseServer
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
PATIENCE_S = 60  # a machine may be busy; nothing waits that long by itself


@pytest.fixture
def own_server(folder):
    """A database server of this test's own, whose commits survive a kill."""
    server = DatabaseServer(folder / "database", {"synchronous_commit": "on"})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database(own_server):
    return own_server.create()


async def test_a_database_killed_underneath_interrupts_and_loses_nothing(
    own_server, start_service, serve_market, stock_market, newsroom
):
    await serve_market()
    for symbol in ("TCS", "INFY"):
        await stock_market.store(symbol, RISING)
    service = await start_service()
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        await newsroom.publish("TCS")
        first = await anext(stream)
        await asyncio.to_thread(own_server.kill)

        async def degraded():
            return (await service.client.call(HEALTH, Empty())).health == "degraded"

        await first_true(degraded, PATIENCE_S)
        with pytest.raises(ServiceUnavailable):
            await service.client.call(signals.GET_ALERT, signals.GetAlertRequest(alert_id="0" * 32))
        await asyncio.to_thread(own_server.restart)

        async def published():
            try:
                return await newsroom.publish("INFY")
            except (ServiceUnavailable, Overloaded, Timeout):
                return None

        await first_true(published, PATIENCE_S)
        async with asyncio.timeout(PATIENCE_S):
            second = await anext(stream)
    assert second.event_id == first.event_id.replace("-1", "-2")
    assert json.loads(second.data)["symbol"] == "INFY"

    async def healthy():
        return (await service.client.call(HEALTH, Empty())).health == "healthy"

    await first_true(healthy, PATIENCE_S)
