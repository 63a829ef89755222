"""Writing many rows at once: COPY, and COPY into a staging table for upserts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from chitti_shared.db.identifiers import compose, quoted, quoted_list
from chitti_shared.db.packing import PackedRows

Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy

_STAGING = "chitti_staging"

# Only quoted names go into these. ctid is the order of arrival: of rows with one key the last stays.
_UPSERT = """
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON ({keys}) {names} FROM {staging} ORDER BY {keys}, ctid DESC
), touched AS (
    INSERT INTO {table} AS target ({names}) SELECT {names} FROM latest ORDER BY {keys}
    ON CONFLICT ({keys}) DO {action}
    RETURNING {is_new} AS inserted{returned}
) {answer}
"""
_CHANGE = "UPDATE SET {assignments} WHERE ({ours}) IS DISTINCT FROM ({theirs})"
# Before version 18 there is no `old`; a new row's xmax is 0, but a partition whose columns lie otherwise hides it.
_IS_NEW = "old.{0} IS NULL"
_IS_NEW_BEFORE_18 = "target.xmax = 0"
_ANSWER_ROWS = "SELECT k.keys, touched.* FROM (SELECT count(*) AS keys FROM latest) AS k LEFT JOIN touched ON true"
_ANSWER_COUNTS = (
    "SELECT (SELECT count(*) FROM latest) AS keys, count(*) FILTER (WHERE inserted) AS inserted,"
    " count(*) FILTER (WHERE NOT inserted) AS updated FROM touched"
)


@dataclass(frozen=True)
class Upserted:
    """What an upsert did with the rows it was given.

    `inserted + updated + unchanged + repeated` is their number; `repeated` rows gave way to a later
    one with the same key. `rows`, when `returning` asked for it, are the rows inserted or updated:
    the columns asked for, and `inserted` (bool).
    """

    inserted: int
    updated: int
    unchanged: int
    repeated: int
    rows: list[asyncpg.Record] = field(default_factory=list)


async def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]] | PackedRows,
    *,
    timeout_s: float | None = None,
) -> int:
    """Append `rows` to `table` ("schema.name") with one COPY; how many there were.

    Raises
    ------
    asyncpg.PostgresError
        A row breaks a constraint: none is kept.
    """
    schema, _, name = table.rpartition(".")
    told: dict[str, Any] = {"schema_name": schema or None, "columns": list(columns), "timeout": timeout_s}
    status: str
    if isinstance(rows, PackedRows):
        status = await connection.copy_to_table(name, source=rows.pieces(), format="binary", **told)
    else:
        status = await connection.copy_records_to_table(name, records=rows, **told)
    return int(status.removeprefix("COPY "))


async def upsert_by_copy(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]] | PackedRows,
    *,
    key: Sequence[str],
    update: Collection[str] | None = None,
    returning: Sequence[str] = (),
    timeout_s: float = 300.0,
) -> Upserted:
    """Insert `rows` into `table`, and update those whose key is there already.

    The rows go by COPY into a temporary table, from there by one INSERT … ON CONFLICT. A row that
    would change nothing is not written. Of rows with one key, the last given counts. Rows are
    written in the order of their keys, so that two importers can't deadlock.

    Parameters
    ----------
    connection : Connection
        Inside a transaction or not; all rows are written or none.
    table : str
        "schema.name".
    columns : Sequence[str]
        What each row holds, in this order; other columns get their defaults.
    key : Sequence[str]
        Columns (among `columns`) of a unique constraint.
    update : Collection[str], optional
        Columns to overwrite in a row that is there; default: all but the key. Empty: leave it as it is.
    returning : Sequence[str]
        Columns to give back in `Upserted.rows`.
    timeout_s : float
        How long each statement may take, in place of the pool's limit; that of the server stays so until the
        end of the caller's transaction.

    Raises
    ------
    ValueError
        The key is empty or names something outside `columns`.
    asyncpg.PostgresError
        A row breaks a constraint: none is kept.
    """
    if not key or not set(key) <= set(columns):
        raise ValueError(f"expected a key among the columns {', '.join(columns)}, found {', '.join(key) or 'none'}")
    changing = [name for name in columns if name not in key and (update is None or name in update)]
    is_new = _IS_NEW.format(quoted(key[0])) if connection.get_server_version() >= (18,) else _IS_NEW_BEFORE_18
    async with connection.transaction():
        await connection.execute("SELECT set_config('statement_timeout', $1, true)", f"{timeout_s * 1000:.0f}")
        # The columns' types without their constraints: those are the target's to check.
        await connection.execute(
            compose("CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT ", staging=_STAGING)
            + quoted_list(columns)
            + compose(" FROM {table} WITH NO DATA", table=table)
        )
        given = await copy_rows(connection, _STAGING, columns, rows, timeout_s=timeout_s)
        answer = await connection.fetch(
            _upsert_sql(is_new, table, columns, key, changing, returning), timeout=timeout_s
        )
        # Not left to the commit: the caller's transaction may upsert once more.
        await connection.execute(compose("DROP TABLE {staging}", staging=_STAGING))
    first = answer[0]
    if returning:
        touched = [row for row in answer if row["inserted"] is not None]
        inserted = sum(row["inserted"] for row in touched)
        updated = len(touched) - inserted
    else:
        touched, inserted, updated = [], first["inserted"], first["updated"]
    keys = first["keys"]
    return Upserted(inserted, updated, keys - inserted - updated, given - keys, touched)


def _upsert_sql(
    is_new: str,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    changing: Sequence[str],
    returning: Sequence[str],
) -> str:
    change = _CHANGE.format(
        assignments=", ".join(map("{0} = excluded.{0}".format, map(quoted, changing))),
        ours=quoted_list(changing, prefix="target."),
        theirs=quoted_list(changing, prefix="excluded."),
    )
    return _UPSERT.format(
        table=quoted(table),
        staging=quoted(_STAGING),
        names=quoted_list(columns),
        keys=quoted_list(key),
        is_new=is_new,
        action=change if changing else "NOTHING",
        returned="".join(map(", target.{}".format, map(quoted, returning))),
        answer=_ANSWER_ROWS if returning else _ANSWER_COUNTS,
    )
