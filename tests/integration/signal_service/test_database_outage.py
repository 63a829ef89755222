from __future__ import annotations

import asyncio
import json
import os
import signal

import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.testing.database import DatabaseServer
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]


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
        os.kill(own_server._server.pid, signal.SIGKILL)

        async def degraded():
            return (await service.client.call(HEALTH, Empty())).health == "degraded"

        await first_true(degraded, 20)
        with pytest.raises(ServiceUnavailable):
            await service.client.call(signals.GET_ALERT, signals.GetAlertRequest(alert_id="0" * 32))
        own_server._run(own_server._server.start())

        async def published():
            try:
                return await newsroom.publish("INFY")
            except ServiceUnavailable:
                return None

        await first_true(published, 20)
        async with asyncio.timeout(20):
            second = await anext(stream)
    assert second.event_id == first.event_id.replace("-1", "-2")
    assert json.loads(second.data)["symbol"] == "INFY"

    async def healthy():
        return (await service.client.call(HEALTH, Empty())).health == "healthy"

    await first_true(healthy, 20)
