"""Notifications only wake: a daemon that hears none finds the same in the tables."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

import pytest
from chitti_shared.contracts import signals
from signal_service import __main__ as daemon

pytestmark = pytest.mark.integration

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(59)] + [108.0]
TIMEOUT_S = 15


async def test_daemons_that_hear_no_notification_find_work_and_tell_it(
    start_service, serve_market, stock_market, newsroom, monkeypatch
):
    monkeypatch.setattr(daemon, "Listener", lambda *_args, **_options: nullcontext())
    await serve_market()
    await stock_market.store("TCS", RISING)
    first, second = await start_service(), await start_service("second")
    request = signals.SubscribeRequest()
    async with (
        first.client.subscribe(signals.SUBSCRIBE, request) as here,
        second.client.subscribe(signals.SUBSCRIBE, request) as there,
        asyncio.timeout(TIMEOUT_S),
    ):
        await newsroom.publish("TCS")
        told = [await anext(here), await anext(there)]
    assert told[0].event_id == told[1].event_id
    assert told[0].data == told[1].data
    assert told[0].event == "new_alert"
