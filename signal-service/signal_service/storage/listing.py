"""The columns by which alerts are listed, read in the order in which the alerts were committed."""

from __future__ import annotations

from typing import Any

from chitti_shared.db import Pool

from signal_service.alerts.listing import Listed

_COLUMNS = """number, symbol, rule, kind, direction, impact, confidence, created_at, expires_at, outcome,
    acknowledged_at IS NOT NULL AS acknowledged"""
_AFTER = f"SELECT {_COLUMNS} FROM signals.alerts WHERE number > $1 ORDER BY number LIMIT $2"  # noqa: S608 - a constant
_CHANGED = f"""
SELECT {_COLUMNS}, changed_version FROM signals.alerts
WHERE changed_version > $1 AND changed_version > 0 ORDER BY changed_version LIMIT $2
"""  # noqa: S608 - a constant


class ListingTable:
    """Reads of `signals.alerts` by whoever keeps its columns in memory."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def after(self, number: int, limit: int) -> list[Listed]:
        """Up to `limit` alerts with greater numbers, in order."""
        return [_listed_of(record) for record in await self._pool.fetch(_AFTER, number, limit)]

    async def changed_after(self, version: int, limit: int) -> tuple[list[Listed], int]:
        """Up to `limit` alerts that changed after a version of the log's state, and the version that these reach."""
        records = await self._pool.fetch(_CHANGED, version, limit)
        return [_listed_of(record) for record in records], records[-1]["changed_version"] if records else version


def _listed_of(record: Any) -> Listed:
    return Listed(*record[:11])
