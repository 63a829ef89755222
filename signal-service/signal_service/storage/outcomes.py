"""What became of alerts: found in the prices once their horizon is over, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from chitti_shared.db import Pool

from signal_service.rules import RuleKey
from signal_service.storage.logs import bump_state

# A company may have been renamed since, and its prices adjusted: both closes are read as they stand now
_FIND = """
UPDATE signals.alerts AS a SET
    outcome = CASE WHEN (later.close - own.close) * CASE a.direction WHEN 'bullish' THEN 1 ELSE -1 END > 0
        THEN 'hit' ELSE 'miss' END,
    outcome_bar = later.trade_date,
    outcome_return = later.close / own.close - 1
FROM signals.alerts AS o
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT i.instrument_id FROM md.instruments AS i WHERE i.symbol = o.symbol),
        (SELECT s.instrument_id FROM md.symbol_aliases AS s WHERE s.symbol = o.symbol AND s.until > o.bar_date
         ORDER BY s.until LIMIT 1)
    ) AS instrument_id
) AS company
CROSS JOIN LATERAL (
    SELECT b.close FROM md.bars AS b WHERE b.instrument_id = company.instrument_id AND b.trade_date = o.bar_date
) AS own
CROSS JOIN LATERAL (
    SELECT b.trade_date, b.close FROM md.bars AS b
    WHERE b.instrument_id = company.instrument_id AND b.trade_date > o.bar_date
    ORDER BY b.trade_date OFFSET o.horizon - 1 LIMIT 1
) AS later
WHERE o.outcome IS NULL AND a.outcome IS NULL AND a.alert_id = o.alert_id
RETURNING a.alert_id
"""
_COUNT = """
SELECT rule, direction, count(*) AS alerts, count(*) FILTER (WHERE outcome IS NULL) AS pending,
    count(*) FILTER (WHERE outcome = 'hit') AS hits, count(*) FILTER (WHERE outcome = 'miss') AS misses,
    avg(outcome_return) AS mean_return
FROM signals.alerts WHERE $1::text IS NULL OR symbol = $1
GROUP BY rule, direction
"""
_OF_ALERT = "SELECT outcome, outcome_bar, outcome_return FROM signals.alerts WHERE alert_id = $1"


@dataclass(frozen=True, slots=True)
class Counted:
    """Alerts of one rule in one direction by what became of them; the mean return is of those that are over."""

    alerts: int = 0
    pending: int = 0
    hits: int = 0
    misses: int = 0
    mean_return: float | None = None


@dataclass(frozen=True, slots=True)
class AlertOutcome:
    """What became of one alert."""

    hit: bool
    bar_date: date
    change: float


class OutcomeTable:
    """Outcomes stand in the rows of the alerts."""

    def __init__(self, pool: Pool, topic: str) -> None:
        self._pool = pool
        self._topic = topic

    async def find(self) -> int:
        """Note the outcome of every alert whose horizon is over; how many there were."""
        async with self._pool.transaction() as connection:
            found = len(await connection.fetch(_FIND))
            if found:
                await bump_state(connection, self._topic)
            return found

    async def counted(self, symbol: str | None = None) -> dict[RuleKey, Counted]:
        """Alerts by rule and direction, of all symbols or one."""
        return {
            (record["rule"], record["direction"]): Counted(
                record["alerts"], record["pending"], record["hits"], record["misses"], record["mean_return"]
            )
            for record in await self._pool.fetch(_COUNT, symbol)
        }

    async def of(self, alert_id: str) -> AlertOutcome | None:
        """What became of an alert; None: it is not over, or there is none of that name."""
        record: Any = await self._pool.fetchrow(_OF_ALERT, alert_id)
        if record is None or record["outcome"] is None:
            return None
        return AlertOutcome(record["outcome"] == "hit", record["outcome_bar"], record["outcome_return"])
