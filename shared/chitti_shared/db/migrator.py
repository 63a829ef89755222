"""Brings a database to the newest schema and gives each role its rights.

Migrations are the numbered files of `migrations/`, applied by pogo-core, each in a
transaction of its own. `grants.sql` runs after them, every time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import asyncpg

from chitti_shared.db.advisory import advisory_key
from chitti_shared.db.failures import mapped_connecting, mapped_failures
from chitti_shared.db.roles import ROLES
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.logs import get_logger

log = get_logger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
GRANTS = Path(__file__).parent / "grants.sql"
_LEDGER = "public"  # the schema of pogo's own tables


class MigrationError(Exception):
    """A migration can't be applied; the message is one sentence that names it."""


async def migrate(url: str, *, on_progress: Callable[[str], None] | None = None) -> list[str]:
    """Apply the migrations that `url`'s database lacks, then the rights of grants.sql.

    Runs under an advisory lock: a second migrator waits and then finds nothing to do.

    Parameters
    ----------
    url : str
        Logs in as the role that owns the objects.
    on_progress : callable
        Told the name of each migration before it is applied; the log when not given.

    Returns
    -------
    list[str]
        The names of the migrations applied, in order.

    Raises
    ------
    ServiceUnavailable
        The database can't be reached, or pogo-core is not installed.
    MigrationError
        A migration or grants.sql failed; it left nothing behind, those before it stay.
    """
    applied: list[str] = []

    def note(name: str) -> None:
        applied.append(name)
        if on_progress is None:
            log.info("applying migration", migration=name)
        else:
            on_progress(name)

    with mapped_connecting():
        connection = await asyncpg.connect(url, server_settings={"application_name": "chitti-migrator"})
    with mapped_failures():
        try:
            # Held by the session, so also given back by a migrator that dies.
            await connection.execute("SELECT pg_advisory_lock($1)", advisory_key("migrations"))
            await _apply(connection, note)
            await grant(connection)
        finally:
            await connection.close()
    return applied


async def grant(connection: asyncpg.Connection) -> None:
    """Apply grants.sql, and warn about roles that don't exist."""
    try:
        async with connection.transaction():
            await connection.execute(GRANTS.read_text())
    except asyncpg.PostgresError as error:
        raise MigrationError(f"{GRANTS.name} failed: {error}") from error
    missing = await connection.fetch(
        "SELECT role FROM unnest($1::text[]) role WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)",
        list(ROLES.values()),
    )
    if missing:
        log.warning(
            "services without a role of their own share one login: roles are then no security boundary",
            missing=[row["role"] for row in missing],
        )


async def _apply(connection: asyncpg.Connection, note: Callable[[str], None]) -> None:
    try:
        from pogo_core.error import BadMigrationError
        from pogo_core.migration import topological_sort
        from pogo_core.util import migrate as pogo
        from pogo_core.util import sql as ledger
    except ImportError:
        raise ServiceUnavailable("migrations need pogo-core: pip install 'trading-chitti[embedded]'") from None
    await ledger.ensure_pogo_sync(connection)
    found = await ledger.read_migrations(MIGRATIONS, connection, schema_name=_LEDGER)
    # By number where dependencies leave a choice; pogo's own loop takes the file system's order.
    try:
        ordered = topological_sort([m.load() for m in sorted(found, key=lambda m: m.id)])
    except BadMigrationError as error:
        raise MigrationError(f"the migrations in {MIGRATIONS} can't be read: {error}") from error
    for migration in ordered:
        if migration.applied:
            continue
        note(migration.id)
        try:
            async with pogo.transaction(connection, migration):
                await migration.apply(connection)
                await ledger.migration_applied(connection, migration.id, migration.hash, schema_name=_LEDGER)
        except asyncpg.PostgresError as error:
            raise MigrationError(f"migration {migration.id} failed: {error}") from error
