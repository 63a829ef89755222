"""`python -m chitti_shared.db`."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from chitti_shared.db import ROLES
from chitti_shared.testing.database import DatabaseServer, server_folder

pytestmark = pytest.mark.integration


def run(folder: Path, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "chitti_shared.db", command],
        cwd=folder,  # no .env of the checkout
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_migrate_tells_what_it_applied(database_server: DatabaseServer, tmp_path: Path) -> None:
    empty = database_server.create(template=None)
    first = run(tmp_path, "migrate", DATABASE_URL_MIGRATOR=empty.url_of("migrator"))
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("applied 0001_schemas\n")
    again = run(tmp_path, "migrate", DATABASE_URL_MIGRATOR=empty.url_of("migrator"))
    assert (again.returncode, again.stdout) == (0, "nothing to apply\n")
    database_server.drop(empty)


@pytest.mark.parametrize("url", ["", "postgresql://x@/y?host=/nowhere"])
def test_a_database_that_is_not_there_is_told_in_one_line(url: str, tmp_path: Path) -> None:
    failed = run(tmp_path, "migrate", DATABASE_URL=url)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("chitti_shared.db: ")
    assert failed.stderr.count("\n") == 1


def test_create_roles_prints_the_settings_of_all_logins(tmp_path: Path) -> None:
    with server_folder() as folder:
        server = DatabaseServer(folder)
        server.start()
        try:
            empty = server.create(template=None)
            made = run(tmp_path, "create-roles", DATABASE_URL=empty.superuser_url)
            assert made.returncode == 0, made.stderr
            settings = dict(line.split("=", 1) for line in made.stdout.splitlines())
            assert set(settings) == {f"DATABASE_URL_{name.upper().replace('-', '_')}" for name in ROLES}
            assert run(tmp_path, "migrate", **settings).returncode == 0
            users = asyncio.run(_users(list(settings.values())))
            assert users == list(ROLES.values())
        finally:
            server.stop()


async def _users(urls: list[str]) -> list[str]:
    users = []
    for url in urls:
        connection = await asyncpg.connect(url)
        users.append(await connection.fetchval("SELECT current_user::text"))
        await connection.close()
    return users
