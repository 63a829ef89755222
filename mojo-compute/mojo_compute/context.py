"""What the handlers of mojo-compute work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from chitti_shared.db import Pool
from chitti_shared.ipc import Lanes
from chitti_shared.metrics import ComputeMetrics

from mojo_compute.backtesting.executors import Executor, Threads
from mojo_compute.engines import Engines
from mojo_compute.indicators.cache import ResultCache
from mojo_compute.market_data import Limits
from mojo_compute.storage import PriceStore
from mojo_compute.storage.shared_results import SharedResults

_INDIA = timedelta(hours=5, minutes=30)


def today_in_india() -> date:
    """The day it is in India now: no bar can be newer."""
    return (datetime.now(UTC) + _INDIA).date()


@dataclass(frozen=True)
class ComputeContext:
    """Stores, threads, kernels and clock, wired by `__main__`.

    `bulk_threads` is how many pieces a batch is split into. `importing` is held by an import
    from reading to commit: a second one waits here, not on a database connection. `batching` is
    held by the batch that is computed. `shared` is the tier of results that processes have in
    common, where one is set. `sweeps` runs the trials of sweeps.
    """

    pool: Pool
    prices: PriceStore
    cpu: Lanes
    engines: Engines
    metrics: ComputeMetrics
    cache: ResultCache = field(default_factory=ResultCache)
    limits: Limits = field(default_factory=Limits)
    today: Callable[[], date] = today_in_india
    bulk_threads: int = 1
    shared: SharedResults | None = None
    sweeps: Executor = field(default_factory=Threads)
    importing: asyncio.Lock = field(default_factory=asyncio.Lock)
    batching: asyncio.Lock = field(default_factory=asyncio.Lock)
