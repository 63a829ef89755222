"""`python -m chitti_shared.db migrate`: the migrator's way in where no launcher runs it.

    migrate        bring the database to the newest schema and grant the roles' rights
    create-roles   create the services' roles with new passwords, and print their settings

Both use DATABASE_URL_MIGRATOR, else DATABASE_URL; create-roles needs a login that may create
roles, and makes the database theirs. Its output is secret: lines for an environment file.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chitti_shared.db.failures import mapped_connecting
from chitti_shared.db.migrator import MigrationError, migrate
from chitti_shared.db.roles import ROLES, ensure_database, ensure_roles, new_passwords
from chitti_shared.errors import ChittiError
from chitti_shared.logs import configure_logging
from chitti_shared.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chitti_shared.db", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("command", choices=("migrate", "create-roles"))
    command: str = parser.parse_args(arguments).command
    settings = Settings()
    configure_logging("migrator", settings.chitti_log_level)
    url = settings.database_url_of("migrator")
    if url is None:
        return _failed("set DATABASE_URL; the embedded database is migrated by the launcher")
    try:
        lines = asyncio.run(_migrate(url) if command == "migrate" else _create_roles(url))
    except (ChittiError, MigrationError, asyncpg.PostgresError) as error:
        return _failed(str(error))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


async def _migrate(url: str) -> list[str]:
    applied = await migrate(url)
    return [f"applied {name}" for name in applied] or ["nothing to apply"]


async def _create_roles(url: str) -> list[str]:
    passwords = new_passwords()
    with mapped_connecting():
        connection = await asyncpg.connect(url)
    try:
        await ensure_roles(connection, passwords)
        await ensure_database(connection, await connection.fetchval("SELECT current_database()"))
    finally:
        await connection.close()
    return [
        f"DATABASE_URL_{service.upper().replace('-', '_')}={_with_login(url, role, passwords[role])}"
        for service, role in ROLES.items()
    ]


def _with_login(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{host}"))


def _failed(reason: str) -> int:
    sys.stderr.write(f"chitti_shared.db: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
