"""Delivers the alert log to webhooks: each in order, at least once, none waiting for another."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.logs import get_logger
from chitti_shared.positions import Position

from signal_service.storage.webhooks import Hook, WebhookTable
from signal_service.streaming.cursors import resolve
from signal_service.streaming.rings import Entry
from signal_service.webhooks.retries import Again, Answer, Draw, after_failure
from signal_service.work.filters import Filters
from signal_service.work.metrics import SignalMetrics
from signal_service.work.sending import Message, Sender, message
from signal_service.work.tail import AlertLog, Clock
from signal_service.work.watch import PASSING

log = get_logger(__name__)

POLL_S = 5.0  # what a lost notification of a change costs at most
BATCH = 256
PAUSE_S = 1.0  # while the database is away
DEFECT_PAUSE_S = 5.0


class Webhooks:
    """One task per webhook; who leads runs them.

    A place is saved after the receiver accepted, so a crash in between repeats that event under the
    same id, and none is left out.

    Parameters
    ----------
    draw : callable
        A random number between two, for the pauses.
    """

    def __init__(
        self,
        *,
        table: WebhookTable,
        events: AlertLog,
        filters: Filters,
        sender: Sender,
        metrics: SignalMetrics,
        clock: Clock,
        draw: Draw = random.uniform,
    ) -> None:
        self._table = table
        self._events = events
        self._filters = filters
        self._sender = sender
        self._metrics = metrics
        self._clock = clock
        self._draw = draw
        self._changed = asyncio.Event()
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}  # by name and revision
        self._away = False

    def wake(self) -> None:
        """A webhook was changed."""
        self._changed.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                self._changed.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._changed.wait()
        finally:
            await self._stop(list(self._running))

    async def _look(self) -> None:
        """Run what the table says is to be run, and nothing else."""
        try:
            hooks = {(hook.name, hook.revision): hook for hook in await self._table.all() if hook.enabled}
        except PASSING as trouble:
            self._wait_for(trouble)
            return
        self._away = False
        await self._stop([key for key, task in self._running.items() if key not in hooks or task.done()])
        for key in hooks.keys() - self._running.keys():
            self._running[key] = asyncio.create_task(self._serve(hooks[key]), name=f"webhook {key[0]}")

    async def _stop(self, keys: list[tuple[str, int]]) -> None:
        tasks = [self._running.pop(key) for key in keys]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _serve(self, hook: Hook) -> None:
        """Tell one receiver everything, until somebody else has changed or taken over the webhook."""
        current: Hook | None = hook
        while current is not None:
            try:
                current = await self._step(current)
            except PASSING as trouble:
                self._wait_for(trouble)
                await asyncio.sleep(PAUSE_S)
            except Exception:
                log.exception("a webhook's delivery failed and is tried again", webhook=hook.name)
                await asyncio.sleep(DEFECT_PAUSE_S)
                current = await self._anew(hook)

    async def _anew(self, hook: Hook) -> Hook | None:
        """The webhook as it is stored now: a defect may have struck after its place was saved."""
        with contextlib.suppress(*PASSING):
            stored = await self._table.one(hook.name)
            return stored if stored is not None and stored.enabled and stored.revision == hook.revision else None
        return hook

    async def _step(self, hook: Hook) -> Hook | None:
        """Tell the next events, or wait for some; the webhook as it is then, None when it is no longer this one's."""
        if hook.next_try_at is not None:
            await asyncio.sleep(max((hook.next_try_at - self._clock()).total_seconds(), 0.0))
        wanted = self._filters.of(msgspec.convert(hook.filter, signals.AlertFilter))
        changed = self._events.change()
        page = await self._page(hook.position)
        if isinstance(page, signals.Reset):
            return await self._tell(hook, message("reset", page.top, msgspec.json.encode(page)))
        if not page:
            await changed.wait()
            return hook
        current: Hook | None = hook
        for entry in page:
            if wanted.passes(entry.event_id, entry.subject):
                current = await self._tell(hook, message("new_alert", entry.event_id, entry.data))
                if current is None or current.next_try_at is not None:
                    return current
                hook = current
        return await self._move(hook, Position(hook.position.epoch, page[-1].seq))

    async def _page(self, position: Position) -> list[Entry] | signals.Reset:
        """The events after `position`, or why there is no going on from it."""
        events = self._events
        reason = resolve(position, events.extent)
        if reason == "unknown":
            await events.refresh()  # another instance told it of events that are not known here yet
            reason = resolve(position, events.extent)
        if reason is None:
            page = await events.page(position.seq, BATCH)
            if page is not None:
                return page
            reason = "epoch" if position.epoch != events.epoch else "expired"
        oldest = Position(events.epoch, events.oldest)
        return signals.Reset(reason=reason, oldest=str(oldest), top=str(events.top))

    async def _tell(self, hook: Hook, told: Message) -> Hook | None:
        answer = await self._sender.send(hook, told)
        self._metrics.webhook_tried(answer.accepted)
        if not answer.accepted:
            return await self._failed(hook, answer)
        to = Position.parse(told.event_id)
        assert to is not None, "events are named by their position"
        now = self._clock()
        if not await self._saved(lambda: self._table.delivered(hook, to, answer.status, now)):
            return None
        if hook.failing is not None:
            log.info("a webhook accepts again", webhook=hook.name, failures=hook.failing.failures)
        return replace(hook, position=to, failing=None, next_try_at=None)

    async def _failed(self, hook: Hook, answer: Answer) -> Hook | None:
        then = after_failure(answer, hook.failing, self._clock(), self._draw)
        if not await self._saved(lambda: self._table.failed(hook, answer, then)):
            return None
        if isinstance(then, Again):
            if hook.failing is None:
                log.warning("a webhook is not accepted and tried again", webhook=hook.name, reason=answer.why)
            return replace(hook, failing=then.failing, next_try_at=then.at)
        log.warning("a webhook is given up", webhook=hook.name, reason=answer.why, failures=then.failing.failures)
        return None

    async def _move(self, hook: Hook, to: Position) -> Hook | None:
        if hook.position == to:
            return hook
        return replace(hook, position=to) if await self._saved(lambda: self._table.move(hook, to)) else None

    async def _saved(self, save: Callable[[], Awaitable[bool]]) -> bool:
        """Save until the database takes it: to go back to sending would repeat what was accepted."""
        while True:
            try:
                return await save()
            except PASSING as trouble:
                self._wait_for(trouble)
                await asyncio.sleep(PAUSE_S)

    def _wait_for(self, trouble: Exception) -> None:
        """Say once that deliveries wait."""
        if not self._away:
            log.warning("webhooks wait for a dependency", reason=str(trouble) or type(trouble).__name__)
        self._away = True
