"""What each service's login may do; the table below is the promise that grants.sql keeps."""

from __future__ import annotations

import asyncpg
import pytest
from chitti_shared.db import ROLES
from chitti_shared.testing.database import Database

pytestmark = pytest.mark.integration

SERVICES = sorted(set(ROLES) - {"migrator"})
SCHEMAS = ("md", "ml", "news", "signals", "auth")
WRITES = {
    "mojo-compute": {"md", "ml"},
    "signal-service": {"signals"},
    "news-nlp": {"news"},
    "core-api": {"auth"},
}
READS = {
    "mojo-compute": {"md", "ml", "news"},
    "signal-service": {"signals", "md", "news"},
    "news-nlp": {"news"},
    "core-api": {"auth"},
}
# Tables that differ from their schema: (service, table) -> (may read, may write)
EXCEPTIONS = {
    ("mojo-compute", "signals.backtests"): (True, True),
    ("signal-service", "signals.backtests"): (True, False),
    ("mojo-compute", "signals.backtest_tables"): (True, True),
    ("signal-service", "signals.backtest_tables"): (True, False),
    ("news-nlp", "md.instruments"): (True, False),
}
CHANGES = ("INSERT", "UPDATE", "DELETE")


async def rights_of(database: Database) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.superuser_url)
    rows = await connection.fetch(
        """
        SELECT r.rolname AS role, n.nspname AS schema, n.nspname || '.' || c.relname AS table,
               ARRAY(SELECT p FROM unnest($3::text[]) AS p WHERE has_table_privilege(r.oid, c.oid, p)) AS rights,
               has_schema_privilege(r.oid, n.oid, 'USAGE') AS usage
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN pg_roles r
        WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm') AND r.rolname = ANY($2)
        """,
        SCHEMAS,
        [ROLES[service] for service in SERVICES],
        ["SELECT", *CHANGES, "TRUNCATE", "REFERENCES", "TRIGGER"],
    )
    await connection.close()
    return rows


@pytest.mark.parametrize("service", SERVICES)
async def test_each_table_gives_a_service_the_rights_of_the_table_above(service: str, database: Database) -> None:
    rows = [row for row in await rights_of(database) if row["role"] == ROLES[service]]
    assert rows
    for row in rows:
        expected = EXCEPTIONS.get(
            (service, row["table"]), (row["schema"] in READS[service], row["schema"] in WRITES[service])
        )
        wanted = {"SELECT"} if expected[0] else set()
        if expected[1]:
            wanted |= set(CHANGES)
        assert set(row["rights"]) == wanted, row["table"]
        assert row["usage"] or not wanted, row["table"]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_creates_nothing_but_temporary_tables(service: str, database: Database) -> None:
    connection = await asyncpg.connect(database.url_of(service))
    for schema in (*SCHEMAS, "public"):
        assert not await connection.fetchval("SELECT has_schema_privilege($1, 'CREATE')", schema)
    await connection.execute("CREATE TEMPORARY TABLE mine (a int)")
    await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_no_special_powers(service: str, database: Database) -> None:
    connection = await asyncpg.connect(database.url_of(service))
    row = await connection.fetchrow(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
        " ARRAY(SELECT roleid FROM pg_auth_members WHERE member = r.oid) AS groups"
        " FROM pg_roles r WHERE rolname = current_user"
    )
    await connection.close()
    assert row is not None
    assert list(row.values()) == [False, False, False, False, False, []]


async def test_a_foreign_write_is_refused(database: Database) -> None:
    connection = await asyncpg.connect(database.url_of("core-api"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM md.eod_prices")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE auth.mine (a int)")
    await connection.close()


async def test_only_the_importer_may_add_partitions(database: Database) -> None:
    call = "SELECT md.ensure_years('md.eod_prices', '2001-01-01', '2002-01-01')"
    importer = await asyncpg.connect(database.url_of("mojo-compute"))
    assert await importer.fetchval(call) == 2
    await importer.close()
    reader = await asyncpg.connect(database.url_of("signal-service"))
    assert await reader.fetch("SELECT * FROM md.bars") == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.fetchval(call)
    await reader.close()


async def test_a_login_needs_its_own_password(database: Database) -> None:
    stranger = database.url_of("core-api").replace(database.passwords[ROLES["core-api"]], "guess")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stranger)
    as_another = database.url_of("core-api").replace(ROLES["core-api"], ROLES["news-nlp"])
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(as_another)
