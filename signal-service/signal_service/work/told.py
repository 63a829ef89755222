"""Alerts as clients see them: the contract's records and their bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from chitti_shared.contracts import signals

from signal_service.alerts.evidence import Fact
from signal_service.alerts.judgements import Finding

_ENCODER = msgspec.json.Encoder()


def alert_of(finding: Finding, created_at: datetime) -> signals.Alert:
    """The alert that a finding becomes."""
    lead = finding.lead
    return signals.Alert(
        alert_id=finding.alert_id,
        symbol=finding.symbol,
        kind=finding.kind,
        rule=finding.rule,
        direction=finding.direction,
        impact=finding.impact,
        confidence=finding.confidence,
        confidence_basis=finding.confidence_basis,
        price=finding.price,
        bar_date=finding.bar_date,
        created_at=created_at,
        as_of=finding.as_of,
        summary=finding.summary,
        headline=lead.headline if lead else None,
        sentiment=lead.sentiment if lead else None,
        sentiment_score=lead.score if lead else None,
        article_id=lead.article_id if lead else None,
        url=lead.url if lead else None,
        evidence=[evidence_of(fact) for fact in finding.evidence],
        expires_at=finding.expires_at,
        horizon=finding.horizon,
    )


def evidence_of(fact: Fact) -> signals.Evidence:
    return signals.Evidence(name=fact.name, value=fact.value, unit=fact.unit, source=fact.source)


def stored_alert(row: dict[str, Any]) -> bytes:
    """The JSON of an alert from its row, whose `evidence` is JSON already."""
    return _ENCODER.encode(row | {"evidence": msgspec.Raw(row["evidence"])})


def encoded(record: msgspec.Struct) -> bytes:
    return _ENCODER.encode(record)
