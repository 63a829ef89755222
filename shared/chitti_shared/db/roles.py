"""The logins of the services, and their passwords in the embedded server."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from chitti_shared.db.identifiers import compose

MIGRATOR = "chitti_migrator"
# Service -> role. What each may do is in grants.sql.
ROLES: Mapping[str, str] = {
    "migrator": MIGRATOR,
    "mojo-compute": "chitti_mojo_compute",
    "signal-service": "chitti_signal_service",
    "news-nlp": "chitti_news_nlp",
    "core-api": "chitti_core_api",
}


async def ensure_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Create the roles that are missing and set the password of each.

    Parameters
    ----------
    connection : asyncpg.Connection
        Of a superuser, or a role with CREATEROLE.
    passwords : Mapping[str, str]
        Role -> password.
    """
    known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    for role, password in passwords.items():
        verb = "ALTER" if role in known else "CREATE"
        # PASSWORD takes no parameter; the passwords are ours (token_urlsafe), and quoted all the same.
        literal = await connection.fetchval("SELECT quote_literal($1::text)", password)
        await connection.execute(compose(verb + " ROLE {role} LOGIN PASSWORD ", role=role) + literal)


async def ensure_database(connection: asyncpg.Connection, database: str) -> None:
    """Make `database` the migrator's, creating it when it is missing, and closed to all but the services."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
        await connection.execute(compose("CREATE DATABASE {database} OWNER {owner}", database=database, owner=MIGRATOR))
    elif not await connection.fetchval(
        "SELECT pg_get_userbyid(datdba) = $2 FROM pg_database WHERE datname = $1", database, MIGRATOR
    ):
        await connection.execute(
            compose("ALTER DATABASE {database} OWNER TO {owner}", database=database, owner=MIGRATOR)
        )
    await connection.execute(compose("REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database))
    for role in ROLES.values():
        await connection.execute(
            compose("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}", database=database, role=role)
        )


def new_passwords() -> dict[str, str]:
    """A random password for every role."""
    return {role: secrets.token_urlsafe(24) for role in ROLES.values()}


def load_passwords(file: Path) -> dict[str, str]:
    """The password of every role, from `file`; roles it lacks get a new one, and it is written (mode 0600)."""
    try:
        passwords: dict[str, str] = json.loads(file.read_text())
    except FileNotFoundError:
        passwords = {}
    if not passwords.keys() >= set(ROLES.values()):
        passwords = new_passwords() | passwords
        partial = file.with_name(file.name + ".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(passwords, stream, indent=1)
        partial.replace(file)
    return passwords


def url_of_socket(folder: Path, database: str, role: str, password: str | None = None) -> str:
    """A URL of `database` over the Unix socket in `folder`."""
    login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgresql://{login}@/{quote(database, safe='')}?host={quote(str(folder))}&port=5432"
