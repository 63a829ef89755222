"""Many filters: feeds that are shared, kept for a while, dropped and replaced."""

from __future__ import annotations

import asyncio

import pytest
from chitti_shared.testing.waiting import until

SYMBOLS = ("TCS", "INFY", "SBIN", "ITC", "LT", "WIPRO")


async def left(stack, symbol: str) -> None:
    """A stream that has come and gone."""
    async with stack.stream(f"?symbols={symbol}") as sse:
        assert sse.status == 200
    await until(lambda: stack.gateway.hub._count == 0)


async def test_a_new_filter_takes_the_place_of_the_one_empty_for_longest(stack):
    hub = stack.gateway.hub
    hub._max_feeds = 2
    for symbol in ("TCS", "INFY", "SBIN"):
        await left(stack, symbol)
    kept = [feed.wanted.symbols for feed in hub._feeds.values()]
    assert kept == [["INFY"], ["SBIN"]]
    async with stack.stream("?symbols=INFY"), stack.stream("?symbols=ITC") as one, stack.stream("?symbols=LT") as two:
        assert (one.status, two.status) == (200, 503)


async def test_feeds_that_expire_while_clients_come_back_end_nothing(stack):
    hub = stack.gateway.hub
    hub._linger_s = hub._heartbeat_s = 0.001  # every tick drops every empty feed
    hub._beat_due = 0.0

    async def come_and_go(symbol: str) -> None:
        for _ in range(10):
            async with stack.stream(f"?symbols={symbol}") as sse:
                assert sse.status == 200

    await asyncio.gather(*(come_and_go(symbol) for symbol in SYMBOLS * 2))
    await until(lambda: not hub._feeds and not hub._closing)
    async with stack.stream() as sse:
        assert sse.status == 200
        for _ in range(3):  # the clock of all streams still ticks
            assert (await sse.next()).event == "hb"


@pytest.mark.parametrize("caught_up", [True, False])
async def test_streams_of_a_feed_that_failed_end_and_resume_in_another(stack, caught_up):
    hub = stack.gateway.hub
    async with stack.stream() as sse:
        await sse.next()
        await stack.log.add()
        assert (await sse.alerts(1))[0].data["seq"] == 1
        (failed,) = hub._feeds.values()
        if not caught_up:
            await stack.daemons["signal-service"].stop()
        query = "" if caught_up else "?last_event_id=00000000000000aa-99"  # only the log can judge it
        async with stack.stream(query) as other:
            await other.next()
            failed._task.cancel()
            assert await sse.next() is None
            assert sse.ended  # with its last chunk, not cut
            assert await other.next() is None
    if not caught_up:
        await stack.daemons["signal-service"].start()
    await stack.log.add()
    async with stack.stream("?last_event_id=00000000000000aa-1") as sse:
        assert (await sse.alerts(1))[0].data["seq"] == 2
    assert failed not in hub._feeds.values()
