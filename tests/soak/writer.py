"""Commits alerts to the log, one transaction at a time, as any instance of signal-service does."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chitti_shared.db import Pool
from signal_service.storage.logs import LogTable

_INSERT = """
INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence_basis, price, bar_date, as_of,
    created_at, summary, evidence)
VALUES ($1, $2, 'technical', 'sma_crossover', 'bullish', 50, '0 earlier cases', 100.5, $3, $4, $4, $5, $6)
"""
_FIRST_DAY = date(2000, 1, 1)
_EVIDENCE = [{"name": "close", "value": 100.5, "unit": "INR", "source": "md.eod_prices"}]


@dataclass(frozen=True, slots=True)
class Committed:
    """An event of the log: its number, its alert, and the monotonic time just before its commit was asked for."""

    seq: int
    alert_id: str
    at: float


class Writer:
    """Alerts of any number of distinct names, without a rule behind them.

    Attributes
    ----------
    committed : list of Committed
        In the log's order; what is not in it was not acknowledged by the database.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._table = LogTable(pool, "alerts")
        self._number = 0
        self.committed: list[Committed] = []

    async def commit(self, count: int = 1) -> None:
        """One transaction with `count` alerts. Raises ServiceUnavailable: it may or may not be committed."""
        now = datetime.now(UTC)
        numbers = range(self._number, self._number + count)
        self._number += count  # never again, whatever becomes of this transaction
        async with self._pool.transaction() as connection:
            row, _here = await self._table.lock(connection)
            told = []
            for number in numbers:
                alert_id = f"{number:032x}"
                day = _FIRST_DAY + timedelta(days=number // 1000)
                symbol, summary = f"SYM{number % 1000}", f"alert {number}"
                await connection.execute(_INSERT, alert_id, symbol, day, now, summary, _EVIDENCE)
                told.append((alert_id, _document(alert_id, symbol, day, now, summary)))
            await self._table.append(connection, row.seq + 1, told, now)
            await connection.execute("UPDATE signals.streams SET seq = $1 WHERE topic = 'alerts'", row.seq + count)
            at = time.monotonic()
        self.committed += [Committed(row.seq + 1 + i, alert_id, at) for i, (alert_id, _) in enumerate(told)]


def _document(alert_id: str, symbol: str, day: date, now: datetime, summary: str) -> bytes:
    alert: dict[str, Any] = {
        "alert_id": alert_id, "symbol": symbol, "kind": "technical", "rule": "sma_crossover", "direction": "bullish",
        "impact": 50.0, "confidence": None, "confidence_basis": "0 earlier cases", "price": 100.5,
        "bar_date": day.isoformat(), "created_at": now.isoformat(), "as_of": now.isoformat(), "summary": summary,
        "headline": None, "sentiment": None, "sentiment_score": None, "article_id": None, "url": None,
        "evidence": _EVIDENCE,
    }  # fmt: skip
    return json.dumps(alert).encode()
