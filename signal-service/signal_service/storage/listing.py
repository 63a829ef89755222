"""The columns by which alerts are listed, read in the order in which the alerts were committed."""

from __future__ import annotations

from typing import Any, NamedTuple

from chitti_shared.db import Pool

from signal_service.alerts.listing import Listed

_COLUMNS = """number, symbol, rule, kind, direction, impact, confidence, created_at, expires_at, outcome,
    acknowledged_at IS NOT NULL AS acknowledged"""
_AFTER = f"SELECT {_COLUMNS} FROM signals.alerts WHERE number > $1 ORDER BY number LIMIT $2"  # noqa: S608 - a constant
_CHANGED = f"""
SELECT {_COLUMNS}, changed_version FROM signals.alerts
WHERE (changed_version, number) > ($1, $2) AND changed_version > 0 ORDER BY changed_version, number LIMIT $3
"""  # noqa: S608 - a constant


class Change(NamedTuple):
    """A version of the log's state and, of the alerts that changed with it, one."""

    version: int
    number: int


class ListingTable:
    """Reads of `signals.alerts` by whoever keeps its columns in memory."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def after(self, number: int, limit: int) -> list[Listed]:
        """Up to `limit` alerts with greater numbers, in order."""
        return [_listed_of(record) for record in await self._pool.fetch(_AFTER, number, limit)]

    async def changed_after(self, change: Change, limit: int) -> tuple[list[Listed], Change]:
        """Up to `limit` alerts whose last change came after `change`, and the last of these changes."""
        records = await self._pool.fetch(_CHANGED, *change, limit)
        reached = Change(records[-1]["changed_version"], records[-1]["number"]) if records else change
        return [_listed_of(record) for record in records], reached


def _listed_of(record: Any) -> Listed:
    return Listed(*record[:11])
