"""The second tier: results that processes share in a real Redis."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from mojo_compute.__main__ import wire
from mojo_compute.actions import indicators
from mojo_compute.indicators import Computed
from mojo_compute.storage.shared_results import SharedResults, pack, unpacked
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.integration

BARS = "date,open,high,low,close,volume\n" + "".join(
    f"2025-{month:02}-{day:02},{100 + day},{103 + day + month},{99 + day},{101 + day + month},1000\n"
    for month in range(1, 9)
    for day in range(1, 29)
)


class RedisServer:
    """A Redis on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None
        self.process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"],
            cwd=self.socket.parent,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis(folder: Path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def start(database: Database, folder: Path, redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    """Start daemons that share the database and the Redis; every result counts as dear."""
    monkeypatch.setattr(indicators, "SHARED_FROM_US", 0.0)
    async with AsyncExitStack() as stack:

        async def one(name: str) -> Client:
            settings = Settings(
                _env_file=None,
                chitti_runtime_dir=folder,
                database_url_mojo_compute=database.url_of("mojo-compute"),
                redis_url=redis.url,
            )
            server = await wire(settings, stack)
            await server.start(f"unix://{folder}/{name}.sock")
            stack.push_async_callback(server.close, 1)
            client = Client(MOJO_COMPUTE, f"unix://{folder}/{name}.sock", registry=CollectorRegistry())
            stack.push_async_callback(client.close)
            return client

        yield one


async def store(client: Client, document: str = BARS) -> None:
    request = market.ImportPricesRequest(document=Blob(document.encode()), symbol="TCS")
    await client.call(market.IMPORT_PRICES, request)


ASKED = compute.RSI.request(symbol="TCS", period=5)


async def shared_with(client: Client) -> bool:
    """Whether a second process finds what the first computed."""
    return (await client.call(compute.RSI, ASKED)).cache_hit


async def test_what_one_process_computed_another_finds(start):
    first, second = await start("first"), await start("second")
    await store(first)
    made = await first.call(compute.RSI, ASKED)
    assert not made.cache_hit
    found = await second.call(compute.RSI, ASKED)
    assert found.cache_hit
    assert (found.lookback, found.stable_from, found.engine) == (made.lookback, made.stable_from, made.engine)
    np.testing.assert_array_equal(found.values, made.values)
    other = await second.call(compute.RSI, compute.RSI.request(symbol="TCS", period=6))
    assert not other.cache_hit


async def test_new_prices_make_a_new_result(start):
    first, second = await start("first"), await start("second")
    await store(first)
    await first.call(compute.RSI, ASKED)
    await store(second, BARS + "2025-09-01,138,143,129,140,1000\n")
    fresh = await second.call(compute.RSI, ASKED)
    assert not fresh.cache_hit
    assert len(fresh.values) == BARS.count("\n")


async def test_a_redis_that_goes_away_costs_nothing_but_sharing(start, redis):
    first = await start("first")
    await store(first)
    redis.stop()
    assert (await first.call(compute.RSI, ASKED)).values[-1] > 0
    assert (await first.call(compute.RSI, ASKED)).cache_hit  # its own memory still knows


async def test_what_another_wrote_under_a_key_is_not_believed(start, redis, folder):
    first, second = await start("first"), await start("second")
    await store(first)
    await first.call(compute.RSI, ASKED)
    tier = SharedResults(redis.url)
    keys = await first_true(lambda: tier._redis.keys("mojo:rsi:TCS:*"))
    await tier._redis.set(keys[0], b"nonsense")
    await tier.close()
    assert not (await second.call(compute.RSI, ASKED)).cache_hit


def test_a_result_survives_packing():
    made = Computed((np.arange(5.0), np.full(5, np.nan), np.arange(5, dtype=np.int32)), 2, None, "cython", 0.1)
    outputs = [values.dtype for values in made.outputs]
    found = unpacked(pack(made), outputs, 5)
    assert found is not None
    assert (found.lookback, found.stable_from, found.engine) == (2, None, "cython")
    for values, other in zip(found.outputs, made.outputs, strict=True):
        assert values.dtype == other.dtype
        np.testing.assert_array_equal(values, other)
    assert unpacked(pack(made), outputs[:1], 5) is None
    assert unpacked(pack(made), outputs, 4) is None
    assert unpacked(pack(made)[:-1], outputs, 5) is None
