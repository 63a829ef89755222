"""`python -m signal_service`: read the settings, wire the daemon, serve."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.signals import SIGNAL_SERVICE
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import Leadership, Listener, Pool, connect_pool
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.http import Resolve, SafeClient, system_resolve
from chitti_shared.ipc import Client, Lanes, Server, StartupError, run_daemon, tls_of
from chitti_shared.logs import get_logger
from chitti_shared.metrics import build_registry
from chitti_shared.settings import Settings

from signal_service import __version__
from signal_service.actions import build_router
from signal_service.context import SignalContext
from signal_service.storage import fundamentals
from signal_service.storage.alerts import AlertTable
from signal_service.storage.appointments import AppointmentTable
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.storage.listing import ListingTable
from signal_service.storage.logs import WAKE_CHANNEL, LogTable
from signal_service.storage.mutes import MuteTable
from signal_service.storage.outcomes import OutcomeTable
from signal_service.storage.patterns import PatternTable
from signal_service.storage.records import RecordTable
from signal_service.storage.rules import WAKE_CHANNEL as RULES_CHANNEL
from signal_service.storage.rules import RuleTable
from signal_service.storage.screens import ScreenTables
from signal_service.storage.sources import SourceTables
from signal_service.storage.states import StateTable
from signal_service.storage.watchlist import WatchlistTable
from signal_service.storage.webhooks import WEBHOOKS_CHANNEL, WebhookTable
from signal_service.streaming.epochs import MarkFile
from signal_service.work.bodies import Bodies
from signal_service.work.books import Books
from signal_service.work.filters import Filters
from signal_service.work.judge import Judge
from signal_service.work.listing import Listing
from signal_service.work.market import Market
from signal_service.work.metrics import SignalMetrics
from signal_service.work.pattern_keeper import PatternKeeper
from signal_service.work.price_rows import PriceRows
from signal_service.work.records import RecordKeeper
from signal_service.work.redis_wake import RedisWake
from signal_service.work.results import Results
from signal_service.work.scans import Scans
from signal_service.work.sending import LIMITS, USER_AGENT, Sender
from signal_service.work.snapshot import Screens
from signal_service.work.tail import AlertLog
from signal_service.work.watch import Watch
from signal_service.work.webhooks import Webhooks

log = get_logger(__name__)

NAME = SIGNAL_SERVICE.name
TOPIC = "alerts"
PING_S = 0.5


def utc_now() -> datetime:
    return datetime.now(UTC)


async def wire(
    settings: Settings, stack: AsyncExitStack, *, resolve: Resolve = system_resolve
) -> Server[SignalContext]:
    """Open what the daemon needs, on the stack, and start its own work. `resolve` is that of webhooks' names."""
    url = settings.database_url_of(NAME)
    if url is None:
        raise StartupError("no database: start the stack with `chitti up`, or set DATABASE_URL")
    registry = build_registry(NAME, __version__)
    pool = await stack.enter_async_context(await _connected(url))
    compute = Client(MOJO_COMPUTE, settings.listen_of(MOJO_COMPUTE.name), tls=tls_of(settings), registry=registry)
    stack.push_async_callback(compute.close)
    cpu = Lanes()
    stack.callback(cpu.close)

    filters = Filters(WatchlistTable(pool, TOPIC))
    marks = MarkFile(settings.chitti_data_dir / NAME, TOPIC)
    events = AlertLog(pool, LogTable(pool, TOPIC), marks, utc_now, filters.refresh)
    await events.begin()
    _wake_through_redis(settings, stack, events)
    allow = settings.chitti_webhook_allow
    client = SafeClient(allow=allow, resolve=resolve, user_agent=USER_AGENT, limits=LIMITS)
    sender = Sender(await stack.enter_async_context(client), utc_now)
    ctx = _context(pool, compute, cpu, events, filters, sender, SignalMetrics(registry))
    await ctx.books.begin()
    leadership = await stack.enter_async_context(Leadership(url, f"{NAME}.{TOPIC}", application_name=f"{NAME} leader"))
    watch = Watch(
        events=events,
        judge=ctx.judge,
        sources=ctx.sources,
        figures=FundamentalTable(pool),
        outcomes=ctx.outcomes,
        states=StateTable(pool),
        appointments=AppointmentTable(pool),
        keeper=_keeper(pool, ctx),
        leadership=leadership,
        clock=utc_now,
    )
    webhooks = Webhooks(
        table=ctx.webhooks, events=events, filters=filters, sender=sender, metrics=ctx.metrics, clock=utc_now
    )

    def wake() -> None:
        watch.wake()
        ctx.screens.wake()

    wakes: dict[str, Callable[[], None]] = {
        WAKE_CHANNEL: events.waiting.set,
        WEBHOOKS_CHANNEL: webhooks.wake,
        **dict.fromkeys(("news_articles", "prices_imported", fundamentals.CHANNEL, RULES_CHANNEL), wake),
    }
    await stack.enter_async_context(Listener(url, wakes, application_name=f"{NAME} listener"))
    _keep_running(stack, "watch", watch.run())
    _keep_running(stack, "screens", ctx.screens.run())
    _keep_running(stack, "listing", ctx.listing.warm_up())
    _keep_running(stack, "webhooks", leadership.lead(webhooks.run))
    health = _health_of(watch, compute, pool, events, leadership)
    return Server(build_router(), ctx, name=NAME, version=__version__, health=health, registry=registry)


def _wake_through_redis(settings: Settings, stack: AsyncExitStack, events: AlertLog) -> None:
    if settings.redis_url is None:
        return
    try:
        redis = RedisWake(settings.redis_url.get_secret_value(), events.waiting.set)
    except ValueError as error:
        raise StartupError(f"REDIS_URL: {error}") from None
    events.on_commit = redis.announce
    _keep_running(stack, "redis", redis.run())


async def _connected(url: str) -> Pool:
    try:
        return await connect_pool(url, application_name=NAME)
    except ServiceUnavailable as failure:
        raise StartupError(failure.message) from failure


def _context(
    pool: Pool,
    compute: Client,
    cpu: Lanes,
    events: AlertLog,
    filters: Filters,
    sender: Sender,
    metrics: SignalMetrics,
) -> SignalContext:
    alerts, sources, rules, mutes = AlertTable(pool), SourceTables(pool), RuleTable(pool), MuteTable(pool)
    books, market = Books(rules), Market(compute, cpu, pool)
    figures = FundamentalTable(pool)
    records = RecordKeeper(
        table=RecordTable(pool), sources=sources, figures=figures, facts=market, cpu=cpu, clock=utc_now
    )
    judge = Judge(
        pool=pool,
        market=market,
        books=books,
        records=records,
        rules=rules,
        mutes=mutes,
        sources=sources,
        alerts=alerts,
        states=StateTable(pool),
        events=events,
        cpu=cpu,
        metrics=metrics,
        clock=utc_now,
    )
    return SignalContext(
        alerts=alerts,
        listing=Listing(ListingTable(pool), Bodies(alerts), events, cpu, utc_now),
        watchlist=WatchlistTable(pool, TOPIC),
        patterns=PatternTable(pool),
        sources=sources,
        rules=rules,
        mutes=mutes,
        books=books,
        market=market,
        compute=compute,
        records=records,
        outcomes=OutcomeTable(pool),
        events=events,
        filters=filters,
        webhooks=WebhookTable(pool),
        sender=sender,
        judge=judge,
        scans=Scans(compute, cpu),
        results=Results(),
        screens=Screens(
            prices=PriceRows(compute),
            tables=ScreenTables(pool),
            figures=figures,
            sources=sources,
            books=books,
            cpu=cpu,
            clock=utc_now,
        ),
        cpu=cpu,
        metrics=metrics,
        clock=utc_now,
    )


def _keeper(pool: Pool, ctx: SignalContext) -> PatternKeeper:
    return PatternKeeper(
        pool=pool,
        scans=ctx.scans,
        sources=ctx.sources,
        states=StateTable(pool),
        patterns=ctx.patterns,
        clock=ctx.clock,
    )


def _keep_running(stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]) -> None:
    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed, stopping", work=name, exc_info=error)
            signal.raise_signal(signal.SIGTERM)  # to be started anew, rather than serve without it

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)

    async def stop() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(stop)


def _health_of(watch: Watch, compute: Client, pool: Pool, events: AlertLog, leadership: Leadership) -> Any:
    async def health() -> tuple[dict[str, str], dict[str, Any]]:
        checks = {"log": watch.troubles.get("publish", "ok"), "work": watch.troubles.get("work", "ok")}
        try:
            await compute.call(HEALTH, Empty(), timeout_s=PING_S)
            checks["mojo-compute"] = "ok"
        except ChittiError as failure:
            checks["mojo-compute"] = failure.message
        info = {"leader": leadership.is_leader, "top": str(events.top), "database": pool.sizes()}
        return checks, info

    return health


if __name__ == "__main__":
    run_daemon(NAME, wire)
