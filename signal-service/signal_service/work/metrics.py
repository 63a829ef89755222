"""What signal-service counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from signal_service.alerts.rules import RULES, RuleKey


class SignalMetrics:
    """Alerts raised by rule, readers of the stream."""

    def __init__(self, registry: CollectorRegistry) -> None:
        raised = Counter("chitti_alerts", "Alerts raised.", ("rule", "direction"), registry=registry)
        self._raised = {rule.key: raised.labels(*rule.key) for rule in RULES}
        self.readers = Gauge("chitti_alert_readers", "Subscriptions being followed.", registry=registry)

    def raised(self, key: RuleKey) -> None:
        self._raised[key].inc()
