"""What became of alerts: found in the prices once their horizon is over, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from chitti_shared.db import Pool

from signal_service.rules import RuleKey

# A company may have been renamed since, and its prices adjusted: both closes are read as they stand now.
# All rows are locked before the first is changed: an update counts in the log's row, which whoever acknowledges
# one of these alerts takes after the alert.
_DUE = """
SELECT o.alert_id, later.trade_date, later.close / own.close - 1 AS change,
    CASE WHEN (later.close - own.close) * CASE o.direction WHEN 'bullish' THEN 1 ELSE -1 END > 0
        THEN 'hit' ELSE 'miss' END AS outcome
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
WHERE o.outcome IS NULL
FOR UPDATE OF o
"""
_NOTE = """
UPDATE signals.alerts AS a SET outcome = n.outcome, outcome_bar = n.bar, outcome_return = n.change
FROM unnest($1::text[], $2::text[], $3::date[], $4::float8[]) AS n (alert_id, outcome, bar, change)
WHERE a.alert_id = n.alert_id
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

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self) -> int:
        """Note the outcome of every alert whose horizon is over; how many there were."""
        async with self._pool.transaction() as connection:
            due = await connection.fetch(_DUE)
            if due:
                columns = ("alert_id", "outcome", "trade_date", "change")
                await connection.execute(_NOTE, *([record[name] for record in due] for name in columns))
            return len(due)

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
