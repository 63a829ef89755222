"""Reading and deleting runs: one with a page of its results, the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool

_COLUMNS = """
SELECT run_id, number, kind, state, strategy_id, symbols, progress, attempts, created_at, started_at, finished_at,
    sharpe, total_return, error"""
_FROM = " FROM signals.backtests"
_ONE = _COLUMNS + ", result" + _FROM + " WHERE run_id = $1"
_LIST = _COLUMNS + _FROM
# bytea is cut by bytes, counted from 1
_PAGE = """
SELECT t.part, t.name, t.rows,
    substring(t.data FROM (least(wanted.first, t.rows) * t.width + 1)::integer
        FOR (least(wanted.most, t.rows) * t.width)::integer) AS data
FROM signals.backtest_tables AS t
JOIN unnest($2::text[], $3::bigint[], $4::bigint[]) AS wanted(name, first, most) USING (name)
WHERE t.run_id = $1
ORDER BY t.part, t.name
"""
_DELETE = """
DELETE FROM signals.backtests WHERE run_id = $1 AND state IN ('completed', 'failed', 'cancelled') RETURNING state
"""
_PRUNE = """
DELETE FROM signals.backtests
WHERE state IN ('completed', 'failed', 'cancelled')
    AND (finished_at < now() - make_interval(days => $1) OR number <= (SELECT max(number) FROM signals.backtests) - $2)
"""
KEPT_DAYS = 30
KEPT_RUNS = 10_000

WHOLE = (0, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A row of the list; `result` is there only where one run was asked for."""

    run_id: str
    number: int
    kind: str
    state: str
    strategy_id: str | None
    symbols: list[str]
    progress: float
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    sharpe: float | None
    total_return: float | None
    error: dict[str, Any] | None
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TablePage:
    """Rows of a long result, packed; `rows` is how many there are in all."""

    part: int
    name: str
    rows: int
    data: bytes


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Conditions of the list; None lets everything pass. `before` is the last page's end."""

    state: str | None = None
    kind: str | None = None
    strategy_id: str | None = None
    symbol: str | None = None
    before: int | None = None
    limit: int = 100


class RunTable:
    """Runs and their results."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def one(self, run_id: str) -> StoredRun | None:
        row = await self._pool.fetchrow(_ONE, run_id)
        return None if row is None else _run(row)

    async def page(self, run_id: str, wanted: Mapping[str, tuple[int, int]]) -> list[TablePage]:
        """Rows of long results by name: from which on, how many at most; by part."""
        firsts, most = zip(*wanted.values(), strict=True)
        rows = await self._pool.fetch(_PAGE, run_id, list(wanted), list(firsts), list(most))
        return [TablePage(**dict(row)) for row in rows]

    async def newest(self, query: RunQuery) -> tuple[list[StoredRun], int | None]:
        """A page of runs, newest first, and where the next one begins; None: it was the last."""
        conditions, arguments = _conditions_of(query)
        where = " WHERE " + " AND ".join(conditions) if conditions else ""
        order = f" ORDER BY number DESC LIMIT ${len(arguments) + 1}"
        rows = await self._pool.fetch(_LIST + where + order, *arguments, query.limit + 1)
        page = [_run(row) for row in rows[: query.limit]]
        return page, page[-1].number if len(rows) > query.limit else None

    async def delete(self, run_id: str) -> str | None:
        """Delete a run that is over, with its results; the state it was in. None: there is none."""
        state: str | None = await self._pool.fetchval(_DELETE, run_id)
        return state

    async def prune(self, days: int = KEPT_DAYS, most: int = KEPT_RUNS) -> int:
        """Delete the runs that were over so many days ago, and all but the newest so many; how many these were."""
        status = await self._pool.execute(_PRUNE, days, most)
        return int(status.rpartition(" ")[2])


def _run(row: Any) -> StoredRun:
    return StoredRun(**{**row, "run_id": str(row["run_id"])})


def _conditions_of(query: RunQuery) -> tuple[Sequence[str], list[Any]]:
    conditions: list[str] = []
    arguments: list[Any] = []
    comparisons = (
        ("state = ", query.state, ""),
        ("kind = ", query.kind, ""),
        ("strategy_id = ", query.strategy_id, ""),
        ("symbols @> ARRAY[", query.symbol, "]"),
        ("number < ", query.before, ""),
    )
    for before, value, after in comparisons:
        if value is not None:
            arguments.append(value)
            conditions.append(f"{before}${len(arguments)}{after}")
    return conditions, arguments
