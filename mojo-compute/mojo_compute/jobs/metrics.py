"""What the runner counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from mojo_compute.jobs.work import End


class RunMetrics:
    """Runs by kind and by how they ended here; whether one is computed."""

    def __init__(self, registry: CollectorRegistry, kinds: Iterable[str]) -> None:
        runs = Counter("mojo_compute_runs", "Jobs that this process ended.", ("kind", "end"), registry=registry)
        self._ends = {(kind, end): runs.labels(kind, end) for kind in kinds for end in get_args(End)}
        self.running = Gauge("mojo_compute_runs_running", "Jobs that this process computes.", registry=registry)

    def ended(self, kind: str, end: End) -> None:
        self._ends[kind, end].inc()
