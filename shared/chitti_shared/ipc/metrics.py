"""What the wire counts: plain numbers, turned into metric families when scraped.

A counter of prometheus_client costs a microsecond each time, which a small request would
pay five times over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0)


class _Timing:
    """Answers of one action by duration."""

    __slots__ = ("buckets", "total_s")

    def __init__(self) -> None:
        self.buckets = [0] * (len(_SECONDS) + 1)
        self.total_s = 0.0


class ServerMetrics(Collector):
    """Requests, bytes and connections of one daemon.

    Parameters
    ----------
    in_flight, connections : callable
        Asked when scraped.
    """

    def __init__(
        self, registry: CollectorRegistry, in_flight: Callable[[], int], connections: Callable[[], int]
    ) -> None:
        self.received = 0  # bytes
        self.sent = 0
        self._in_flight = in_flight
        self._connections = connections
        self._answers: dict[tuple[str, str], int] = {}
        self._timings: dict[str, _Timing] = {}
        registry.register(self)

    def answered(self, action: str, status: str, seconds: float) -> None:
        """Count one answer; `action` is one the daemon knows, or "unknown"."""
        key = (action, status)
        self._answers[key] = self._answers.get(key, 0) + 1
        timing = self._timings.get(action)
        if timing is None:
            timing = self._timings[action] = _Timing()
        timing.buckets[bisect_left(_SECONDS, seconds)] += 1
        timing.total_s += seconds

    def collect(self) -> Iterator[Metric]:
        """The families that a scrape shows."""
        requests = CounterMetricFamily("chitti_ipc_requests", "Requests answered.", labels=("action", "status"))
        for (action, status), n in self._answers.items():
            requests.add_metric((action, status), n)
        yield requests
        seconds = HistogramMetricFamily(
            "chitti_ipc_request_seconds", "From arrival to answer, in seconds.", labels=("action",)
        )
        for action, timing in self._timings.items():
            seconds.add_metric((action,), _cumulative(timing.buckets), timing.total_s)
        yield seconds
        traffic = CounterMetricFamily("chitti_ipc_bytes", "Bytes of messages.", labels=("direction",))
        traffic.add_metric(("in",), self.received)
        traffic.add_metric(("out",), self.sent)
        yield traffic
        yield GaugeMetricFamily("chitti_ipc_in_flight", "Requests being worked on.", self._in_flight())
        yield GaugeMetricFamily("chitti_ipc_connections", "Open connections.", self._connections())


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    below = 0
    rows: list[tuple[str, float]] = []
    for bound, n in zip((*map(str, _SECONDS), "+Inf"), buckets, strict=True):
        below += n
        rows.append((bound, below))
    return rows


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
