"""Symbols the user watches."""

from __future__ import annotations

from datetime import datetime

from chitti_shared.db import Pool

from signal_service.storage.logs import bump_state

_ALL = "SELECT symbol, added_at FROM signals.watchlist ORDER BY symbol"
_ADD = "INSERT INTO signals.watchlist (symbol, added_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING symbol"
_REMOVE = "DELETE FROM signals.watchlist WHERE symbol = $1 RETURNING symbol"


class WatchlistTable:
    def __init__(self, pool: Pool, topic: str) -> None:
        self._pool = pool
        self._topic = topic

    async def all(self) -> list[tuple[str, datetime]]:
        return [(record["symbol"], record["added_at"]) for record in await self._pool.fetch(_ALL)]

    async def add(self, symbol: str, now: datetime) -> bool:
        """Whether the symbol is new on the list."""
        return await self._change(_ADD, symbol, now)

    async def remove(self, symbol: str) -> bool:
        """Whether the symbol was on the list."""
        return await self._change(_REMOVE, symbol)

    async def _change(self, statement: str, *arguments: object) -> bool:
        async with self._pool.transaction() as connection:
            changed = await connection.fetchval(statement, *arguments) is not None
            if changed:
                await bump_state(connection, self._topic)
            return changed
