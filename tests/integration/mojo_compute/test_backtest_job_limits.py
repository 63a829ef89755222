"""How much may wait to be computed, and how long what a job brings may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import Overloaded
from chitti_shared.ipc import Client
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from mojo_compute.storage import jobs as storage
from mojo_compute.storage.jobs import JobTable, Submission
from support.backtest_requests import crossing

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with await connect_pool(database.url_of("mojo-compute"), application_name="test") as made:
        yield made


@pytest.fixture
def jobs(pool: Pool) -> JobTable:
    return JobTable(pool)


def submission(number: int, body: bytes = b"{}") -> Submission:
    run_id = f"00000000-0000-4000-8000-{number:012d}"
    return Submission(run_id, "backtest", "sma_crossover", ("TCS",), bytes(16), body=body)


async def test_too_many_waiting_runs_are_refused(jobs: JobTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MOST_WAITING", 2)
    for number in range(2):
        await jobs.submit(submission(number))
    with pytest.raises(Overloaded, match="2 runs wait already"):
        await jobs.submit(submission(2))


async def test_waiting_runs_whose_requests_are_too_long_together_are_refused(
    jobs: JobTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "MOST_WAITING_BYTES", 100_000)
    await jobs.submit(submission(0, b"a" * 60_000))
    with pytest.raises(Overloaded, match="requests of 60000 bytes"):
        await jobs.submit(submission(1, b"a" * 40_001))
    await jobs.submit(submission(2, b"a" * 40_000))
    claimed = await jobs.claim("worker", ["backtest"], 60)
    assert claimed is not None
    await jobs.submit(submission(3, b"a" * 60_000))  # what is computed doesn't wait


async def test_a_job_that_brings_more_than_is_kept_fails_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "MOST_BYTES", 20_000)
    handed = await client.call(contract.BACKTEST, crossing(2_000, async_=True))

    async def ended() -> Any:
        reply = await client.call(contract.GET_BACKTEST, contract.GetBacktestRequest(run_id=handed.run_id))
        return reply if reply.state not in ("pending", "running") else None

    reply = await first_true(ended, 30)
    assert reply.state == "failed"
    told = msgspec.to_builtins(reply.error)
    assert told["error"] == "payload_too_large"
    assert "fewer symbols or bars" in told["message"]
    assert told["details"]["size"] > 64_000
