"""What is remembered of a company, brought to the symbol that an import gave it."""

from __future__ import annotations

from typing import Any

from chitti_shared.db import Pool

from signal_service.storage.logs import bump_state

# By table what beside the symbol tells its rows apart
_TABLES = {
    "signals.judged": (),
    "signals.rule_states": ("rule", "direction"),
    "signals.mutes": ("rule",),
    "signals.watchlist": (),
}
# Former symbols that nobody bears today; where one was several companies', it means the last of them.
# Whatever has a rule's state was judged.
_RENAMED = """
SELECT DISTINCT ON (alias.symbol) alias.symbol AS former, company.symbol AS current
FROM md.symbol_aliases AS alias JOIN md.instruments AS company USING (instrument_id)
WHERE alias.symbol IN (
        SELECT symbol FROM signals.judged
        UNION SELECT symbol FROM signals.mutes
        UNION SELECT symbol FROM signals.watchlist
    ) AND NOT EXISTS (SELECT FROM md.instruments AS bearer WHERE bearer.symbol = alias.symbol)
ORDER BY alias.symbol, alias.until DESC
"""


class RenameTable:
    """Rule states, mutes and the watchlist follow a company; alerts stay under the symbol they were told of."""

    def __init__(self, pool: Pool, topic: str) -> None:
        self._pool = pool
        self._topic = topic

    async def follow(self) -> int:
        """Bring everything to the symbols of today; how many former symbols there were."""
        if not await self._pool.fetch(_RENAMED):
            return 0
        async with self._pool.transaction() as connection:
            await bump_state(connection, self._topic)  # nobody judges until this is done
            renamed = await connection.fetch(_RENAMED)
            for former, current in renamed:
                for table, keys in _TABLES.items():
                    await _move(connection, table, keys, former, current)
        return len(renamed)


async def _move(connection: Any, table: str, keys: tuple[str, ...], former: str, current: str) -> None:
    """Where the symbol of today has a row of its own already, that one counts."""
    same = "".join(f" AND own.{key} IS NOT DISTINCT FROM old.{key}" for key in keys)
    await connection.execute(
        f"DELETE FROM {table} AS old WHERE old.symbol = $1"  # noqa: S608 - names of this file
        f" AND EXISTS (SELECT FROM {table} AS own WHERE own.symbol = $2{same})",
        former, current,
    )  # fmt: skip
    await connection.execute(f"UPDATE {table} SET symbol = $2 WHERE symbol = $1", former, current)  # noqa: S608
