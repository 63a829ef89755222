"""Fetches the feeds that are due, in one process among all that run."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncpg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from chitti_shared.db import Leadership
from chitti_shared.errors import ChittiError
from chitti_shared.logs import get_logger
from yarl import URL

from news_nlp.feeds import LEASE_S, Ingestion, Outcome
from news_nlp.storage import DueFeed, FeedStore

log = get_logger(__name__)

TICK_S = 15.0
_AT_ONCE = 4
_TOLD_EVERY_S = 30.0
_DATABASE_TROUBLE = (ChittiError, asyncpg.PostgresError)  # away, and what else its server says
T = TypeVar("T")


class FeedSchedule:
    """Ticks; the truth is `next_due` in the feeds' rows.

    Only the holder of the lock fetches. A feed that is being fetched, or waits for it, is not
    begun again, ticks missed in a sleep count as one, and so do the turns that a feed missed. The
    feeds of one host follow one another, so a slow host delays its own only. Use as an
    asynchronous context manager.

    Parameters
    ----------
    ingestion : Ingestion
    feeds : FeedStore
    leadership : Leadership
        Entered by the caller.
    tick_s : float
        How often the rows are looked at.
    lease_s : float
        After which a feed is due again that nobody noted the end of.
    observe : async callable, optional
        Called at the start and at every tick, whether this process leads or not, and when fetches are done.
    """

    def __init__(
        self,
        ingestion: Ingestion,
        feeds: FeedStore,
        leadership: Leadership,
        *,
        tick_s: float = TICK_S,
        lease_s: float = LEASE_S,
        observe: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._ingestion = ingestion
        self._feeds = feeds
        self._leadership = leadership
        self._tick_s = tick_s
        self._lease_s = lease_s
        self._observe = observe
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[Any]] = set()
        self._under_way: set[int] = set()
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._waiting = False

    async def __aenter__(self) -> Self:
        self._scheduler.add_job(
            self.tick, "interval", seconds=self._tick_s, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self._start(self._observed(), "first look around")
        self._start(self._when_elected(), "first look at the feeds")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=False)
        tasks = set(self._running)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def tick(self) -> None:
        """Begin to fetch what is due, if this process leads."""
        self._start(self._look() if self._leadership.is_leader else self._observed(), "feeds")

    async def run_due(self) -> list[Outcome]:
        """Fetch every feed that is due and not under way; how each went.

        Raises
        ------
        ServiceUnavailable
            The rows can't be read. What feeds themselves do wrong stands in their rows.
        """
        outcomes = await asyncio.gather(*await self._begin())
        return [outcome for outcome in outcomes if outcome is not None]

    async def _when_elected(self) -> None:
        await self._leadership.elected()
        await self.tick()

    async def _look(self) -> None:
        try:
            fetches = await self._begin()
        except _DATABASE_TROUBLE as error:
            self._wait(error)
            return
        await self._observed()
        while fetches:  # what a slow host holds up is told later
            done, fetches = await asyncio.wait(fetches, timeout=_TOLD_EVERY_S)
            _report([outcome for fetch in done if (outcome := fetch.result()) is not None])
        await self._observed()

    async def _observed(self) -> None:
        try:
            if self._observe is not None:
                await self._observe()
        except _DATABASE_TROUBLE as error:
            self._wait(error)

    async def _begin(self) -> set[asyncio.Task[Outcome | None]]:
        due = [feed for feed in await self._feeds.due() if feed.feed_id not in self._under_way]
        self._waiting = False
        self._under_way.update(feed.feed_id for feed in due)
        return {self._start(self._fetch(feed), feed.url) for feed in due}

    async def _fetch(self, feed: DueFeed) -> Outcome | None:
        try:
            async with self._hosts[URL(feed.url).raw_host or ""], self._gate:
                return await self._ingestion.scheduled(feed.feed_id, self._lease_s)
        except _DATABASE_TROUBLE as error:
            self._wait(error)
            return None
        finally:
            self._under_way.discard(feed.feed_id)

    def _wait(self, error: Exception) -> None:
        """The database is away or in trouble: say so once."""
        if not self._waiting:
            log.warning("feeds wait", reason=str(error))
        self._waiting = True

    def _start(self, work: Coroutine[None, None, T], name: str) -> asyncio.Task[T]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def _report(outcomes: list[Outcome]) -> None:
    """One line for the feeds that broke, one for those that work again, one for what came."""
    for state, told in (
        ("broke", "feeds unavailable"),
        ("dead", "feeds unavailable for a day or more"),
        ("gone", "feeds are gone and fetched no more"),
    ):
        broken = [outcome for outcome in outcomes if outcome.state == state]
        if broken:
            log.warning(told, feeds=[outcome.url for outcome in broken], reason=broken[0].error)
    recovered = [outcome.url for outcome in outcomes if outcome.state == "recovered"]
    if recovered:
        log.info("feeds work again", feeds=recovered)
    fetched = [outcome for outcome in outcomes if outcome.error is None]
    if fetched:
        log.info("feeds fetched", feeds=len(fetched), new=sum(outcome.new for outcome in fetched))
