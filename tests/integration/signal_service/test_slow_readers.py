from __future__ import annotations

import asyncio
import json
import struct

import pytest
from chitti_shared.contracts import signals
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.testing.waiting import until

pytestmark = pytest.mark.integration

ALERTS = 1_500  # about 1 MB: more than the sockets between them hold


async def stuck_reader(path):
    """A subscriber that reads its first reply and then nothing more."""
    reader, writer = await asyncio.open_unix_connection(path, limit=1024)
    request = b'{"id":1,"action":"subscribe","topic":"alerts"}'
    writer.write(struct.pack(">I", len(request)) + request)
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    first = json.loads(await reader.readexactly(length))
    return writer, first["at"]


async def test_a_reader_that_stops_reading_delays_nobody_and_misses_nothing(start_service, open_desk, folder):
    service = await start_service()
    desk = await open_desk("desk")
    stuck, start = await stuck_reader(f"{folder}/signal-service.sock")
    received = []
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        for first in range(0, ALERTS, 300):
            await desk.raise_alerts(*range(first, first + 300))
        async with asyncio.timeout(20):
            while len(received) < ALERTS:
                received.append((await anext(stream)).event_id)
    assert [int(event_id.split("-")[1]) for event_id in received] == list(range(1, ALERTS + 1))
    stuck.close()
    resumed = []
    request = signals.SubscribeRequest(after=start)
    async with service.client.subscribe(signals.SUBSCRIBE, request) as stream, asyncio.timeout(20):
        while len(resumed) < ALERTS:
            resumed.append((await anext(stream)).event_id)
    assert resumed == received


async def test_readers_that_come_and_go_leave_nothing_behind(start_service):
    service = await start_service()
    before = len(asyncio.all_tasks())
    for _ in range(100):
        async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
            assert stream.first.at
    await until(lambda: service.server.ctx.metrics.readers._value.get() == 0)
    await until(lambda: not service.server.connections)
    assert len(asyncio.all_tasks()) < before + 10  # the election's own may have begun meanwhile


async def test_shutdown_ends_streams_at_once(start_service):
    service = await start_service()
    async with service.client.subscribe(signals.SUBSCRIBE, signals.SubscribeRequest()) as stream:
        async with asyncio.timeout(5):
            await service.server.close(grace_s=10)
            with pytest.raises(ServiceUnavailable):
                await anext(stream)
