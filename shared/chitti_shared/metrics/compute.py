"""The compute service's metrics under the names of the API design."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from chitti_shared.errors import ChittiError
from chitti_shared.metrics.registry import LabelSet

# 10 microseconds to 10 seconds: a kernel over 100 bars, a sweep
_COMPUTATION_BUCKETS_S = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)

M = TypeVar("M", Counter, Histogram)


class ComputeMetrics:
    """What mojo-compute counts.

    Parameters
    ----------
    registry : CollectorRegistry
    endpoints : iterable of str
        Actions that may appear in `endpoint`; any other counts as "unknown".
    indicators : iterable of str
        Names that may appear in `indicator`; any other counts as "unknown".

    Notes
    -----
    prometheus_client appends `_total` to a counter's name, so the names below stand without it:
    the scrape shows `mojo_compute_requests_total`, `mojo_cache_hits_total`,
    `mojo_cache_misses_total` and `mojo_fallback_total`.
    """

    def __init__(self, registry: CollectorRegistry, endpoints: Iterable[str], indicators: Iterable[str]) -> None:
        self._children: dict[tuple[Counter | Histogram, tuple[str, ...]], Counter | Histogram] = {}
        self._endpoints = LabelSet(endpoints)
        self._indicators = LabelSet(indicators)
        self._statuses = LabelSet({"ok", *ChittiError.codes()})
        self._requests = Counter(
            "mojo_compute_requests", "Requests answered.", ["endpoint", "status"], registry=registry
        )
        self._seconds = Histogram(
            "mojo_computation_seconds",
            "Time in the kernel.",
            ["indicator"],
            buckets=_COMPUTATION_BUCKETS_S,
            registry=registry,
        )
        self._hits = Counter("mojo_cache_hits", "Results found in the cache.", ["indicator"], registry=registry)
        self._misses = Counter("mojo_cache_misses", "Results computed anew.", ["indicator"], registry=registry)
        self.mojo_available = Gauge("mojo_available", "1 when the Mojo engine is loaded, else 0.", registry=registry)
        self.fallbacks = Counter(
            "mojo_fallback", "Times that a preferred engine was missing and the next one took over.", registry=registry
        )

    def observe_request(self, endpoint: str, status: str, _seconds: float) -> None:
        """Count an answered request; `status` is "ok" or an error code."""
        self._of(self._requests, self._endpoints.of(endpoint), self._statuses.of(status)).inc()

    def observe_computation(self, indicator: str, seconds: float) -> None:
        """Record the time one kernel took."""
        self._of(self._seconds, self._indicators.of(indicator)).observe(seconds)

    def observe_cache(self, indicator: str, *, hit: bool) -> None:
        """Count a look-up in the result cache."""
        self._of(self._hits if hit else self._misses, self._indicators.of(indicator)).inc()

    def _of(self, metric: M, *labels: str) -> M:
        """`metric.labels(*labels)`, found again at a quarter of the cost; the labels are bounded, and so is this."""
        key = metric, labels
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return cast("M", child)
