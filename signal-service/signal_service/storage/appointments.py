"""When each appointment of the timetable was last kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chitti_shared.db import Pool

_KEPT = "SELECT name, kept_at FROM signals.appointments"
_KEEP = """
INSERT INTO signals.appointments (name, kept_at) SELECT name, $2 FROM unnest($1::text[]) AS due (name)
ON CONFLICT (name) DO UPDATE SET kept_at = greatest(signals.appointments.kept_at, excluded.kept_at)
"""


class AppointmentTable:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def kept(self) -> dict[str, datetime]:
        """When each was last kept; one that never was has no entry."""
        return {record["name"]: record["kept_at"] for record in await self._pool.fetch(_KEPT)}

    async def keep(self, names: Iterable[str], now: datetime) -> None:
        """Note that these are kept up to now."""
        await self._pool.execute(_KEEP, list(names), now)
