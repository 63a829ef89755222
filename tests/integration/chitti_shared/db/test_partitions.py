"""md.eod_prices by year: native partitions here, TimescaleDB's hypertable by way of a stand-in extension."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from chitti_shared.db import Pool, migrate
from chitti_shared.testing.database import Database, DatabaseServer, server_folder

pytestmark = pytest.mark.integration

PARTITIONS = """
    SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'md.eod_prices'::regclass ORDER BY 1
"""
# Has the names and parameters of TimescaleDB's functions that we call, and notes the calls.
STAND_IN = """
CREATE TABLE calls (name text, relation regclass, detail text);
CREATE FUNCTION create_hypertable(
    relation regclass, time_column_name name, partitioning_column name = NULL, number_partitions integer = NULL,
    associated_schema_name name = NULL, associated_table_prefix name = NULL,
    chunk_time_interval anyelement = NULL::bigint, create_default_indexes boolean = TRUE
) RETURNS void LANGUAGE sql
AS $$ INSERT INTO @extschema@.calls VALUES ('create_hypertable', $1, $2 || ' ' || $7::text || ' ' || $8) $$;
CREATE FUNCTION add_compression_policy(hypertable regclass, compress_after "any", if_not_exists boolean = false)
RETURNS integer LANGUAGE internal AS 'pg_backend_pid';
"""


async def test_the_years_asked_for_get_partitions_once(pool: Pool) -> None:
    year = dt.datetime.now(dt.UTC).year
    rows = [row["relname"] for row in await pool.fetch(PARTITIONS)]
    assert {f"eod_prices_{year}", f"eod_prices_{year + 1}"} <= set(rows)
    ask = "SELECT md.ensure_years('md.eod_prices', $1, $2)"
    span = (dt.date(1996, 5, 1), dt.date(1999, 12, 31))
    assert await pool.fetchval(ask, *span) == 4
    assert await pool.fetchval(ask, *span) == 0
    assert len(await pool.fetch(PARTITIONS)) == len(rows) + 4


async def test_two_importers_may_ask_for_one_year(pool: Pool) -> None:
    ask = "SELECT md.ensure_years('md.eod_prices', '2003-01-01', '2006-01-01')"
    added = await asyncio.gather(*(pool.fetchval(ask) for _ in range(4)))
    assert sum(added) == 4


async def test_a_partition_keeps_the_declared_checks_and_keys(pool: Pool) -> None:
    instrument = await pool.fetchval("INSERT INTO md.instruments (symbol) VALUES ('TCS') RETURNING instrument_id")
    insert = """INSERT INTO md.eod_prices (instrument_id, trade_date, open, high, low, close, volume, adjusted, source)
                VALUES ($1, '2024-01-02', 10, $2, 9, 10, 100, true, 'test')"""
    await pool.execute("SELECT md.ensure_years('md.eod_prices', '2024-01-02', '2024-01-02')")
    await pool.execute(insert, instrument, 11.0)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(insert, instrument, 11.0)
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(insert, instrument, 5.0)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await pool.execute(insert, instrument + 1, 11.0)
    names = await pool.fetchval(
        "SELECT array_agg(conname::text) FROM pg_constraint"
        " WHERE conrelid = 'md.eod_prices'::regclass AND contype IN ('p', 'f')"
    )
    assert set(names) == {"eod_prices_pkey", "eod_prices_instrument_id_fkey"}


@pytest.mark.parametrize(
    "span", [("1899-12-31", "1999-01-01"), ("2020-01-01", "2201-01-01"), ("2021-01-01", "2020-01-01")]
)
async def test_odd_spans_are_refused(pool: Pool, span: tuple[str, str]) -> None:
    with pytest.raises(asyncpg.DatetimeFieldOverflowError):
        await pool.execute("SELECT md.ensure_years('md.eod_prices', $1, $2)", *map(dt.date.fromisoformat, span))


@pytest.fixture
def timescale_database() -> Iterator[Database]:
    """An empty database on a server whose `timescaledb` extension is the stand-in."""
    with server_folder() as folder:
        extensions = folder / "extension"
        extensions.mkdir(mode=0o755)
        (extensions / "timescaledb.control").write_text("default_version = '0'\ntrusted = true\nrelocatable = false\n")
        (extensions / "timescaledb--0.sql").write_text(STAND_IN)
        server = DatabaseServer(folder, settings={"extension_control_path": f"{Path(folder)}:$system"})
        server.start()
        yield server.create(template=None)
        server.stop()


async def test_prices_become_a_hypertable_where_timescale_is_installed(timescale_database: Database) -> None:
    admin = await asyncpg.connect(timescale_database.superuser_url)
    await admin.execute(
        "CREATE EXTENSION timescaledb;"
        "GRANT USAGE ON SCHEMA public TO chitti_migrator; GRANT INSERT ON calls TO chitti_migrator"
    )
    await migrate(timescale_database.url_of("migrator"))
    calls = await admin.fetch("SELECT name, relation::text, detail FROM calls")
    assert [tuple(row) for row in calls] == [("create_hypertable", "md.eod_prices", "trade_date 365 days false")]
    assert await admin.fetchval("SELECT relkind = 'r' FROM pg_class WHERE oid = 'md.eod_prices'::regclass")
    assert await admin.fetchval("SELECT md.ensure_years('md.eod_prices', '2001-01-01', '2002-01-01')") == 0
    await admin.close()
