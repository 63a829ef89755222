"""Runs as leased rows: handed in, claimed, kept, cancelled, lost, handed back; one result each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from chitti_shared.contracts.action import LongRequest, Reply
from chitti_shared.db import Listener, Pool, connect_pool
from chitti_shared.errors import Conflict, InvalidInput, Overloaded
from chitti_shared.ipc import Progress, call
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true, until
from mojo_compute.jobs import Run, RunMetrics, Runner
from mojo_compute.jobs.work import Lease
from mojo_compute.storage.jobs import CHANNEL, Claimed, Finished, JobTable, Submission
from mojo_compute.storage.runs import WHOLE, RunQuery, RunTable, StoredRun
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.integration

ROWS = np.array([(1, 0.5), (2, 1.5), (3, 2.5)], dtype=[("bar", "<i4"), ("value", "<f8")])
QUICK = Lease(length_s=0.5, beat_s=0.05)
SUMMARY = {"answer": 42}


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """As the daemon has it: with its rights."""
    async with await connect_pool(database.url_of("mojo-compute"), application_name="test") as connected:
        yield connected


@pytest.fixture
def jobs(pool: Pool) -> JobTable:
    return JobTable(pool)


@pytest.fixture
def runs(pool: Pool) -> RunTable:
    return RunTable(pool)


def submission(body: str = "{}", key: str | None = None, symbols: tuple[str, ...] = ("TCS",)) -> Submission:
    digest = (body.encode() + b"." * 16)[:16]
    return Submission(str(uuid4()), "backtest", "sma_crossover", symbols, digest, key, body.encode())


async def answer(_body: bytes) -> Finished:
    return Finished(SUMMARY, {(0, "fills"): ROWS}, sharpe=1.25, total_return=0.5)


class Gate:
    """A computation that tells it is half way, waits there, and counts how often it ran."""

    def __init__(self) -> None:
        self.started: list[bytes] = []
        self.stopped: list[bytes] = []
        self.open = asyncio.Event()

    async def __call__(self, body: bytes) -> Finished:
        self.started.append(body)
        current = call()
        assert current is not None
        Progress(LongRequest(progress=True)).tell(0.5, Reply())
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            assert current.cancelled.is_set()
            self.stopped.append(body)
            raise
        return await answer(body)


@asynccontextmanager
async def running(
    pool: Pool, run: Run, url: str | None = None, lease: Lease = QUICK, table: JobTable | None = None
) -> AsyncIterator[tuple[Runner, asyncio.Task[None]]]:
    """A runner at work, stopped at the end of the block as a daemon stops it."""
    metrics = RunMetrics(CollectorRegistry(), ["backtest"])
    runner = Runner(table or JobTable(pool), RunTable(pool), {"backtest": run}, metrics, lease)
    task = asyncio.create_task(runner.run())
    try:
        if url is None:
            yield runner, task
        else:
            async with Listener(url, {CHANNEL: runner.wake}):
                yield runner, task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


async def over(runs: RunTable, run_id: str) -> StoredRun:
    """The run when it is over."""
    return await state_of(runs, run_id, {"completed", "failed", "cancelled"})


async def state_of(runs: RunTable, run_id: str, states: set[str]) -> StoredRun:
    async def reached() -> StoredRun | None:
        run = await runs.one(run_id)
        return run if run is not None and run.state in states else None

    found = await first_true(reached, 20)
    assert found is not None
    return found


async def claimed_by_another(jobs: JobTable, lease_s: float = 60.0) -> Claimed:
    claimed = await jobs.claim("another", ["backtest"], lease_s)
    assert claimed is not None
    return claimed


async def test_a_run_is_computed_and_its_results_are_read_in_pages(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    run_id = await jobs.submit(submission('{"a": 1}'))
    waiting = await runs.one(run_id)
    assert waiting is not None
    assert (waiting.state, waiting.progress, waiting.attempts) == ("pending", 0.0, 0)
    bodies: list[bytes] = []

    async def run(body: bytes) -> Finished:
        bodies.append(body)
        return await answer(body)

    async with running(pool, run):
        done = await over(runs, run_id)
    assert bodies == [b'{"a": 1}']
    assert (done.state, done.progress, done.attempts, done.result) == ("completed", 1.0, 1, SUMMARY)
    assert (done.sharpe, done.total_return) == (1.25, 0.5)
    assert await pool.fetchval("SELECT body IS NULL AND lease_owner IS NULL FROM signals.backtests")
    for first, most, expected in ((0, 2, ROWS[:2]), (1, 5, ROWS[1:]), (3, 5, ROWS[3:]), (9, 1, ROWS[3:])):
        (page,) = await runs.page(run_id, {"fills": (first, most), "curves": WHOLE})
        assert (page.part, page.name, page.rows) == (0, "fills", 3)
        np.testing.assert_array_equal(np.frombuffer(page.data, ROWS.dtype), expected)


async def test_progress_of_the_computation_is_the_runs(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    gate = Gate()
    run_id = await jobs.submit(submission())
    async with running(pool, gate):

        async def half_way() -> bool:
            run = await runs.one(run_id)
            return run is not None and run.state == "running" and run.progress == 0.5

        await first_true(half_way)
        gate.open.set()
        assert (await over(runs, run_id)).progress == 1.0


async def test_a_waiting_run_is_found_at_once_where_the_channel_is_heard(
    pool: Pool, database: Database, jobs: JobTable, runs: RunTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mojo_compute.jobs.runner.POLL_S", 600.0)
    async with running(pool, answer, database.url_of("mojo-compute")):
        for _ in range(3):
            run_id = await jobs.submit(submission())
            assert (await over(runs, run_id)).state == "completed"


async def test_a_run_cancelled_half_way_stops_and_has_no_result(
    pool: Pool, database: Database, jobs: JobTable, runs: RunTable
) -> None:
    gate = Gate()
    run_id = await jobs.submit(submission("x"))
    async with running(pool, gate, database.url_of("mojo-compute"), Lease(length_s=600, beat_s=600)):
        await until(lambda: gate.started)
        assert await jobs.cancel(run_id)
        assert not await jobs.cancel(run_id)
        await until(lambda: gate.stopped)
        other = await jobs.submit(submission("y"))
        gate.open.set()
        assert (await over(runs, other)).state == "completed"
    cancelled = await runs.one(run_id)
    assert cancelled is not None
    assert (cancelled.state, cancelled.result, cancelled.progress < 1) == ("cancelled", None, True)
    assert gate.started == [b"x", b"y"]


async def test_a_run_that_waits_is_cancelled_before_anybody_computes_it(jobs: JobTable, runs: RunTable) -> None:
    run_id = await jobs.submit(submission())
    assert await jobs.cancel(run_id)
    assert await jobs.claim("somebody", ["backtest"], 60) is None
    assert await runs.delete(run_id) == "cancelled"
    assert await runs.one(run_id) is None


async def test_a_lost_run_is_computed_again_and_has_one_result(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    run_id = await jobs.submit(submission())
    lost = await claimed_by_another(jobs, 0.2)
    async with running(pool, answer):
        done = await over(runs, run_id)
    assert (done.state, done.attempts) == ("completed", 2)
    assert not await jobs.beat(lost, 60, 0.9)
    assert not await jobs.complete(lost, Finished({"answer": 43}))
    assert not await jobs.fail(lost, {"error": "internal"})
    assert not await jobs.hand_back(lost)
    assert await runs.one(run_id) == done
    assert await pool.fetchval("SELECT count(*) FROM signals.backtest_tables") == 1


async def test_a_run_lost_twice_fails_and_says_so(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    run_id = await jobs.submit(submission())
    for _ in range(2):
        await claimed_by_another(jobs, 0.0)
    async with running(pool, answer):
        failed = await over(runs, run_id)
    assert (failed.state, failed.attempts) == ("failed", 2)
    assert failed.error is not None
    assert failed.error["error"] == "computation_error"
    assert "lost 2 times" in failed.error["message"]


async def test_a_run_that_is_kept_alive_is_nobody_elses(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    gate = Gate()
    run_id = await jobs.submit(submission())
    async with running(pool, gate, lease=Lease(length_s=0.4, beat_s=0.05)):
        await until(lambda: gate.started)
        first = await pool.fetchval("SELECT lease_until FROM signals.backtests")

        async def renewed() -> bool:
            assert await jobs.claim("thief", ["backtest"], 60) is None
            until_ = await pool.fetchval("SELECT lease_until FROM signals.backtests")
            return bool((until_ - first).total_seconds() > 0.8)

        await first_true(renewed)
        gate.open.set()
        assert (await over(runs, run_id)).attempts == 1


async def test_two_workers_share_the_runs_and_compute_each_once(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    computed: list[bytes] = []

    async def run(body: bytes) -> Finished:
        computed.append(body)
        return await answer(body)

    ids = [await jobs.submit(submission(f"{number:02}")) for number in range(20)]
    async with running(pool, run), running(pool, run):
        for run_id in ids:
            assert (await over(runs, run_id)).attempts == 1
    assert sorted(computed) == [f"{number:02}".encode() for number in range(20)]


async def test_a_clean_stop_hands_the_run_back_and_another_worker_takes_it(
    pool: Pool, jobs: JobTable, runs: RunTable
) -> None:
    gate = Gate()
    run_id = await jobs.submit(submission("x"))
    async with running(pool, gate, lease=Lease(600, 600)):
        await until(lambda: gate.started)
    assert gate.stopped == [b"x"]
    waiting = await runs.one(run_id)
    assert waiting is not None
    assert (waiting.state, waiting.attempts, waiting.started_at) == ("pending", 0, None)
    async with running(pool, answer):
        assert (await over(runs, run_id)).attempts == 1


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InvalidInput("fast_period must be less", field="fast_period"), "invalid_input", "fast_period must be less"),
        (RuntimeError("secret"), "internal", "the run failed unexpectedly"),
        (None, "internal", "the run failed unexpectedly"),  # its result can't be stored
    ],
)
async def test_a_run_that_fails_keeps_what_is_to_be_known(
    pool: Pool, jobs: JobTable, runs: RunTable, error: Exception | None, code: str, message: str
) -> None:
    async def run(_body: bytes) -> Finished:
        if error is not None:
            raise error
        return Finished(SUMMARY, {(-1, "fills"): ROWS})

    run_id = await jobs.submit(submission())
    async with running(pool, run):
        failed = await over(runs, run_id)
    assert (failed.state, failed.result, failed.attempts) == ("failed", None, 1)
    assert failed.error is not None
    assert failed.error["error"] == code
    assert message in failed.error["message"]
    assert "secret" not in json.dumps(failed.error)


async def test_a_run_that_finds_a_dependency_busy_is_tried_again(
    pool: Pool, jobs: JobTable, runs: RunTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mojo_compute.jobs.work.RETRY_S", 0.01)
    tries: list[bytes] = []

    async def run(body: bytes) -> Finished:
        tries.append(body)
        if len(tries) < 4:  # more often than a run may be lost
            raise Overloaded("the bulk lane is full", retry_after_ms=1)
        return await answer(body)

    run_id = await jobs.submit(submission())
    async with running(pool, run):
        assert (await over(runs, run_id)).attempts == 1
    assert len(tries) == 4


async def test_equal_requests_with_one_key_are_one_run_and_other_ones_a_conflict(
    jobs: JobTable, runs: RunTable
) -> None:
    at_once = await asyncio.gather(*(jobs.submit(submission("a", "key")) for _ in range(8)))
    (first,) = set(at_once)
    assert await jobs.submit(submission("a", "key")) == first
    assert await jobs.keep(submission("a", "key"), Finished(SUMMARY)) == first
    for work in (jobs.submit(submission("b", "key")), jobs.keep(submission("b", "key"), Finished(SUMMARY))):
        with pytest.raises(Conflict) as refused:
            await work
        assert refused.value.details["run_id"] == first
    listed, _ = await runs.newest(RunQuery())
    assert [one.run_id for one in listed] == [first]


async def test_the_list_is_filtered_and_paged_newest_first(jobs: JobTable, runs: RunTable) -> None:
    ids = [await jobs.submit(submission(symbols=("TCS", "INFY") if n % 2 else ("M&M",))) for n in range(5)]
    await jobs.cancel(ids[0])
    first, following = await runs.newest(RunQuery(limit=3))
    second, none = await runs.newest(RunQuery(limit=3, before=following))
    assert [one.run_id for one in (*first, *second)] == ids[::-1]
    assert none is None

    async def ids_of(**conditions: Any) -> list[str]:
        return [one.run_id for one in (await runs.newest(RunQuery(**conditions)))[0]]

    assert await ids_of(symbol="INFY") == [ids[3], ids[1]]
    assert await ids_of(state="cancelled") == [ids[0]]
    assert await ids_of(state="pending", symbol="M&M") == [ids[4], ids[2]]
    assert await ids_of(strategy_id="other") == await ids_of(kind="sweep") == []
    assert await ids_of(strategy_id="sma_crossover", kind="backtest") == ids[::-1]


async def test_old_runs_are_deleted_and_live_ones_stay(pool: Pool, jobs: JobTable, runs: RunTable) -> None:
    kept = [await jobs.keep(submission(), Finished(SUMMARY, {(0, "fills"): ROWS})) for _ in range(4)]
    live = await jobs.submit(submission())
    await pool.execute(
        "UPDATE signals.backtests SET created_at = now() - interval '40 days', finished_at = now() - interval '31 days'"
        " WHERE run_id = $1",
        kept[3],
    )
    assert await runs.prune(30, 1_000) == 1
    assert await runs.prune(30, 3) == 2
    left, _ = await runs.newest(RunQuery())
    assert [one.run_id for one in left] == [live, kept[2]]
    assert await pool.fetchval("SELECT count(*) FROM signals.backtest_tables") == 1


async def test_a_live_run_is_not_deleted(jobs: JobTable, runs: RunTable) -> None:
    run_id = await jobs.submit(submission())
    assert await runs.delete(run_id) is None
    await claimed_by_another(jobs)
    assert await runs.delete(run_id) is None
    assert await runs.one(run_id) is not None


class AwayTwice(JobTable):
    """Cannot write a result at first."""

    failures = 2

    async def complete(self, job: Claimed, finished: Finished) -> bool:
        if self.failures:
            self.failures -= 1
            raise ConnectionResetError("gone")
        return await super().complete(job, finished)


async def test_a_result_waits_for_a_database_that_is_away(
    pool: Pool, jobs: JobTable, runs: RunTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mojo_compute.jobs.work.RETRY_S", 0.01)
    run_id = await jobs.submit(submission())
    table = AwayTwice(pool)
    async with running(pool, answer, table=table):
        assert (await over(runs, run_id)).result == SUMMARY
    assert table.failures == 0
