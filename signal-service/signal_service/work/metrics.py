"""What signal-service counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from signal_service.alerts.rules import RULES, RuleKey


class SignalMetrics:
    """Alerts raised by rule, readers of the stream, attempts to tell webhooks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        raised = Counter("chitti_alerts", "Alerts raised.", ("rule", "direction"), registry=registry)
        self._raised = {rule.key: raised.labels(*rule.key) for rule in RULES}
        tried = Counter(
            "chitti_webhook_attempts", "Events sent to webhooks, by what came of it.", ("outcome",), registry=registry
        )
        self._tried = {True: tried.labels("accepted"), False: tried.labels("failed")}
        self.readers = Gauge("chitti_alert_readers", "Subscriptions being followed.", registry=registry)

    def raised(self, key: RuleKey) -> None:
        self._raised[key].inc()

    def webhook_tried(self, accepted: bool) -> None:
        self._tried[accepted].inc()
