"""mojo-compute: `python -m mojo_compute [serve]`."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.indicators import INDICATORS
from chitti_shared.db import Listener, Pool, connect_pool
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Lanes, Server, StartupError, run_daemon
from chitti_shared.logs import get_logger
from chitti_shared.metrics import ComputeMetrics, build_registry
from chitti_shared.settings import Settings

from mojo_compute.actions import router
from mojo_compute.actions.jobs import runs_of
from mojo_compute.actions.kinds import KINDS
from mojo_compute.actions.warming import warm
from mojo_compute.backtesting.clusters import Certificates, Dask
from mojo_compute.backtesting.executors import Executor, Threads
from mojo_compute.context import ComputeContext
from mojo_compute.engines import Engines, select
from mojo_compute.jobs import RunMetrics, Runner
from mojo_compute.storage import PriceStore, add_universe, ping
from mojo_compute.storage.jobs import CHANNEL, JobTable
from mojo_compute.storage.runs import RunTable
from mojo_compute.storage.shared_results import SharedResults

NAME = MOJO_COMPUTE.name
THREADS = 2
_CONNECTIONS = 2  # from the start on: making one takes longer than most requests
_WARMING_US = 200_000.0

log = get_logger(__name__)


def main() -> None:
    """Parse the command line and serve until a signal."""
    parser = argparse.ArgumentParser(prog="python -m mojo_compute", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve"], default="serve", help="serve: answer until stopped")
    parser.parse_args()
    run_daemon(NAME, wire)


async def wire(settings: Settings, stack: AsyncExitStack) -> Server[ComputeContext]:
    """Open what the service needs, and make its server.

    Raises
    ------
    StartupError
        No database is set, or no engine can be used.
    """
    url = settings.database_url_of(NAME)
    if url is None:
        raise StartupError(
            "DATABASE_URL_MOJO_COMPUTE is not set (`chitti up` starts the embedded database and sets it)"
        )
    release = version("trading-chitti")
    registry = build_registry(NAME, release)
    metrics = ComputeMetrics(
        registry, (action.name for action in MOJO_COMPUTE.actions), (one.name for one in INDICATORS)
    )
    engines = _engines(settings.chitti_engine, metrics)
    pool = await stack.enter_async_context(await connect_pool(url, application_name=NAME, min_size=_CONNECTIONS))
    await add_universe(pool)
    lanes = Lanes(fast_threads=THREADS, bulk_threads=THREADS)
    stack.callback(lanes.close)
    shared = _shared_results(settings)
    if shared is not None:
        stack.push_async_callback(shared.close)
    context = ComputeContext(
        pool,
        PriceStore(pool),
        lanes,
        engines,
        metrics,
        bulk_threads=THREADS,
        shared=shared,
        sweeps=_executor(settings),
    )
    await JobTable(pool).warm(_CONNECTIONS)
    await lanes.run(warm, engines.name, lane="bulk", cost_us=_WARMING_US)
    runner = Runner(JobTable(pool), RunTable(pool), runs_of(KINDS, context), RunMetrics(registry, KINDS))
    await stack.enter_async_context(Listener(url, {CHANNEL: runner.wake}, application_name=f"{NAME} listener"))
    _keep_running(stack, runner)

    async def health() -> tuple[dict[str, str], dict[str, Any]]:
        checks = {"database": await _state_of(pool), "jobs": runner.trouble}
        return checks, {
            "engine": engines.name,
            "mojo_available": engines.has_mojo,
            "cached_results": len(context.cache),
        }

    return Server(
        router(),
        context,
        name=NAME,
        version=release,
        health=health,
        registry=registry,
        observe=metrics.observe_request,
    )


def _executor(settings: Settings) -> Executor:
    """What runs sweeps: the cluster, where one is set."""
    address = settings.chitti_dask_scheduler
    if address is None:
        return Threads(THREADS)
    if find_spec("distributed") is None:
        raise StartupError("CHITTI_DASK_SCHEDULER is set, and distributed isn't installed: pip install '.[dask]'")
    if not address.startswith("tls://"):
        return Dask(address)
    ca, certificate, key = settings.chitti_tls_ca, settings.chitti_tls_cert, settings.chitti_tls_key
    if ca is None or certificate is None or key is None:
        raise StartupError("CHITTI_DASK_SCHEDULER is tls://: set CHITTI_TLS_CA, CHITTI_TLS_CERT and CHITTI_TLS_KEY")
    return Dask(address, Certificates(ca, certificate, key))


def _keep_running(stack: AsyncExitStack, runner: Runner) -> None:
    """Compute waiting runs until the service stops; what is computed then is handed back."""
    task = asyncio.create_task(runner.run(), name="jobs")

    async def stop() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(stop)


def _shared_results(settings: Settings) -> SharedResults | None:
    if settings.redis_url is None:
        return None
    try:
        return SharedResults(settings.redis_url.get_secret_value())
    except ValueError as error:
        raise StartupError(f"REDIS_URL is wrong: {error}") from error


def _engines(setting: str, metrics: ComputeMetrics) -> Engines:
    engines = select(setting)
    # Unasked for, a missing engine is no news
    tell = log.info if setting == "auto" else log.warning
    for missing in engines.missing:
        tell("engine unavailable, falling back", engine=missing.name, to=engines.name, reason=missing.reason)
        metrics.fallbacks.inc()
    metrics.mojo_available.set(int(engines.has_mojo))
    return engines


async def _state_of(pool: Pool) -> str:
    try:
        await ping(pool)
    except ChittiError as error:
        return error.message
    return "ok"


if __name__ == "__main__":
    main()
