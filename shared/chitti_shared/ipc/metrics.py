"""What the wire counts."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 30)


class ServerMetrics:
    """Requests, bytes and connections of one daemon."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter("chitti_ipc_requests", "Requests answered.", ("action", "status"), registry=registry)
        self._seconds = Histogram(
            "chitti_ipc_request_seconds", "From arrival to answer.", ("action",), buckets=_SECONDS, registry=registry
        )
        self.in_flight = Gauge("chitti_ipc_in_flight", "Requests being worked on.", registry=registry)
        self.connections = Gauge("chitti_ipc_connections", "Open connections.", registry=registry)
        traffic = Counter("chitti_ipc_bytes", "Bytes of messages.", ("direction",), registry=registry)
        self.received = traffic.labels("in")
        self.sent = traffic.labels("out")
        self._counted: dict[tuple[str, str], Counter] = {}
        self._timed: dict[str, Histogram] = {}

    def answered(self, action: str, status: str, seconds: float) -> None:
        """Count one answer; `action` is one the daemon knows, or "unknown"."""
        counter = self._counted.get((action, status))
        if counter is None:
            counter = self._counted[action, status] = self._requests.labels(action, status)
        counter.inc()
        timer = self._timed.get(action)
        if timer is None:
            timer = self._timed[action] = self._seconds.labels(action)
        timer.observe(seconds)


class ClientMetrics:
    """Reconnections, retries and refusals of the clients in this process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reconnects = Counter("chitti_ipc_reconnects", "Connections made again.", ("service",), registry=registry)
        self.retries = Counter("chitti_ipc_retries", "Requests sent again.", ("service",), registry=registry)
        self.refused = Counter(
            "chitti_ipc_breaker_refusals",
            "Requests refused while the breaker is open.",
            ("service",),
            registry=registry,
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> ClientMetrics:
        """The one set of client metrics on `registry`."""
        known = _client_metrics.get(registry)
        if known is None:
            known = _client_metrics[registry] = cls(registry)
        return known


_client_metrics: WeakKeyDictionary[CollectorRegistry, ClientMetrics] = WeakKeyDictionary()
