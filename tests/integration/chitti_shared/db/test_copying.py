from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import asyncpg
import numpy as np
import pytest
from chitti_shared.db import PackedRows, Pool, copy_rows, pack_rows, upsert_by_copy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.integration

COLUMNS = ("place", "day", "size", "note", "facts")


TABLE = """
CREATE TABLE md.things (
    thing_id bigint GENERATED ALWAYS AS IDENTITY, place int, day int, size float8, note text, facts jsonb,
    stamp timestamptz NOT NULL DEFAULT now(), CONSTRAINT small CHECK (size < 1e6), PRIMARY KEY (place, day)
) PARTITION BY RANGE (day);
CREATE TABLE md.things_low PARTITION OF md.things FOR VALUES FROM (0) TO (100);
-- The other partition's columns lie otherwise, as after years of ALTER TABLE
CREATE TABLE md.things_high (
    facts jsonb, note text, gone text, size float8, day int NOT NULL, place int NOT NULL, thing_id bigint NOT NULL,
    stamp timestamptz NOT NULL DEFAULT now(), CONSTRAINT small CHECK (size < 1e6)
);
ALTER TABLE md.things_high DROP gone;
ALTER TABLE md.things ATTACH PARTITION md.things_high FOR VALUES FROM (100) TO (200);
"""


@pytest.fixture
async def table(pool: Pool) -> str:
    await pool.execute(TABLE)
    return "md.things"


def row(place: int, day: int, size: float | None = 1.0, note: str = "a") -> tuple[Any, ...]:
    return (place, day, size, note, {"place": place})


async def test_new_rows_are_inserted_and_given_again_unchanged(pool: Pool, table: str) -> None:
    rows = [row(1, 1), row(1, 150), row(2, 1, None)]
    async with pool.acquire() as connection:
        first = await upsert_by_copy(connection, table, COLUMNS, rows, key=("place", "day"))
        again = await upsert_by_copy(connection, table, COLUMNS, rows, key=("place", "day"))
    assert (first.inserted, first.updated, first.unchanged, first.repeated) == (3, 0, 0, 0)
    assert (again.inserted, again.updated, again.unchanged, again.repeated) == (0, 0, 3, 0)
    assert await pool.fetchval("SELECT facts FROM md.things WHERE place = 2") == {"place": 2}


@given(
    st.lists(
        st.tuples(
            st.integers(-(2**31), 2**31 - 1),
            st.floats(allow_nan=False),
            st.booleans(),
            st.dates(date(1, 1, 1), date(9999, 12, 31)),
        ),
        max_size=20,
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_packed_rows_arrive_as_they_are(pool: Pool, rows: list[tuple[Any, ...]], note: str) -> None:
    numbers, sizes, flags, days = zip(*rows, strict=True) if rows else ((), (), (), ())
    columns = [
        np.array(numbers, dtype=np.int32),
        np.array(sizes, dtype=np.float64),
        np.array(flags, dtype=np.bool_),
        np.array(days, dtype="datetime64[D]"),
        note,
    ]
    async with pool.transaction() as connection:
        await connection.execute(
            "CREATE TEMPORARY TABLE packed (number int, size float8, flag boolean, day date, note text) ON COMMIT DROP"
        )
        names = ("number", "size", "flag", "day", "note")
        assert await copy_rows(connection, "packed", names, PackedRows([pack_rows(columns)] * 2)) == 2 * len(rows)
        found = await connection.fetch("SELECT * FROM packed ORDER BY ctid")
    assert [tuple(one) for one in found] == [(*row, note) for row in rows * 2]


async def test_changed_rows_are_updated_and_told_apart(pool: Pool, table: str) -> None:
    async with pool.transaction() as connection:
        await upsert_by_copy(connection, table, COLUMNS, [row(1, 1), row(1, 150), row(2, 1)], key=("place", "day"))
        done = await upsert_by_copy(
            connection,
            table,
            COLUMNS,
            [row(1, 1, 9.0), row(1, 150, None), row(2, 1), row(3, 3)],
            key=("place", "day"),
            returning=("thing_id", "place", "size"),
        )
    assert (done.inserted, done.updated, done.unchanged, done.repeated) == (1, 2, 1, 0)
    assert sorted((r["place"], r["inserted"], r["size"]) for r in done.rows if r["place"] != 1) == [(3, True, 1.0)]
    assert all(r["thing_id"] > 0 for r in done.rows)


async def test_of_rows_with_one_key_the_last_counts(pool: Pool, table: str) -> None:
    async with pool.acquire() as connection:
        done = await upsert_by_copy(
            connection, table, COLUMNS, [row(1, 1, float(n)) for n in range(50)], key=("place", "day")
        )
    assert (done.inserted, done.repeated) == (1, 49)
    assert await pool.fetchval("SELECT size FROM md.things") == 49.0


async def test_chosen_columns_only_are_overwritten(pool: Pool, table: str) -> None:
    async with pool.acquire() as connection:
        await upsert_by_copy(connection, table, COLUMNS, [row(1, 1, 1.0, "a")], key=("place", "day"))
        await upsert_by_copy(connection, table, COLUMNS, [row(1, 1, 2.0, "b")], key=("place", "day"), update={"size"})
        kept = await upsert_by_copy(
            connection, table, COLUMNS, [row(1, 1, 3.0, "c")], key=("place", "day"), update=(), returning=("place",)
        )
    assert (kept.inserted, kept.updated, kept.unchanged, kept.rows) == (0, 0, 1, [])
    assert tuple(await pool.fetchrow("SELECT size, note FROM md.things") or ()) == (2.0, "a")


async def test_no_rows_are_fine(pool: Pool, table: str) -> None:
    async with pool.acquire() as connection:
        done = await upsert_by_copy(connection, table, COLUMNS, [], key=("place", "day"), returning=("place",))
        assert await copy_rows(connection, table, ("place", "day"), []) == 0
    assert (done.inserted, done.updated, done.unchanged, done.repeated, done.rows) == (0, 0, 0, 0, [])


async def test_a_row_that_breaks_a_check_keeps_all_out(pool: Pool, table: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with pool.acquire() as connection:
            await upsert_by_copy(connection, table, COLUMNS, [row(1, 1), row(2, 2, 1e9)], key=("place", "day"))
    assert await pool.fetchval("SELECT count(*) FROM md.things") == 0


async def test_importers_of_the_same_rows_do_not_deadlock(pool: Pool, table: str) -> None:
    async def write(rows: list[tuple[Any, ...]]) -> None:
        async with pool.acquire() as connection:
            await upsert_by_copy(connection, table, COLUMNS, rows, key=("place", "day"))

    rows = [row(place, day) for place in range(20) for day in range(50)]
    await asyncio.gather(*(write(rows[::step]) for step in (1, -1, 1, -1)))
    assert await pool.fetchval("SELECT count(*) FROM md.things") == 1000


@pytest.mark.parametrize("key", [(), ("place", "elsewhere")])
async def test_a_key_outside_the_columns_is_refused(pool: Pool, table: str, key: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected a key"):
        async with pool.acquire() as connection:
            await upsert_by_copy(connection, table, COLUMNS, [], key=key)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 199), st.floats(0, 3)), max_size=30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_table_ends_as_a_dict_would(pool: Pool, table: str, rows: list[tuple[int, int, float]]) -> None:
    before = {(r["place"], r["day"]): r["size"] for r in await pool.fetch("SELECT place, day, size FROM md.things")}
    async with pool.acquire() as connection:
        done = await upsert_by_copy(connection, table, ("place", "day", "size"), rows, key=("place", "day"))
    after = {(r["place"], r["day"]): r["size"] for r in await pool.fetch("SELECT place, day, size FROM md.things")}
    wanted = {(place, day): size for place, day, size in rows}
    assert after == before | wanted
    assert done.inserted == len(after) - len(before)
    assert done.updated == sum(before[key] != wanted[key] for key in before.keys() & wanted.keys())
    assert done.inserted + done.updated + done.unchanged + done.repeated == len(rows)
