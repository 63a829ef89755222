"""`chitti backtests` as its user types it, against a real daemon."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chitti_shared.contracts import backtests
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire
from prometheus_client import CollectorRegistry
from support.backtest_requests import crossing, slow
from support.terminal import Chitti

pytestmark = pytest.mark.integration


@pytest.fixture
async def client(database: Database, folder: Path) -> AsyncIterator[Client]:
    """A client of a daemon."""
    url = database.url_of("mojo-compute")
    settings = Settings(_env_file=None, chitti_runtime_dir=folder, database_url_mojo_compute=url)
    async with AsyncExitStack() as stack:
        server = await wire(settings, stack)
        await server.start(settings.listen_of("mojo-compute"))
        stack.push_async_callback(server.close, 1)
        made = Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"), registry=CollectorRegistry())
        stack.push_async_callback(made.close)
        yield made


async def test_runs_are_listed_cancelled_and_deleted(client: Client, chitti: Chitti) -> None:
    code, text, _ = await chitti("backtests", "list")
    assert code == 0
    assert "no runs yet" in text

    long = (await client.call(backtests.BACKTEST, slow(40, async_=True))).run_id  # others wait behind it
    done = (await client.call(backtests.BACKTEST, crossing(symbol="INFY"))).run_id
    waiting = (await client.call(backtests.BACKTEST, crossing(async_=True))).run_id
    code, text, _ = await chitti("backtests", "list")
    assert code == 0
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[1::2]] == [waiting, done, long]
    assert "pending" in lines[1]
    assert "completed" in lines[3]
    assert lines[4].split() == ["sma_crossover", "INFY"]
    code, text, _ = await chitti("backtests", "list", "--symbol", "infy", "--json")
    (entry,) = map(json.loads, text.splitlines())
    assert (entry["run_id"], entry["state"], entry["strategy_id"]) == (done, "completed", "sma_crossover")

    code, _, complaint = await chitti("backtests", "delete", waiting)
    assert (code, "the run is pending: only a run that is over can be deleted" in complaint) == (1, True)
    code, _, complaint = await chitti("backtests", "cancel", done)
    assert (code, "the run is completed: only a live run can be cancelled" in complaint) == (1, True)
    assert await chitti("backtests", "cancel", waiting) == (0, f"cancelled: {waiting}\n", "")
    assert await chitti("backtests", "delete", waiting, done) == (0, f"deleted: {waiting}\ndeleted: {done}\n", "")
    assert (await chitti("backtests", "cancel", long))[0] == 0
    code, text, _ = await chitti("backtests", "list", "--json")
    assert [json.loads(line)["state"] for line in text.splitlines()] == ["cancelled"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("cancel", "abc"), "'abc' is no id of a run"),
        (("cancel", "00000000-0000-4000-8000-000000000000"), "not_found: no run has the id"),
        (("list", "--state", "done"), "this can't be asked for"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_line(
    client: Client, chitti: Chitti, arguments: tuple[str, ...], complaint: str
) -> None:
    code, _, told = await chitti("backtests", *arguments)
    assert code == 1
    assert complaint in told
    assert "Traceback" not in told


async def test_without_a_daemon_it_says_how_to_start_one(chitti: Chitti) -> None:
    code, _, told = await chitti("backtests", "list")
    assert code == 3
    assert "the stack is not running" in told
