"""Stored alerts: insert, read, acknowledge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool

from signal_service.alerts.evidence import Fact
from signal_service.alerts.judgements import Finding

# The fields of the contract in its order. The evidence stays as JSON: nobody here looks into it.
_SELECT = """
SELECT number, alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price, bar_date,
    created_at, as_of, summary, headline, sentiment, sentiment_score, article_id, url, evidence::text AS evidence,
    acknowledged_at, expires_at, horizon, outcome, outcome_bar, outcome_return
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
_PAGE = _SELECT + "WHERE number = ANY($1)"
_ONE = _SELECT + "WHERE alert_id = $1"
_ACKNOWLEDGE = """
UPDATE signals.alerts SET acknowledged_at = $2 WHERE alert_id = $1 AND acknowledged_at IS NULL
RETURNING acknowledged_at
"""
_ACKNOWLEDGED = "SELECT acknowledged_at FROM signals.alerts WHERE alert_id = $1"


class AlertTable:
    """The alerts; one row per alert ever raised."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def insert(self, connection: Any, finding: Finding, created_at: datetime) -> bool:
        """Store a finding as an alert; False: that alert is there already."""
        return await connection.fetchval(_INSERT, *_values_of(finding, created_at)) is not None

    async def page(self, numbers: list[int]) -> dict[int, dict[str, Any]]:
        """By number the alerts that are stored; `evidence` is JSON text."""
        return {record["number"]: _without_number(record) for record in await self._pool.fetch(_PAGE, numbers)}

    async def one(self, alert_id: str) -> dict[str, Any] | None:
        """The alert, None: there is none; `evidence` is JSON text."""
        record = await self._pool.fetchrow(_ONE, alert_id)
        return _without_number(record) if record is not None else None

    async def acknowledge(self, alert_id: str, now: datetime) -> datetime | None:
        """When the alert was first acknowledged, `now` if it wasn't; None: no such alert."""
        marked: datetime | None = await self._pool.fetchval(_ACKNOWLEDGE, alert_id, now)
        if marked is None:
            marked = await self._pool.fetchval(_ACKNOWLEDGED, alert_id)
        return marked


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
