"""What is remembered between looks: rule states, judged bars, how far the work is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from chitti_shared.db import Pool

from signal_service.alerts.transitions import RuleState, SymbolState
from signal_service.rules import RuleKey

Source = Literal["news", "prices", "fundamentals", "patterns"]

_JUDGED = "SELECT symbol, bar_date, book_version, judged_at FROM signals.judged WHERE symbol = ANY($1)"
_STATES = """
SELECT symbol, rule, direction, active, last_alert_id, last_alert_bar
FROM signals.rule_states WHERE symbol = ANY($1)
"""
_SAVE_STATE = """
INSERT INTO signals.rule_states (symbol, rule, direction, active, last_alert_id, last_alert_bar)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (symbol, rule, direction) DO UPDATE SET
    active = excluded.active, last_alert_id = excluded.last_alert_id, last_alert_bar = excluded.last_alert_bar
"""
_SAVE_JUDGED = """
INSERT INTO signals.judged (symbol, bar_date, book_version, judged_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (symbol) DO UPDATE SET
    bar_date = excluded.bar_date, book_version = excluded.book_version, judged_at = excluded.judged_at
WHERE signals.judged.bar_date <= excluded.bar_date
"""
_MOVE = "UPDATE signals.cursors SET position = $2, moved_at = $3 WHERE source = $1 AND position < $2"
_POSITIONS = "SELECT source, position FROM signals.cursors"


@dataclass(frozen=True, slots=True)
class Look:
    """When a symbol was judged, and with which version of the rules."""

    at: datetime
    book_version: int


class StateTable:
    """Rule states and cursors, read and written inside the transaction that raises the alerts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def positions(self) -> dict[Source, int]:
        """How far each source of work is done."""
        records = await self._pool.fetch(_POSITIONS)
        return {record["source"]: record["position"] for record in records}

    async def of(self, connection: Any, symbols: list[str]) -> dict[str, SymbolState]:
        """What is remembered of each symbol; one never judged has no entry."""
        rules: defaultdict[str, dict[RuleKey, RuleState]] = defaultdict(dict)
        for record in await connection.fetch(_STATES, symbols):
            state = RuleState(record["active"], record["last_alert_id"], record["last_alert_bar"])
            rules[record["symbol"]][record["rule"], record["direction"]] = state
        judged = await connection.fetch(_JUDGED, symbols)
        return {
            record["symbol"]: SymbolState(
                record["bar_date"], rules[record["symbol"]], record["book_version"], record["judged_at"]
            )
            for record in judged
        }

    async def looks(self, symbols: list[str]) -> dict[str, Look]:
        """The last look at each symbol; one never judged has no entry."""
        records = await self._pool.fetch(_JUDGED, symbols)
        return {record["symbol"]: Look(record["judged_at"], record["book_version"]) for record in records}

    async def save(
        self,
        connection: Any,
        states: Mapping[str, Mapping[RuleKey, RuleState]],
        judged: Iterable[tuple[str, date]],
        book_version: int,
        now: datetime,
    ) -> None:
        rows = [
            (symbol, rule, direction, state.active, state.last_alert_id, state.last_bar)
            for symbol, changed in states.items()
            for (rule, direction), state in changed.items()
        ]
        if rows:
            await connection.executemany(_SAVE_STATE, rows)
        await connection.executemany(
            _SAVE_JUDGED, [(symbol, bar_date, book_version, now) for symbol, bar_date in judged]
        )

    async def move(self, connection: Any, source: Source, position: int, now: datetime) -> None:
        """Note that the work up to `position` is done; never backwards."""
        await connection.execute(_MOVE, source, position, now)
