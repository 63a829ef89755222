"""The stack's database: brought to this version, or said why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from chitti_cli.problem import Problem
from chitti_cli.supervisor.database import Database as StackDatabase
from chitti_shared.settings import Settings
from chitti_shared.testing.database import DatabaseServer

pytestmark = pytest.mark.integration


async def test_a_migration_that_fails_is_told_in_a_sentence(
    database_server: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bad = "-- bad\n-- depends:\n\n-- migrate: apply\nCREATE TABEL t ();\n-- migrate: rollback\n"
    (tmp_path / "0009_bad.sql").write_text(bad)
    monkeypatch.setattr("chitti_shared.db.migrator.MIGRATIONS", tmp_path)
    empty = database_server.create(template=None)
    settings = Settings(database_url_migrator=empty.url_of("migrator"), _env_file=None)
    steps: list[str] = []
    with pytest.raises(Problem, match='migration 0009_bad failed: syntax error at or near "TABEL"') as failed:
        await StackDatabase(settings, None).migrate(steps.append)
    assert steps == ["0009_bad"]
    assert "put its file right" in (failed.value.hint or "")
    database_server.drop(empty)
