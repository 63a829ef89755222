"""Fetches the feeds that are due, in one process among all that run."""

from __future__ import annotations

import asyncio
from datetime import UTC
from types import TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from chitti_shared.db import Leadership
from chitti_shared.errors import ChittiError
from chitti_shared.logs import get_logger

from news_nlp.feeds import Ingestion, Outcome
from news_nlp.storage import FeedStore

log = get_logger(__name__)

TICK_S = 15.0
_AT_ONCE = 4


class FeedSchedule:
    """Ticks; the truth is `next_due` in the feeds' rows.

    Only the holder of the lock fetches. A tick that comes while one is running is dropped,
    ticks missed in a sleep count as one. Use as an asynchronous context manager.

    Parameters
    ----------
    ingestion : Ingestion
    feeds : FeedStore
    leadership : Leadership
        Entered by the caller.
    tick_s : float
        How often the rows are looked at.
    """

    def __init__(
        self, ingestion: Ingestion, feeds: FeedStore, leadership: Leadership, *, tick_s: float = TICK_S
    ) -> None:
        self._ingestion = ingestion
        self._feeds = feeds
        self._leadership = leadership
        self._tick_s = tick_s
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: asyncio.Task[None] | None = None
        self._first: asyncio.Task[None] | None = None
        self._waiting = False

    async def __aenter__(self) -> Self:
        self._scheduler.add_job(
            self.tick, "interval", seconds=self._tick_s, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self._first = asyncio.create_task(self._when_elected(), name="first look at the feeds")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=False)
        tasks = [task for task in (self._first, self._running) if task is not None and not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def tick(self) -> None:
        """Begin to fetch what is due, if this process leads and no fetch is under way."""
        if self._leadership.is_leader and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._look(), name="feeds")

    async def _when_elected(self) -> None:
        await self._leadership.elected()
        await self.tick()

    async def _look(self) -> None:
        try:
            outcomes = await self.run_due()
        except ChittiError as error:
            if not self._waiting:
                log.warning("feeds wait", reason=error.message)
            self._waiting = True
            return
        self._waiting = False
        _report(outcomes)

    async def run_due(self) -> list[Outcome]:
        """Fetch every feed that is due, a few at once; how each went.

        Raises
        ------
        ServiceUnavailable
            The database can't be reached. What feeds themselves do wrong stands in their rows.
        """
        gate = asyncio.Semaphore(_AT_ONCE)
        due = await self._feeds.due()

        async def fetch(index: int) -> Outcome:
            async with gate:
                return await self._ingestion.scheduled(due[index])

        return list(await asyncio.gather(*(fetch(index) for index in range(len(due)))))


def _report(outcomes: list[Outcome]) -> None:
    """One line for the feeds that broke, one for those that work again, one for what came."""
    broke = [outcome for outcome in outcomes if outcome.state == "broke"]
    if broke:
        log.warning("feeds unavailable", feeds=[outcome.url for outcome in broke], reason=broke[0].error)
    recovered = [outcome.url for outcome in outcomes if outcome.state == "recovered"]
    if recovered:
        log.info("feeds work again", feeds=recovered)
    fetched = [outcome for outcome in outcomes if outcome.error is None]
    if fetched:
        log.info("feeds fetched", feeds=len(fetched), new=sum(outcome.new for outcome in fetched))
