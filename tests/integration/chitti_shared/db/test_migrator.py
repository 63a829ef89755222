from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from chitti_shared.db import ROLES, MigrationError, advisory_key, connect_pool, migrate
from chitti_shared.db.migrator import MIGRATIONS
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.testing.database import DatabaseServer
from pogo_core.util import migrate as pogo

pytestmark = pytest.mark.integration

MIGRATION = "-- a test\n-- depends:\n\n-- migrate: apply\n{sql}\n-- migrate: rollback\n"
ALL = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))


async def test_every_file_is_applied_once_in_order(database_server: DatabaseServer) -> None:
    empty = database_server.create(template=None)
    heard: list[str] = []
    assert await migrate(empty.url_of("migrator"), on_progress=heard.append) == ALL
    assert heard == ALL
    assert await migrate(empty.url_of("migrator")) == []
    database_server.drop(empty)


async def test_two_migrators_at_once_apply_each_file_once(database_server: DatabaseServer) -> None:
    empty = database_server.create(template=None)
    both = await asyncio.gather(migrate(empty.url_of("migrator")), migrate(empty.url_of("migrator")))
    assert sorted(both, key=len) == [[], ALL]
    database_server.drop(empty)


async def test_one_login_for_all_works_and_is_warned_about(
    database_server: DatabaseServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROLES, "news-nlp", "chitti_not_there")
    empty = database_server.create(template=None)
    await migrate(empty.superuser_url)
    said = capsys.readouterr()
    assert "no security boundary" in said.out + said.err
    assert "chitti_not_there" in said.out + said.err
    database_server.drop(empty)


async def test_a_failing_migration_leaves_nothing_behind(
    database_server: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0001_good.sql").write_text(MIGRATION.format(sql="CREATE SCHEMA good;"))
    (tmp_path / "0002_bad.sql").write_text(MIGRATION.format(sql="CREATE SCHEMA bad; CREATE SCHEMA good;"))
    monkeypatch.setattr("chitti_shared.db.migrator.MIGRATIONS", tmp_path)
    empty = database_server.create(template=None)
    with pytest.raises(MigrationError, match='0002_bad failed: schema "good" already exists'):
        await migrate(empty.url_of("migrator"))
    connection = await asyncpg.connect(empty.superuser_url)
    found = await connection.fetchrow("SELECT to_regnamespace('good')::text AS good, to_regnamespace('bad') AS bad")
    await connection.close()
    assert tuple(found or ()) == ("good", None)
    database_server.drop(empty)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CREATE SCHEMA bad;\n", "0001_bad.sql: No '-- migrate: apply' found"),
        (MIGRATION.format(sql="").replace("depends:", "depends: 0000_gone"), "resolve dependencies for '0001_bad.sql'"),
    ],
)
async def test_a_file_that_is_no_migration_is_named(
    database_server: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "0001_bad.sql").write_text(text)
    monkeypatch.setattr("chitti_shared.db.migrator.MIGRATIONS", tmp_path)
    empty = database_server.create(template=None)
    with pytest.raises(MigrationError, match=said):
        await migrate(empty.url_of("migrator"))
    database_server.drop(empty)


async def test_two_migrators_of_which_one_dies_do_not_block_each_other(database_server: DatabaseServer) -> None:
    empty = database_server.create(template=None)
    dying = await asyncpg.connect(empty.url_of("migrator"))
    await dying.execute("SELECT pg_advisory_lock($1)", advisory_key("migrations"))
    waiting = asyncio.create_task(migrate(empty.url_of("migrator")))
    dying.terminate()
    assert await waiting == ALL
    database_server.drop(empty)


async def test_an_absent_server_is_service_unavailable() -> None:
    with pytest.raises(ServiceUnavailable, match="cannot be reached"):
        await migrate("postgresql://chitti@/chitti?host=/nowhere")
    with pytest.raises(ServiceUnavailable, match="cannot be reached"):
        await connect_pool("postgresql://chitti@/chitti?host=/nowhere", application_name="test", wait_s=0)


async def test_every_migration_can_be_rolled_back(database_server: DatabaseServer) -> None:
    fresh = database_server.create()
    connection = await asyncpg.connect(fresh.url_of("migrator"))
    await pogo.rollback(connection, MIGRATIONS, schema_name="public")
    left = await connection.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname IN ('md', 'ml', 'news', 'signals', 'auth')"
    )
    await connection.close()
    assert left == []
    assert await migrate(fresh.url_of("migrator")) == ALL
    database_server.drop(fresh)


async def test_track_records_of_an_earlier_form_are_left_to_be_made_anew(
    database_server: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in MIGRATIONS.glob("*.sql"):
        if path.stem < "0020":
            (tmp_path / path.name).write_text(path.read_text())
    store = database_server.create(template=None)
    with monkeypatch.context() as earlier:
        earlier.setattr("chitti_shared.db.migrator.MIGRATIONS", tmp_path)
        await migrate(store.url_of("migrator"))
    connection = await asyncpg.connect(store.url_of("migrator"))
    await connection.execute("INSERT INTO signals.records VALUES ('TCS', 'up', 'bullish', 'mark', $1)", [1.0] * 12)
    await connection.execute("INSERT INTO signals.record_volumes VALUES ('TCS', 5, $1)", [1.0] * 10)
    await connection.execute("UPDATE signals.record_state SET price_seq = 7, rules = 'made'")
    assert "0020_record_trusts" in await migrate(store.url_of("migrator"))
    left = await connection.fetchval("SELECT count(*) FROM signals.records")
    state = await connection.fetchrow("SELECT price_seq, rules FROM signals.record_state")
    await connection.close()
    assert (left, tuple(state or ())) == (0, (7, ""))  # of no rules: whoever needs records makes them first
    database_server.drop(store)
