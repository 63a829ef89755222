"""Long runs as leased rows of `signals.backtests`: handed in, claimed, kept alive, ended once.

Whoever claims a run holds it until `lease_until`, and longer by beating. A run whose lease is over
is claimed again, by anybody, as long as it has attempts left. Only the holder writes the end, in one
transaction with the results: a run that was lost, claimed by another or cancelled meanwhile takes none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
from chitti_shared.db import Connection, Pool
from chitti_shared.errors import ComputationError, Conflict, Overloaded, PayloadTooLarge

CHANNEL = "backtest_jobs"  # told when a run is handed in, handed back or cancelled
ATTEMPTS = 2
MOST_WAITING = 1_000
MOST_WAITING_BYTES = 1 << 30  # of their requests
MOST_BYTES = 256 << 20  # of a run's long results: more is not written within a statement's time

_TELL = "SELECT pg_notify('backtest_jobs', '')"
_WAITING = """
SELECT count(*) AS runs, coalesce(sum(octet_length(body)), 0)::bigint AS bytes
FROM signals.backtests WHERE state = 'pending'
"""
_SUBMIT = """
INSERT INTO signals.backtests (run_id, kind, strategy_id, symbols, body, digest, idempotency_key)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING run_id
"""
_OF_KEY = "SELECT run_id, digest FROM signals.backtests WHERE idempotency_key = $1"
_GIVE_UP = """
UPDATE signals.backtests
SET state = 'failed', error = $2, lease_owner = NULL, lease_until = NULL, body = NULL, finished_at = clock_timestamp()
WHERE state = 'running' AND lease_until < clock_timestamp() AND attempts >= $1
"""
_CLAIM = """
WITH next AS MATERIALIZED (
    SELECT run_id FROM signals.backtests
    WHERE state IN ('pending', 'running') AND kind = ANY ($3) AND attempts < $4
        AND (state = 'pending' OR lease_until < clock_timestamp())
    ORDER BY number
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE signals.backtests AS job
SET state = 'running', lease_owner = $1, lease_until = clock_timestamp() + $2, attempts = attempts + 1, progress = 0,
    started_at = coalesce(started_at, clock_timestamp())
FROM next WHERE job.run_id = next.run_id
RETURNING job.run_id, job.kind, job.body, job.attempts
"""
_IF_HELD = "WHERE run_id = $1 AND lease_owner = $2 AND state = 'running' RETURNING true"
_BEAT = (
    """
UPDATE signals.backtests SET lease_until = clock_timestamp() + $3, progress = greatest(progress, $4)
"""
    + _IF_HELD
)
_COMPLETE = (
    """
UPDATE signals.backtests
SET state = 'completed', progress = 1, result = $3, sharpe = $4, total_return = $5,
    lease_owner = NULL, lease_until = NULL, body = NULL, finished_at = clock_timestamp()
"""
    + _IF_HELD
)
_FAIL = (
    """
UPDATE signals.backtests
SET state = 'failed', error = $3, lease_owner = NULL, lease_until = NULL, body = NULL, finished_at = clock_timestamp()
"""
    + _IF_HELD
)
_HAND_BACK = (
    """
UPDATE signals.backtests
SET state = 'pending', attempts = attempts - 1, progress = 0, lease_owner = NULL, lease_until = NULL,
    started_at = CASE WHEN attempts > 1 THEN started_at END
"""
    + _IF_HELD
)
_CANCEL = """
UPDATE signals.backtests
SET state = 'cancelled', lease_owner = NULL, lease_until = NULL, body = NULL, finished_at = clock_timestamp()
WHERE run_id = $1 AND state IN ('pending', 'running')
RETURNING true
"""
_ADD_TABLE = """
INSERT INTO signals.backtest_tables (run_id, part, name, width, rows, data) VALUES ($1, $2, $3, $4, $5, $6)
"""
# One statement, and nobody waits for the disk: should the server crash right then, the run has to be made again
_KEEP = """
WITH hastily AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), run AS (
    INSERT INTO signals.backtests (
        run_id, kind, state, strategy_id, symbols, digest, idempotency_key, progress, attempts, result, sharpe,
        total_return, started_at, finished_at
    )
    SELECT $1::uuid, $2::text, 'completed', $3::text, $4::text[], $5::bytea, $6::text, 1, 1, $7::json,
        $8::double precision, $9::double precision, now(), now()
    FROM hastily
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING run_id
), added AS (
    INSERT INTO signals.backtest_tables (run_id, part, name, width, rows, data)
    SELECT run.run_id, long.*
    FROM run, unnest($10::integer[], $11::text[], $12::integer[], $13::integer[], $14::bytea[]) AS long
)
SELECT run_id FROM run
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run brought.

    Parameters
    ----------
    summary : dict
        What fits into JSON; of a sweep or a walk-forward the whole reply.
    tables : dict of structured ndarray
        Long results by (number of the symbol that was run for itself, else 0; name): read in pages.
    sharpe, total_return : float or None
        For the list of runs.
    """

    summary: dict[str, Any]
    tables: Mapping[tuple[int, str], npt.NDArray[Any]] = field(default_factory=dict)
    sharpe: float | None = None
    total_return: float | None = None

    @property
    def nbytes(self) -> int:
        return sum(table.nbytes for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class Submission:
    """A request for a run: what it is of, and its text. Equal requests have equal digests."""

    run_id: str
    kind: str
    strategy_id: str | None
    symbols: Sequence[str]
    digest: bytes
    idempotency_key: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this process holds."""

    run_id: str
    kind: str
    body: bytes
    attempts: int
    owner: str


class JobTable:
    """The leases of runs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def submit(self, job: Submission) -> str:
        """Hand a run in; its id, or that of the run with this idempotency key.

        Raises
        ------
        Conflict
            The key is another request's.
        Overloaded
            Too many runs wait already, or their requests are too long together.
        """
        async with self._pool.transaction() as connection:
            known = await _of_key(connection, job)
            if known is not None:
                return known
            waiting = await connection.fetchrow(_WAITING)
            assert waiting is not None
            if waiting["runs"] >= MOST_WAITING or waiting["bytes"] + len(job.body) > MOST_WAITING_BYTES:
                raise Overloaded(
                    f"{waiting['runs']} runs wait already, with requests of {waiting['bytes']} bytes: at most "
                    f"{MOST_WAITING} and {MOST_WAITING_BYTES} bytes may",
                    retry_after_ms=10_000,
                )
            values = (job.run_id, job.kind, job.strategy_id, list(job.symbols), job.body, job.digest)
            added = await connection.fetchval(_SUBMIT, *values, job.idempotency_key)
            if added is not None:
                await connection.execute(_TELL)
                return job.run_id
        return await self._added_meanwhile(job)

    async def known(self, job: Submission) -> str | None:
        """The run with this request's idempotency key; None: there is none. Conflict: as `submit`."""
        async with self._pool.acquire() as connection:
            return await _of_key(connection, job)

    async def keep(self, job: Submission, finished: Finished) -> str:
        """Store a run that was never a job; its id, or that of the run with this key. Conflict: as `submit`."""
        columns = list(zip(*_rows_of(finished), strict=True)) or [()] * 5
        values = (job.run_id, job.kind, job.strategy_id, list(job.symbols), job.digest, job.idempotency_key)
        figures = (finished.summary, _finite(finished.sharpe), _finite(finished.total_return))
        added = await self._pool.fetchval(_KEEP, *values, *figures, *map(list, columns))
        return job.run_id if added is not None else await self._added_meanwhile(job)

    async def warm(self, connections: int) -> None:
        """Have so many connections learn what `keep` says, so that the first run need not wait for it."""
        dummy: tuple[Any, ...] = (uuid4(), "backtest", None, [], bytes(16), None, {}, None, None, *([[]] * 5))
        async with AsyncExitStack() as stack:
            held = [await stack.enter_async_context(self._pool.acquire()) for _ in range(connections)]
            for connection in held:
                rolled_back = connection.transaction()
                await rolled_back.start()
                try:
                    await connection.fetchval(_KEEP, *dummy)
                finally:
                    await rolled_back.rollback()

    async def claim(self, owner: str, kinds: Sequence[str], lease_s: float) -> Claimed | None:
        """The oldest run that waits, now held by `owner`; None: there is none.

        Runs that were lost for the last time are given up.
        """
        lost = ComputationError(f"the run was lost {ATTEMPTS} times: its worker ended without a word").to_dict()
        async with self._pool.transaction() as connection:
            await connection.execute(_GIVE_UP, ATTEMPTS, lost)
            row = await connection.fetchrow(_CLAIM, owner, timedelta(seconds=lease_s), list(kinds), ATTEMPTS)
        return None if row is None else Claimed(str(row["run_id"]), row["kind"], row["body"], row["attempts"], owner)

    async def beat(self, job: Claimed, lease_s: float, progress: float) -> bool:
        """Hold a run for longer; False: it is no longer this one's."""
        held = await self._pool.fetchval(_BEAT, job.run_id, job.owner, timedelta(seconds=lease_s), progress)
        return held is True

    async def complete(self, job: Claimed, finished: Finished) -> bool:
        """Write the result; False: the run is no longer this one's, and nothing was written.

        Raises
        ------
        PayloadTooLarge
            It is too long to be kept.
        """
        if finished.nbytes > MOST_BYTES:
            raise PayloadTooLarge(
                f"the run brought {finished.nbytes} bytes of curves and trades, at most {MOST_BYTES} are kept: "
                "give it fewer symbols or bars",
                field="bars",
                constraint=f"bytes <= {MOST_BYTES}",
                size=finished.nbytes,
            )
        async with self._pool.transaction() as connection:
            held = await connection.fetchval(
                _COMPLETE,
                job.run_id,
                job.owner,
                finished.summary,
                _finite(finished.sharpe),
                _finite(finished.total_return),
            )
            if held is not True:
                return False
            await _add_tables(connection, job.run_id, finished)
            return True

    async def fail(self, job: Claimed, error: dict[str, Any]) -> bool:
        """Write why it failed; False: the run is no longer this one's."""
        return await self._pool.fetchval(_FAIL, job.run_id, job.owner, error) is True

    async def hand_back(self, job: Claimed) -> bool:
        """Let others run it, as if it had not been claimed; False: the run is no longer this one's."""
        async with self._pool.transaction() as connection:
            held = await connection.fetchval(_HAND_BACK, job.run_id, job.owner)
            await connection.execute(_TELL)
            return held is True

    async def cancel(self, run_id: str) -> bool:
        """End a live run; False: there is none."""
        async with self._pool.transaction() as connection:
            cancelled = await connection.fetchval(_CANCEL, run_id)
            if cancelled is True:
                await connection.execute(_TELL)
            return cancelled is True

    async def _added_meanwhile(self, job: Submission) -> str:
        known = await self.known(job)
        if known is None:
            raise Conflict("the run with this idempotency key was deleted just now", field="idempotency_key")
        return known


async def _of_key(connection: Connection, job: Submission) -> str | None:
    row = await connection.fetchrow(_OF_KEY, job.idempotency_key) if job.idempotency_key is not None else None
    if row is None:
        return None
    if row["digest"] != job.digest:
        raise Conflict(
            f"the idempotency key {job.idempotency_key!r} was used for another request",
            field="idempotency_key",
            constraint="the same request",
            run_id=str(row["run_id"]),
        )
    return str(row["run_id"])


async def _add_tables(connection: Connection, run_id: str, finished: Finished) -> None:
    await connection.executemany(_ADD_TABLE, [(run_id, *row) for row in _rows_of(finished)])


def _rows_of(finished: Finished) -> list[tuple[int, str, int, int, bytes]]:
    """Part, name, width of a row, rows, and the rows themselves of each long result."""
    return [
        (part, name, table.dtype.itemsize, len(table), np.ascontiguousarray(table).tobytes())
        for (part, name), table in finished.tables.items()
    ]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
