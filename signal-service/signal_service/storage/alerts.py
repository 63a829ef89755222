"""Stored alerts: insert, read newest first, acknowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool

from signal_service.alerts.evidence import Fact
from signal_service.alerts.judgements import Finding
from signal_service.storage.logs import bump_state

_SELECT = """
SELECT number, alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price, bar_date, as_of,
    created_at, summary, headline, sentiment, sentiment_score, article_id, url, evidence, acknowledged_at,
    expires_at
FROM signals.alerts
"""
_INSERT = """
INSERT INTO signals.alerts (
    alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price, bar_date, as_of,
    created_at, summary, headline, sentiment, sentiment_score, article_id, url, evidence,
    expires_at, horizon
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT DO NOTHING
RETURNING alert_id
"""
_ONE = _SELECT + "WHERE alert_id = $1"
_ACKNOWLEDGE = """
UPDATE signals.alerts SET acknowledged_at = $2 WHERE alert_id = $1 AND acknowledged_at IS NULL
RETURNING acknowledged_at
"""
_ACKNOWLEDGED = "SELECT acknowledged_at FROM signals.alerts WHERE alert_id = $1"


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Conditions of a listing; None lets everything pass. `before` is the last page's end."""

    symbol: str | None = None
    kind: str | None = None
    rule: str | None = None
    direction: str | None = None
    min_impact: float | None = None
    acknowledged: bool | None = None
    watchlist: bool = False
    before: int | None = None
    limit: int = 100


class AlertTable:
    """The alerts; one row per alert ever raised."""

    def __init__(self, pool: Pool, topic: str) -> None:
        self._pool = pool
        self._topic = topic

    async def insert(self, connection: Any, finding: Finding, created_at: datetime) -> bool:
        """Store a finding as an alert; False: that alert is there already."""
        return await connection.fetchval(_INSERT, *_values_of(finding, created_at)) is not None

    async def newest(self, query: AlertQuery) -> tuple[list[dict[str, Any]], int | None]:
        """A page of alerts, newest first, and where the next one begins; None: it was the last."""
        conditions, arguments = _conditions_of(query)
        where = "WHERE " + " AND ".join(conditions) if conditions else ""
        order = " ORDER BY number DESC LIMIT $" + str(len(arguments) + 1)
        records = await self._pool.fetch(_SELECT + where + order, *arguments, query.limit + 1)
        page = records[: query.limit]
        following = page[-1]["number"] if len(records) > query.limit else None
        return [_without_number(record) for record in page], following

    async def one(self, alert_id: str) -> dict[str, Any] | None:
        record = await self._pool.fetchrow(_ONE, alert_id)
        return _without_number(record) if record is not None else None

    async def acknowledge(self, alert_id: str, now: datetime) -> datetime | None:
        """When the alert was first acknowledged, `now` if it wasn't; None: no such alert."""
        async with self._pool.transaction() as connection:
            marked: datetime | None = await connection.fetchval(_ACKNOWLEDGE, alert_id, now)
            if marked is not None:
                await bump_state(connection, self._topic)
                return marked
            known: datetime | None = await connection.fetchval(_ACKNOWLEDGED, alert_id)
            return known


def _without_number(record: Any) -> dict[str, Any]:
    row = dict(record)
    del row["number"]
    return row


def _values_of(finding: Finding, created_at: datetime) -> Sequence[Any]:
    lead = finding.lead
    return (
        finding.alert_id,
        finding.symbol,
        finding.kind,
        finding.rule,
        finding.direction,
        finding.impact,
        finding.confidence,
        finding.confidence_basis,
        finding.price,
        finding.bar_date,
        finding.as_of,
        created_at,
        finding.summary,
        lead.headline if lead else None,
        lead.sentiment if lead else None,
        lead.score if lead else None,
        lead.article_id if lead else None,
        lead.url if lead else None,
        [_fact_record(fact) for fact in finding.evidence],
        finding.expires_at,
        finding.horizon,
    )


def _fact_record(fact: Fact) -> dict[str, Any]:
    return {"name": fact.name, "value": fact.value, "unit": fact.unit, "source": fact.source}


def _conditions_of(query: AlertQuery) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    arguments: list[Any] = []
    comparisons = (
        ("symbol = $", query.symbol),
        ("kind = $", query.kind),
        ("rule = $", query.rule),
        ("direction = $", query.direction),
        ("impact >= $", query.min_impact),
        ("number < $", query.before),
    )
    for comparison, value in comparisons:
        if value is not None:
            arguments.append(value)
            conditions.append(comparison + str(len(arguments)))
    if query.acknowledged is not None:
        conditions.append("acknowledged_at IS NOT NULL" if query.acknowledged else "acknowledged_at IS NULL")
    if query.watchlist:
        conditions.append("symbol IN (SELECT w.symbol FROM signals.watchlist AS w)")
    return conditions, arguments
