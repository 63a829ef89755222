"""Long requests that nobody waits for any more: others are served, and the process gives the memory back."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from chitti_shared.contracts import compute
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import METRICS
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true, until
from support.daemons import compute_process

pytestmark = pytest.mark.integration

BARS = 1_000_000
MIB = 1 << 20
ROUNDS = 4
SLACK = 48 * MIB  # six series of a million bars: a round has eighty
PRICES = 100.0 + np.sin(np.arange(BARS) / 50.0)
SMALL = compute.SMA.request(prices=[1.0, 2.0, 4.0], period=2)


@dataclass
class Daemon:
    """A mojo-compute process of its own."""

    pid: int
    socket: Path
    client: Client

    @property
    def memory(self) -> int:
        """Bytes that are resident."""
        return psutil.Process(self.pid).memory_info().rss

    @property
    def worked_s(self) -> float:
        """Seconds of processor time, of all its threads."""
        used = psutil.Process(self.pid).cpu_times()
        return float(used.user + used.system)

    async def is_idle(self) -> bool:
        """Whether it does next to nothing for a while."""
        before = self.worked_s
        await asyncio.sleep(0.2)
        return self.worked_s < before + 0.05

    async def computed(self) -> float:
        """How many results there have been."""
        text = (await self.client.call(METRICS, Empty())).text
        counts = re.findall(r"^mojo_computation_seconds_count\S* ([0-9.]+)$", text, re.MULTILINE)
        return sum(map(float, counts))

    async def check_others_are_served(self) -> None:
        assert (await self.client.call(compute.SMA, SMALL, timeout_s=5)).values[2] == 3.0


@pytest.fixture
async def daemon(database: Database, folder: Path) -> AsyncIterator[Daemon]:
    async with compute_process(folder, database) as (process, client):
        yield Daemon(process.pid, folder / "mojo-compute.sock", client)


async def test_a_batch_of_a_million_bars_cancelled_half_way_leaves_nothing_behind(daemon: Daemon) -> None:
    wanted = [compute.IndicatorSpec(type="bollinger", params={"period": 5 + n}, label=f"b{n}") for n in range(64)]

    async def one_round(number: int) -> None:
        item = compute.BatchItem(prices=PRICES + number, indicators=wanted)  # nothing of it is in the cache
        request = compute.ComputeBatchRequest(requests=[item], only_last=1)
        before = await daemon.computed()
        work = asyncio.create_task(daemon.client.call(compute.BATCH, request, timeout_s=60))

        async def under_way() -> bool:
            await daemon.check_others_are_served()
            return await daemon.computed() >= before + 3 or work.done()

        await first_true(under_way, 30)
        assert not work.done()
        work.cancel()
        await asyncio.wait((work,))
        assert work.cancelled()
        await daemon.check_others_are_served()

    await one_round(0)
    await one_round(1)  # threads, buffers and the cache of results are there now
    at_rest = daemon.memory
    for number in range(2, 2 + ROUNDS):
        await one_round(number)
    await until(lambda: daemon.memory < at_rest + SLACK, 10)


async def test_an_indicator_of_a_million_bars_that_is_cancelled_leaves_nothing_behind(daemon: Daemon) -> None:
    action = compute.action_of("stoch")

    def request(number: int) -> Any:
        prices = PRICES + number
        return action.request(high=prices + 1.0, low=prices - 1.0, close=prices)

    async def one_round(number: int) -> None:
        work = asyncio.create_task(daemon.client.call(action, request(number), timeout_s=60))
        await daemon.check_others_are_served()
        work.cancel()
        await asyncio.wait((work,))
        await daemon.check_others_are_served()

    for number in range(ROUNDS):  # threads, buffers and the cache of results are there then
        await daemon.client.call(action, request(number), timeout_s=60)
    at_rest = daemon.memory
    for number in range(ROUNDS, 4 * ROUNDS):
        await one_round(number)
    await until(lambda: daemon.memory < at_rest + SLACK, 10)


async def test_a_panel_that_is_cancelled_stops_and_leaves_nothing_behind(daemon: Daemon) -> None:
    action = compute.action_of("hurst")
    request = action.request(prices=np.tile(PRICES[:4_000], (1_000, 1)), period=1_000)

    async def one_round() -> None:
        before = daemon.worked_s
        work = asyncio.create_task(daemon.client.call(action, request, reply_as="binary", timeout_s=60))

        async def under_way() -> bool:
            await daemon.check_others_are_served()
            return daemon.worked_s > before + 0.3

        await first_true(under_way, 30)
        assert not work.done()
        work.cancel()
        await asyncio.wait((work,))
        assert work.cancelled()
        await first_true(daemon.is_idle, 30)

    before = daemon.worked_s
    await daemon.client.call(action, request, reply_as="binary", timeout_s=60)
    whole_s = daemon.worked_s - before
    for _ in range(2):
        await one_round()
    at_rest, before = daemon.memory, daemon.worked_s
    for _ in range(ROUNDS):
        await one_round()
    assert daemon.worked_s - before < 0.7 * ROUNDS * whole_s
    await until(lambda: daemon.memory < at_rest + SLACK, 10)


async def test_a_request_cut_off_while_it_is_sent_leaves_nothing_behind(daemon: Daemon) -> None:
    text = b'{"id":1,"action":"compute_sma","period":20,"prices":[' + b",".join([b"101.25"] * BARS) + b"]}"

    async def one_round() -> None:
        _reader, writer = await asyncio.open_unix_connection(str(daemon.socket))
        writer.write(struct.pack(">I", len(text)) + text[: len(text) // 2])
        await writer.drain()
        await daemon.check_others_are_served()
        writer.close()
        await writer.wait_closed()

    for _ in range(2):
        await one_round()
    at_rest = daemon.memory
    for _ in range(6 * ROUNDS):  # 80 MB
        await one_round()
    await until(lambda: daemon.memory < at_rest + SLACK // 2, 10)
