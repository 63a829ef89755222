"""Keeps the columns of all alerts current, and lists by them."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger

from signal_service.alerts.listing import AlertColumns, Criteria, Order, Place
from signal_service.storage.listing import Change, ListingTable
from signal_service.work.bodies import Bodies
from signal_service.work.tail import AlertLog, Clock
from signal_service.work.watch import PASSING

log = get_logger(__name__)

_AT_ONCE = 20_000  # alerts read in one go: turning them into columns stops the loop for some milliseconds
_ROW_US = 0.005  # what looking at one alert costs at most


class Listing:
    """The alerts of this instance's database, as of the last look.

    What other instances raised or changed is brought in before a page is chosen: numbers rise in
    the order of commits, and so do the versions of changes.
    """

    def __init__(self, table: ListingTable, bodies: Bodies, events: AlertLog, cpu: Lanes, clock: Clock) -> None:
        self._table = table
        self._bodies = bodies
        self._events = events
        self._cpu = cpu
        self._clock = clock
        self._columns = AlertColumns()
        self._epoch = ""
        self._changes = Change(0, 0)
        self._seen: Hashable = None
        self._looking = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._columns)

    async def page(
        self, wanted: Criteria, order: Order, after: Place | None, limit: int
    ) -> tuple[list[int], Place | None]:
        """Numbers of the alerts of a page, and its end; None: it is the last. Raises ServiceUnavailable."""
        await self.refresh()
        columns = self._columns
        cost_us = _ROW_US * len(columns)
        return await self._cpu.run(columns.page, wanted, order, after, limit, self._clock(), cost_us=cost_us)

    async def alerts(self, numbers: list[int]) -> list[bytes]:
        """The alerts of a page as JSON, as of the last look or later. Raises ServiceUnavailable."""
        return await self._bodies.of(numbers)

    async def rules(self) -> frozenset[str]:
        """Names of the rules that have a stored alert. Raises ServiceUnavailable."""
        await self.refresh()
        return self._columns.rules

    async def symbols(self) -> frozenset[str]:
        """Symbols that have a stored alert. Raises ServiceUnavailable."""
        await self.refresh()
        return self._columns.symbols

    async def warm_up(self) -> None:
        """Read all there is ahead of the first question, which waits for it otherwise."""
        try:
            await self.refresh()
        except PASSING as trouble:
            log.info("alerts are read when they are asked for", reason=str(trouble))
            return
        log.info("alerts can be listed", alerts=len(self))

    async def refresh(self) -> None:
        """Bring in what was committed since the last look. Raises ServiceUnavailable."""
        version = self._events.version
        if version == self._seen:
            return
        async with self._looking:
            version, epoch = self._events.version, self._events.epoch
            if version == self._seen:
                return
            if epoch != self._epoch:  # a restored database may have lost alerts that are here
                self._columns, self._epoch, self._changes = AlertColumns(), epoch, Change(0, 0)
                self._bodies.changed()
            await self._bring_new()
            await self._bring_changes()
            self._seen = version

    async def _bring_new(self) -> None:
        columns = self._columns
        while (new := await self._table.after(columns.last, _AT_ONCE)) is not None:
            columns.extend(new)

    async def _bring_changes(self) -> None:
        while (found := await self._table.changed_after(self._changes, _AT_ONCE)) is not None:
            changed, self._changes = found
            self._columns.update(changed)
            self._bodies.changed(changed.number.tolist())
