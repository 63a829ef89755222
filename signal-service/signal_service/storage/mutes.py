"""What the user has silenced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool

from signal_service.alerts.silence import Silence

_IN_FORCE = """
SELECT mute_id, symbol, rule, until, reason, created_at
FROM signals.mutes WHERE until IS NULL OR until > $1 ORDER BY mute_id
"""
_PRUNE = "DELETE FROM signals.mutes WHERE until <= $1"
_MUTE = """
INSERT INTO signals.mutes (symbol, rule, until, reason, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (coalesce(symbol, ''), coalesce(rule, '')) DO UPDATE SET
    until = excluded.until, reason = excluded.reason, created_at = excluded.created_at
RETURNING mute_id, symbol, rule, until, reason, created_at
"""
_UNMUTE = "DELETE FROM signals.mutes WHERE mute_id = $1 RETURNING mute_id"


@dataclass(frozen=True, slots=True)
class StoredMute:
    """One mute; `until` None: for good."""

    mute_id: int
    symbol: str | None
    rule: str | None
    until: datetime | None
    reason: str | None
    created_at: datetime


class MuteTable:
    """The mutes. Methods that take a connection run inside the caller's transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self, now: datetime) -> list[StoredMute]:
        """Those in force, oldest first."""
        return [StoredMute(**dict(record)) for record in await self._pool.fetch(_IN_FORCE, now)]

    async def silence(self, connection: Any, now: datetime) -> Silence:
        """What raises no alert at present."""
        records = await connection.fetch(_IN_FORCE, now)
        return Silence(frozenset((record["symbol"], record["rule"]) for record in records))

    async def mute(
        self, symbol: str | None, rule: str | None, until: datetime | None, reason: str | None, now: datetime
    ) -> StoredMute:
        """Silence a symbol, a rule, or one on the other; what is silent already gets the new end."""
        async with self._pool.transaction() as connection:
            await connection.execute(_PRUNE, now)
            return StoredMute(**dict(await connection.fetchrow(_MUTE, symbol, rule, until, reason, now)))

    async def unmute(self, mute_id: int) -> bool:
        """Whether there was that mute."""
        return await self._pool.fetchval(_UNMUTE, mute_id) is not None
