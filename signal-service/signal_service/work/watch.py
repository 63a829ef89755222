"""The daemon's own initiative: find work, publish what was committed, keep time."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from chitti_shared.db import Leadership
from chitti_shared.errors import Overloaded, ServiceUnavailable, Timeout
from chitti_shared.logs import get_logger
from chitti_shared.universe import current_symbol

from signal_service.storage.appointments import AppointmentTable
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.storage.outcomes import OutcomeTable
from signal_service.storage.renames import RenameTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.states import StateTable
from signal_service.work.judge import Judge
from signal_service.work.pattern_keeper import PatternKeeper
from signal_service.work.tail import AlertLog, Clock
from signal_service.work.timetable import due_of

log = get_logger(__name__)

POLL_S = 1.0  # what a lost notification costs at most
BEAT_S = 15.0
PRUNE_S = 60.0
DEFECT_PAUSE_S = 5.0
ARTICLES = 500  # judged in one transaction
SYMBOLS = 100

# What passes by itself: a dependency that is down or busy, a disk that is full
PASSING = (ServiceUnavailable, Timeout, Overloaded, OSError)


class Watch:
    """Loops that run as long as the daemon does.

    A dependency that is down costs nothing but time: a step changes nothing until its
    transaction commits, and is tried again.

    Parameters
    ----------
    leadership : Leadership
        Its holder alone looks for work and prunes the log; every instance publishes.
    """

    def __init__(
        self,
        *,
        events: AlertLog,
        judge: Judge,
        sources: SourceTables,
        figures: FundamentalTable,
        outcomes: OutcomeTable,
        states: StateTable,
        appointments: AppointmentTable,
        keeper: PatternKeeper,
        renames: RenameTable,
        leadership: Leadership,
        clock: Clock,
    ) -> None:
        self._events = events
        self._judge = judge
        self._sources = sources
        self._figures = figures
        self._outcomes = outcomes
        self._states = states
        self._appointments = appointments
        self._clock = clock
        self._keeper = keeper
        self._renames = renames
        self._leadership = leadership
        self._work = asyncio.Event()
        self.troubles: dict[str, str] = {}

    def wake(self) -> None:
        """There may be new articles, prices or figures."""
        self._work.set()

    async def run(self) -> None:
        """All loops, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish(), name="publish")
            group.create_task(self._beat(), name="beat")
            group.create_task(self._leadership.lead(self._look_for_work), name="work")

    async def step(self) -> bool:
        """Do one piece of waiting work; False: there was none. Raises what `PASSING` lists."""
        positions = await self._states.positions()
        return (
            await self._news(positions["news"])
            or await self._prices(positions["prices"])
            or await self._fundamentals(positions["fundamentals"])
            or await self._appointment()
        )

    async def _publish(self) -> None:
        while True:
            self._events.waiting.clear()
            await self._attempt("publish", self._events.refresh)
            await _until(self._events.waiting, POLL_S)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._events.tick()

    async def _look_for_work(self) -> None:
        prune_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            self._work.clear()
            while await self._attempt("work", self.step):
                pass
            await self._attempt("patterns", self._keeper.step)
            if loop.time() >= prune_at:
                await self._attempt("prune", self._events.prune)
                prune_at = loop.time() + PRUNE_S
            await _until(self._work, POLL_S)

    async def _news(self, position: int) -> bool:
        new = await self._sources.new_articles(position, ARTICLES)
        if new is None:
            return False
        stored = {current_symbol(symbol): symbol for symbol in await self._sources.stored_symbols()}
        symbols = sorted({stored[name] for name in map(current_symbol, new.symbols) if name in stored})
        outcome = await self._judge.run(symbols, {"news": new.top})
        created = sum(len(verdict.created) for verdict in outcome.verdicts)
        log.info("articles judged", up_to=new.top, symbols=len(symbols), alerts=created)
        return True

    async def _prices(self, position: int) -> bool:
        top = await self._sources.price_top()
        if top <= position:
            return False
        if await self._renames.follow():
            self._events.committed()
        symbols = await self._sources.changed_symbols(position)
        created = await self._judged(symbols)
        over = await self._outcomes.find()
        if over:
            self._events.committed()
        await self._judge.finish({"prices": top})
        log.info("prices judged", up_to=top, symbols=len(symbols), alerts=created, outcomes=over)
        return True

    async def _fundamentals(self, position: int) -> bool:
        """Judge every symbol when figures were imported: one company's figure moves the ranks of its whole industry."""
        top = await self._figures.top()
        if top <= position:
            return False
        symbols = await self._sources.stored_symbols()
        created = await self._judged(symbols)
        await self._judge.finish({"fundamentals": top})
        log.info("figures judged", up_to=top, symbols=len(symbols), alerts=created)
        return True

    async def _appointment(self) -> bool:
        """Judge every symbol at the hours of the timetable; those missed together are made up for once."""
        now = self._clock()
        due = due_of(await self._appointments.kept(), now)
        if not due:
            return False
        missed = [name for name, is_first in due.items() if not is_first]
        if missed:
            created = await self._judged(await self._sources.stored_symbols())
            log.info("judged by the timetable", appointments=missed, alerts=created)
        await self._appointments.keep(list(due), now)
        return bool(missed)

    async def _judged(self, symbols: list[str]) -> int:
        """Judge symbols, some in each transaction; how many alerts that raised."""
        created = 0
        for at in range(0, len(symbols), SYMBOLS):
            outcome = await self._judge.run(symbols[at : at + SYMBOLS])
            created += sum(len(verdict.created) for verdict in outcome.verdicts)
        return created

    async def _attempt(self, name: str, step: Callable[[], Awaitable[bool | None]]) -> bool:
        """Whether `step` did something; waits a little where a dependency is down."""
        try:
            did = bool(await step())
        except PASSING as trouble:
            if self._note_trouble(name, trouble):
                log.warning("waiting for a dependency", step=name, reason=self.troubles[name])
            await asyncio.sleep(random.uniform(0.1, POLL_S))  # noqa: S311 - jitter, not a secret
            return False
        except Exception as defect:
            if self._note_trouble(name, defect):
                log.exception("a step failed and is tried again", step=name)
            await asyncio.sleep(DEFECT_PAUSE_S)
            return False
        if self.troubles.pop(name, None) is not None:
            log.info("the dependency is back", step=name)
        return did

    def _note_trouble(self, name: str, trouble: Exception) -> bool:
        """Remember what a step waits for; False when that is known already."""
        message = str(trouble) or type(trouble).__name__
        known = self.troubles.get(name) == message
        self.troubles[name] = message
        return not known


async def _until(event: asyncio.Event, timeout_s: float) -> None:
    # not wait_for: in Python 3.11 that one swallows a cancellation that comes as the event is set
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
