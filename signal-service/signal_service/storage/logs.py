"""The event log in the database: its row, its events, appending, pruning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool

from signal_service.streaming.epochs import Cluster, LogRow

WAKE_CHANNEL = "signals_events"

_CREATE = """
INSERT INTO signals.streams (topic, lineage, system_identifier, timeline)
SELECT $1, ARRAY[$2], system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
FROM pg_control_system()
ON CONFLICT (topic) DO NOTHING
"""
_LOCK = """
SELECT s.lineage, s.seq, s.state_version, s.system_identifier, s.timeline,
    (SELECT system_identifier FROM pg_control_system()) AS here_system,
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS here_timeline
FROM signals.streams AS s WHERE s.topic = $1
FOR UPDATE
"""
_LOOK = """
SELECT s.lineage, s.seq, s.state_version, s.system_identifier, s.timeline,
    (SELECT system_identifier FROM pg_control_system()) AS here_system,
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS here_timeline,
    coalesce((SELECT min(e.seq) FROM signals.events AS e WHERE e.topic = $1), s.seq + 1) AS oldest,
    new.seqs, new.data
FROM signals.streams AS s, (
    SELECT array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.data ORDER BY e.seq) AS data
    FROM (SELECT seq, data FROM signals.events WHERE topic = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS e
) AS new
WHERE s.topic = $1
"""
_SAVE = """
UPDATE signals.streams
SET lineage = $2, seq = $3, system_identifier = $4, timeline = $5
WHERE topic = $1
"""
_APPEND = "INSERT INTO signals.events (topic, seq, alert_id, data, created_at) VALUES ($1, $2, $3, $4, $5)"
_NOTIFY = "SELECT pg_notify($1, $2)"
_READ = """
SELECT seq, data FROM signals.events
WHERE topic = $1 AND seq > $2 AND seq <= $3
    AND (SELECT lineage[cardinality(lineage)] FROM signals.streams WHERE topic = $1) = $5
ORDER BY seq LIMIT $4
"""
_PRUNE = """
DELETE FROM signals.events WHERE topic = $1 AND seq <= greatest(
    (SELECT seq FROM signals.streams WHERE topic = $1) - $2::bigint,
    (SELECT max(seq) FROM signals.events WHERE topic = $1 AND created_at < $3)
)
"""
_BUMP = "UPDATE signals.streams SET state_version = state_version + 1 WHERE topic = $1"


@dataclass(frozen=True, slots=True)
class LogState:
    """The log's row as it stands, the server that answered, and what the log holds.

    `newer` are the first (seq, JSON) after the place asked about, of the same instant as the row.
    """

    row: LogRow
    here: Cluster
    state_version: int
    oldest: int
    newer: list[tuple[int, bytes]]


class LogTable:
    """One topic's log. Methods that take a connection run inside the caller's transaction."""

    def __init__(self, pool: Pool, topic: str) -> None:
        self._pool = pool
        self.topic = topic

    async def create(self, epoch: str) -> None:
        """Make the log's row, if no instance did yet."""
        await self._pool.execute(_CREATE, self.topic, epoch)

    async def look(self, after: int, limit: int) -> LogState:
        """The log's present state and up to `limit` events after `after`, without a lock."""
        record = await self._pool.fetchrow(_LOOK, self.topic, after, limit)
        assert record is not None, "create() comes first"
        newer = [(seq, data.encode()) for seq, data in zip(record["seqs"] or (), record["data"] or (), strict=True)]
        return LogState(_row_of(record), _here_of(record), record["state_version"], record["oldest"], newer)

    async def lock(self, connection: Any) -> tuple[LogRow, Cluster]:
        """Take the log's row: from here to the commit no other writer of this topic runs."""
        record = await connection.fetchrow(_LOCK, self.topic)
        return _row_of(record), _here_of(record)

    async def save(self, connection: Any, row: LogRow) -> None:
        cluster = row.cluster
        await connection.execute(
            _SAVE, self.topic, list(row.lineage), row.seq, cluster.system_identifier, cluster.timeline
        )

    async def append(self, connection: Any, first: int, events: list[tuple[str, bytes]], created_at: datetime) -> None:
        """Append (alert_id, JSON) pairs as events `first`, `first` + 1, ... and wake the readers at commit."""
        rows = [
            (self.topic, first + offset, alert_id, data.decode(), created_at)
            for offset, (alert_id, data) in enumerate(events)
        ]
        await connection.executemany(_APPEND, rows)
        await connection.execute(_NOTIFY, WAKE_CHANNEL, str(first + len(events) - 1))

    async def read(self, epoch: str, after: int, top: int, limit: int) -> list[tuple[int, bytes]]:
        """Up to `limit` (seq, JSON) with `after` < seq <= `top`, in order; none once `epoch` is over."""
        records = await self._pool.fetch(_READ, self.topic, after, top, limit, epoch)
        return [(record["seq"], record["data"].encode()) for record in records]

    async def prune(self, keep: int, since: datetime) -> None:
        """Drop events beyond the newest `keep`, and those made before `since`."""
        await self._pool.execute(_PRUNE, self.topic, keep, since)


async def bump_state(connection: Any, topic: str) -> None:
    """Note a change that makes no event, so that every instance's cached answers go stale."""
    await connection.execute(_BUMP, topic)


def _row_of(record: Any) -> LogRow:
    cluster = Cluster(record["system_identifier"], record["timeline"])
    return LogRow(cluster, tuple(record["lineage"]), record["seq"])


def _here_of(record: Any) -> Cluster:
    return Cluster(record["here_system"], record["here_timeline"])
