"""Jobs in processes of their own: killed, stopped, cancelled half way; two share the work."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts import sweeps
from chitti_shared.contracts.arrays import Document
from chitti_shared.errors import Overloaded, ServiceUnavailable, Timeout
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database, DatabaseServer
from chitti_shared.testing.waiting import first_true, until
from msgspec import UNSET
from support.backtest_requests import crossing, slow, wandering
from support.daemons import compute_process

pytestmark = pytest.mark.integration


@dataclass
class Daemon:
    """A mojo-compute process of its own."""

    process: asyncio.subprocess.Process
    client: Client

    @property
    def worked_s(self) -> float:
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)

    async def is_idle(self) -> bool:
        """Whether it does next to nothing for a while."""
        before = self.worked_s
        await asyncio.sleep(0.2)
        return self.worked_s < before + 0.05

    async def run(self, request: contract.BacktestRequest) -> contract.BacktestReply:
        reply: contract.BacktestReply = await self.client.call(contract.BACKTEST, request, timeout_s=60)
        return reply

    async def get(self, run_id: str) -> contract.BacktestReply:
        reply: contract.BacktestReply = await self.client.call(
            contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=run_id)
        )
        return reply

    async def half_way(self, run_id: str) -> contract.BacktestReply:
        """The run when half of it is done."""

        async def reached() -> contract.BacktestReply | None:
            reply = await self.get(run_id)
            assert reply.state in ("pending", "running")
            return reply if reply.progress >= 0.5 else None

        found = await first_true(reached, 60)
        assert found is not None
        return found

    async def over(self, run_id: str) -> contract.BacktestReply:
        async def ended() -> contract.BacktestReply | None:
            reply = await self.get(run_id)
            return reply if reply.state not in ("pending", "running") else None

        found = await first_true(ended, 60)
        assert found is not None
        return found


def part_of(folder: Path, name: str) -> Path:
    """A folder for one of several daemons."""
    made = folder / name
    made.mkdir(mode=0o700)
    return made


@asynccontextmanager
async def daemon_in(folder: Path, database: Database) -> AsyncIterator[Daemon]:
    async with compute_process(folder, database) as (process, client):
        yield Daemon(process, client)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


async def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def holder(database: Database) -> int:
    """The process that computes the only run."""
    ((owner,),) = await rows(database, "SELECT lease_owner FROM signals.backtests")
    return int(str(owner).split(":")[1])


async def test_a_run_whose_worker_is_killed_half_way_is_run_again_once_and_has_one_result(
    database: Database, folder: Path, stack: AsyncExitStack
) -> None:
    daemons = [await stack.enter_async_context(daemon_in(part_of(folder, name), database)) for name in "ab"]
    run_id = (await daemons[0].run(slow(async_=True))).run_id
    assert (await daemons[0].half_way(run_id)).attempts == 1
    killed = await holder(database)
    os.kill(killed, signal.SIGKILL)
    second = next(one for one in daemons if one.process.pid != killed)
    assert (await second.get(run_id)).state == "running"  # until the lease is over
    done = await second.over(run_id)
    assert (done.state, done.attempts) == ("completed", 2)
    assert isinstance(done.apart, list)
    assert [one.error for one in done.apart] == [UNSET] * len(done.apart)
    assert await rows(database, "SELECT count(*), max(attempts) FROM signals.backtests") == [(1, 2)]
    of_parts = "SELECT part, count(*) FROM signals.backtest_tables GROUP BY part ORDER BY part"
    assert await rows(database, of_parts) == [(part, 4) for part in range(len(done.apart))]


async def test_a_run_cancelled_half_way_stops_at_once_and_has_no_result(
    database: Database, folder: Path, stack: AsyncExitStack
) -> None:
    daemon = await stack.enter_async_context(daemon_in(folder, database))
    run_id = (await daemon.run(slow(8, async_=True))).run_id
    await daemon.half_way(run_id)
    request = contract.CancelBacktestRequest(run_id=run_id)
    reply = await daemon.client.call(contract.CANCEL_BACKTEST, request)
    assert (reply.state, reply.cancelled, reply.deleted) == ("cancelled", True, False)
    await first_true(daemon.is_idle, 10)
    ended = await daemon.get(run_id)
    assert (ended.state, ended.results, ended.apart) == ("cancelled", UNSET, UNSET)
    assert 0.5 <= ended.progress < 1
    assert (await daemon.over((await daemon.run(crossing(async_=True))).run_id)).state == "completed"
    again = await daemon.client.call(contract.CANCEL_BACKTEST, request)
    assert (again.state, again.cancelled, again.deleted) == ("cancelled", False, True)
    assert await rows(database, "SELECT count(*) FROM signals.backtest_tables WHERE part > 0") == [(0,)]


async def test_a_worker_that_is_stopped_hands_its_run_to_the_next_one(
    database: Database, folder: Path, stack: AsyncExitStack
) -> None:
    first = await stack.enter_async_context(daemon_in(part_of(folder, "a"), database))
    run_id = (await first.run(slow(async_=True))).run_id
    await first.half_way(run_id)
    first.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(first.process.wait(), 15) == 0
    assert await rows(database, "SELECT state, attempts FROM signals.backtests") == [("pending", 0)]
    second = await stack.enter_async_context(daemon_in(part_of(folder, "b"), database))
    done = await second.over(run_id)
    assert (done.state, done.attempts) == ("completed", 1)


async def test_two_processes_share_the_runs_and_each_is_run_once(
    database: Database, folder: Path, stack: AsyncExitStack
) -> None:
    first, second = [await stack.enter_async_context(daemon_in(part_of(folder, name), database)) for name in "ab"]
    requests = [slow(2, 2_000, async_=True, idempotency_key=f"k{number}") for number in range(8)]
    ids = [(await first.run(request)).run_id for request in requests]
    assert [(await second.run(request)).run_id for request in requests] == ids  # however far they are
    assert {(await second.over(run_id)).state for run_id in ids} == {"completed"}
    assert await rows(database, "SELECT count(*), max(attempts) FROM signals.backtests") == [(8, 1)]
    assert min(first.worked_s, second.worked_s) > 0


@pytest.fixture
def own_server(folder: Path) -> Iterator[DatabaseServer]:
    """A database server of this test's own, whose commits survive a kill."""
    server = DatabaseServer(folder / "database", {"synchronous_commit": "on"})
    server.start()
    yield server
    server.stop()


async def test_a_run_is_not_lost_with_a_database_that_is_killed_half_way(
    own_server: DatabaseServer, folder: Path, stack: AsyncExitStack
) -> None:
    database = own_server.create()
    daemon = await stack.enter_async_context(daemon_in(part_of(folder, "a"), database))
    run_id = (await daemon.run(slow(async_=True))).run_id
    await daemon.half_way(run_id)
    await asyncio.to_thread(own_server.kill)
    with pytest.raises(ServiceUnavailable):
        await daemon.get(run_id)
    unkept = await daemon.run(crossing())  # what needs no database goes on
    assert (unkept.state, unkept.kept) == ("completed", False)
    await asyncio.to_thread(own_server.restart)

    async def ended() -> bool:
        try:
            return (await daemon.get(run_id)).state not in ("pending", "running")
        except (ServiceUnavailable, Timeout, Overloaded):
            return False

    await first_true(ended, 60)
    assert (await daemon.get(run_id)).state == "completed"
    assert await rows(database, "SELECT count(*) FROM signals.backtests") == [(1,)]


async def test_a_run_whose_caller_is_gone_stops(database: Database, folder: Path, stack: AsyncExitStack) -> None:
    daemon = await stack.enter_async_context(daemon_in(folder, database))
    before = daemon.worked_s
    work = asyncio.create_task(daemon.run(slow(40)))
    await until(lambda: daemon.worked_s > before + 1.0, 30)
    assert not work.done()
    work.cancel()
    await asyncio.wait((work,))
    await first_true(daemon.is_idle, 10)
    assert await rows(database, "SELECT count(*) FROM signals.backtests") == [(0,)]


async def test_a_sweep_whose_worker_is_killed_on_its_way_is_run_again_once_and_has_one_result(
    database: Database, folder: Path, stack: AsyncExitStack
) -> None:
    daemons = [await stack.enter_async_context(daemon_in(part_of(folder, name), database)) for name in "ab"]
    periods = {
        "fast_period": sweeps.Span(from_=2, to=301, step=1),
        "slow_period": sweeps.Span(from_=302, to=701, step=1),
    }
    wide = sweeps.SweepRequest(strategy_id="sma_crossover", prices=wandering(8_000), grid=periods, async_=True, top=1)
    run_id = (await daemons[0].client.call(sweeps.SWEEP, wide, timeout_s=60)).run_id
    await daemons[0].half_way(run_id)
    killed = await holder(database)
    os.kill(killed, signal.SIGKILL)
    second = next(one for one in daemons if one.process.pid != killed)
    done = await second.over(run_id)
    assert (done.state, done.kind, done.attempts) == ("completed", "sweep", 2)
    assert isinstance(done.result, Document)
    assert done.result.fields["count"] == 300 * 400
    assert len(done.result.fields["top"]) == 1
    assert await rows(database, "SELECT count(*), max(attempts) FROM signals.backtests") == [(1, 2)]
