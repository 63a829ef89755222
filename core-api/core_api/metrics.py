"""`chitti_http_*`, `chitti_sse_*` and `chitti_login_*`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# 0.1 ms to 2 minutes: a cached answer, a large sweep
_SECONDS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class HttpMetrics:
    """Counts requests by route, method and status.

    The children of a (route, method, status) are looked up once and kept: `labels()` on each
    request would cost more than the counting. Routes are the declared ones, so there are few.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "chitti_http_requests", "Requests answered.", ["route", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "chitti_http_request_seconds",
            "Time from the request's head to the reply's end; streams are not counted.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._in_flight = 0
        in_flight = Gauge("chitti_http_in_flight", "Requests being served.", registry=registry)
        in_flight.set_function(lambda: self._in_flight)
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        self.untimed: set[str] = set()

    def started(self) -> None:
        self._in_flight += 1

    def finished(self, route: str, method: str, status: int, seconds: float) -> None:
        """Record a finished request; status 0 (the client left before a reply) counts as 499."""
        self._in_flight -= 1
        key = (route, method, status)
        counter = self._counters.get(key)
        if counter is None:
            known = method if method in _METHODS else "other"
            counter = self._requests.labels(route, known, str(status or 499))
            if known == method:  # a made-up method must not grow the table
                self._counters[key] = counter
        counter.inc()
        if route in self.untimed:
            return
        histogram = self._histograms.get(route)
        if histogram is None:
            histogram = self._histograms[route] = self._seconds.labels(route)
        histogram.observe(seconds)


class StreamMetrics:
    """Counts event streams."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.clients = Gauge("chitti_sse_clients", "Event streams open.", registry=registry)
        self.feeds = Gauge("chitti_sse_feeds", "Upstream subscriptions, one a distinct filter.", registry=registry)
        self.events = Counter("chitti_sse_events", "Events written to clients.", registry=registry)
        self.closed = Counter("chitti_sse_closed", "Streams ended, by reason.", ["reason"], registry=registry)
        self.reconnects = Counter("chitti_sse_reconnects", "Upstream subscriptions begun again.", registry=registry)


class LoginMetrics:
    """Counts logins."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter("chitti_login_attempts", "Logins tried, by result.", ["result"], registry=registry)
