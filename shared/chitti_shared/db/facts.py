"""What a server says about itself."""

from __future__ import annotations

from chitti_shared.db.copying import Connection


async def server_identity(connection: Connection) -> tuple[str, int]:
    """The server's system identifier and the timeline it writes on.

    A restore from another server's files changes the first or the second; an event log
    bound to both notices it.
    """
    row = await connection.fetchrow(
        "SELECT system_identifier::text AS identifier, pg_walfile_name(pg_current_wal_insert_lsn()) AS segment"
        " FROM pg_control_system()"
    )
    assert row is not None
    return row["identifier"], int(row["segment"][:8], 16)  # a WAL file's name starts with its timeline


async def has_timescale(connection: Connection) -> bool:
    """Whether TimescaleDB is installed in this database (`CREATE EXTENSION timescaledb`)."""
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')")
    return found
