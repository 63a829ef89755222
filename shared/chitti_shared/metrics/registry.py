"""The registry of a process and the bounds on its labels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
UNKNOWN = "unknown"


def build_registry(service: str, version: str) -> CollectorRegistry:
    """A registry that already tells memory, CPU, file handles, GC and asyncio tasks of this process.

    It also holds `chitti_build_info{service,version}` = 1, so that a query can join any other
    metric with the version that produced it.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a `_created` series beside each counter doubles the scrape and tells nothing here
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(_Tasks())
    info = Gauge("chitti_build_info", "Service and version of this process.", ["service", "version"], registry=registry)
    info.labels(service, version).set(1)
    return registry


class _Tasks(Collector):
    """How many tasks the event loop has that is asked: one that only grows is a leak."""

    def collect(self) -> Iterator[Metric]:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # scraped outside of a loop
        yield GaugeMetricFamily("chitti_asyncio_tasks", "Tasks of the event loop.", len(asyncio.all_tasks(loop)))


def exposition(registry: CollectorRegistry) -> bytes:
    """All metrics in Prometheus' text format (`CONTENT_TYPE`), as UTF-8."""
    return generate_latest(registry)


class LabelSet:
    """The closed set of values that a label may take.

    A caller's spelling never becomes a time series of its own: what is not in the set counts
    as `unknown`, so memory and the scrape stay bounded.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = frozenset(values)

    def of(self, value: str) -> str:
        """`value` when it is in the set, else "unknown"."""
        return value if value in self._values else UNKNOWN

    def __contains__(self, value: object) -> bool:
        return value in self._values
