"""The process: refusals at start, engines by setting, a database that goes away and returns."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import EmbeddedServer, migrate
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.integration

BARS = "date,open,high,low,close,volume\n2025-10-01,10,12,9,11,100\n2025-10-03,11,12,10,12,100\n"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))}
    return {**kept, "CHITTI_RUNTIME_DIR": str(folder), "CHITTI_DATA_DIR": str(folder), **settings}


def client_of(settings: Settings) -> Client:
    return Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"), registry=CollectorRegistry())


async def started(environ: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mojo_compute", env=environ, stderr=asyncio.subprocess.PIPE
    )


async def test_a_process_serves_with_the_engine_of_its_setting_until_sigterm(database: Database, folder: Path):
    environ = environment(folder, DATABASE_URL_MOJO_COMPUTE=database.url_of("mojo-compute"), CHITTI_ENGINE="numpy")
    process = await started(environ)
    client = client_of(Settings(_env_file=None, chitti_runtime_dir=folder))
    request = compute.SMA.request(prices=[1.0, 2.0, 4.0], period=2)
    reply = await patiently(lambda: client.call(compute.SMA, request))
    assert (reply.engine, reply.mojo_used) == ("numpy", False)
    second = await started(environ)
    _output, errors = await asyncio.wait_for(second.communicate(), 30)
    assert second.returncode == 1
    assert b"already running" in errors
    await client.close()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 15) == 0
    assert not (folder / "mojo-compute.sock").exists()


async def test_at_debug_level_a_computation_writes_one_line_with_what_it_cost(database: Database, folder: Path):
    process = await started(
        environment(folder, DATABASE_URL_MOJO_COMPUTE=database.url_of("mojo-compute"), CHITTI_LOG_LEVEL="DEBUG")
    )
    client = client_of(Settings(_env_file=None, chitti_runtime_dir=folder))
    request = compute.SMA.request(symbol="TCS", prices=[1.0, 2.0, 4.0], period=2)
    await patiently(lambda: client.call(compute.SMA, request))
    await client.close()
    process.send_signal(signal.SIGTERM)
    _output, errors = await asyncio.wait_for(process.communicate(), 30)
    lines = [json.loads(line) for line in errors.splitlines()]
    told = next(line for line in lines if line["event"] == "computed")
    assert (told["endpoint"], told["symbol"], told["period"], told["data_points"]) == ("/compute/sma", "TCS", 2, 3)
    assert (told["mojo_used"], told["cache_hit"]) == (False, False)
    assert told["computation_time_ms"] >= 0


def test_without_a_database_it_says_which_setting_is_missing(folder: Path):
    done = subprocess.run(
        [sys.executable, "-m", "mojo_compute", "serve"],
        env=environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL_MOJO_COMPUTE" in done.stderr


async def test_while_the_database_is_away_arrays_are_served_and_symbols_come_back_with_it(folder: Path):
    postgres = EmbeddedServer(folder / "data", folder / "db", stop_grace_s=5)
    async with AsyncExitStack() as stack:
        await postgres.start()
        stack.push_async_callback(postgres.stop)
        await migrate(postgres.url_of("migrator"), on_progress=lambda _name: None)
        settings = Settings(
            _env_file=None, chitti_runtime_dir=folder / "run", database_url_mojo_compute=postgres.url_of("mojo-compute")
        )
        (folder / "run").mkdir(mode=0o700)
        server = await wire(settings, stack)
        await server.start(settings.listen_of("mojo-compute"))
        stack.push_async_callback(server.close, 1)
        client = client_of(settings)
        stack.push_async_callback(client.close)
        document = market.ImportPricesRequest(document=Blob(BARS.encode()), symbol="TCS")
        assert (await client.call(market.IMPORT_PRICES, document)).rows_stored == 2

        assert postgres.pid is not None
        os.kill(postgres.pid, signal.SIGKILL)
        await postgres.wait()
        with pytest.raises(ServiceUnavailable):
            await client.call(compute.SMA, compute.SMA.request(symbol="TCS", period=2))
        assert (await client.call(compute.SMA, compute.SMA.request(prices=[1.0, 3.0], period=2))).values[1] == 2.0
        assert (await client.call(HEALTH, Empty())).health == "degraded"

        await postgres.start()
        request = compute.SMA.request(symbol="TCS", period=2, only_last=1)
        reply = await patiently(lambda: client.call(compute.SMA, request))
        assert reply.values.tolist() == [11.5]


async def patiently(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The first answer that is not an error."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await ask()
            except ChittiError:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("CHITTI_ENGINE", "zzz", "CHITTI_ENGINE: Input should be"),
        ("DATABASE_URL_MOJO_COMPUTE", "zzz", "mojo-compute: "),
    ],
)
def test_a_wrong_setting_is_one_line(folder: Path, name: str, value: str, complaint: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mojo_compute"],
        env=environment(folder, **{name: value}),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
    )
    assert done.returncode == 1
    assert complaint in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
