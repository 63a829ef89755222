"""What signal-service counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from signal_service.rules import SHIPPED_BY_NAME, RuleKey


class SignalMetrics:
    """Alerts raised by rule, readers of the stream, attempts to tell webhooks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._raised = Counter("chitti_alerts", "Alerts raised.", ("rule", "direction"), registry=registry)
        for rule in SHIPPED_BY_NAME.values():
            for side in rule.sides:
                self._raised.labels(*side.key)
        tried = Counter(
            "chitti_webhook_attempts", "Events sent to webhooks, by what came of it.", ("outcome",), registry=registry
        )
        self._tried = {True: tried.labels("accepted"), False: tried.labels("failed")}
        self.readers = Gauge("chitti_alert_readers", "Subscriptions being followed.", registry=registry)

    def raised(self, key: RuleKey) -> None:
        """Count an alert; those of a user's own rules under one name, as many as they may be."""
        name, direction = key
        self._raised.labels(name if name in SHIPPED_BY_NAME else "own", direction).inc()

    def webhook_tried(self, accepted: bool) -> None:
        self._tried[accepted].inc()
