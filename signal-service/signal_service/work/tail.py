"""The alert log as this process tells it: what is committed, marked and only then published."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.db import Pool
from chitti_shared.logs import get_logger
from chitti_shared.positions import Position

from signal_service.storage.logs import LogTable
from signal_service.streaming.cursors import Extent, new_epoch
from signal_service.streaming.epochs import LogRow, Mark, MarkFile, why_new_epoch
from signal_service.streaming.rings import Entry, Ring, entry_of

log = get_logger(__name__)

WARM = 1_000  # events loaded into the ring at start
PAGE = 500
KEEP_EVENTS = 100_000
KEEP_FOR = timedelta(days=7)

Clock = Callable[[], datetime]


class AlertLog:
    """One topic's log, seen from this process.

    Readers look at `ring` (events any client may hear of), `epoch` and `oldest`, and wait on
    `change()`. `refresh` brings in what was committed, by whichever instance.

    Parameters
    ----------
    on_state : async callable, optional
        Called when something changed that makes no event, before the events that followed it are
        published. What it raises, `refresh` raises.
    """

    def __init__(
        self,
        pool: Pool,
        table: LogTable,
        marks: MarkFile,
        clock: Clock,
        on_state: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._pool = pool
        self._table = table
        self._marks = marks
        self._clock = clock
        self._mark: Mark | None = None
        self._refreshing = asyncio.Lock()
        self._changed = asyncio.Event()
        self._committed = 0  # commits of this process
        self._published = 0  # how many of them are published
        self._on_state = on_state
        self.on_commit: Callable[[], None] | None = None  # called at once when this process committed something
        self._state_version = -1
        self.ring = Ring(0)
        self.epoch = ""
        self.oldest = 1
        self.waiting = asyncio.Event()  # there may be something to publish
        self.beats = 0
        self.beat = b""

    async def begin(self) -> None:
        """Make the log if there is none, and load its newest events. Raises ServiceUnavailable."""
        self._mark = await asyncio.to_thread(self._marks.read)
        await self._table.create(new_epoch())
        await self.refresh()
        self.tick()

    @property
    def extent(self) -> Extent:
        return Extent(self.epoch, self.oldest, self.ring.top)

    @property
    def top(self) -> Position:
        return Position(self.epoch, self.ring.top)

    @property
    def version(self) -> tuple[str, int, int, int]:
        """Changes whenever a stored alert may have changed: what a cached answer is valid for."""
        return self.epoch, self.ring.top, self._state_version, self._committed

    def change(self) -> asyncio.Event:
        """Set at the next publication, reset or heartbeat."""
        return self._changed

    def committed(self) -> None:
        """Say that this process committed a change: cached answers are stale, events may wait."""
        self._committed += 1
        self.waiting.set()
        if self.on_commit is not None:
            self.on_commit()

    async def open(self, connection: Any) -> LogRow:
        """Take the log for writing inside the caller's transaction; begins a new epoch if one is due.

        The row is the log's for the rest of the transaction: `append` after its `seq`, then `save`.
        """
        row, here = await self._table.lock(connection)
        reason = why_new_epoch(row, here, self._mark)
        if reason is not None:
            row = replace(row, cluster=here, lineage=(*row.lineage, new_epoch()))
            log.warning("the alert log begins a new epoch", reason=reason, epoch=row.epoch)
            await self._table.save(connection, row)
        return row

    async def append(self, connection: Any, row: LogRow, told: list[tuple[str, bytes]], now: datetime) -> None:
        """Append alerts (id, JSON) to the log that `open` gave, inside the same transaction."""
        await self._table.append(connection, row.seq + 1, told, now)
        await self._table.save(connection, replace(row, seq=row.seq + len(told)))

    async def catch_up(self) -> None:
        """Publish what this process has committed; nothing to do as a rule. Raises as `refresh`."""
        if self._published < self._committed:
            await self.refresh()

    async def refresh(self) -> None:
        """Publish what is committed and not yet known here. Raises ServiceUnavailable, OSError."""
        async with self._refreshing:
            committed = self._committed
            state = await self._table.look(self.ring.top, PAGE)
            if why_new_epoch(state.row, state.here, self._mark) is not None:
                async with self._pool.transaction() as connection:
                    await self.open(connection)
                state = await self._table.look(self.ring.top, PAGE)
            if self._on_state is not None and state.state_version != self._state_version:
                await self._on_state()
            self.oldest, self._state_version = state.oldest, state.state_version
            if state.row.epoch != self.epoch:
                await self._restart(state.row, max(state.oldest - 1, state.row.seq - WARM))
            elif state.row.seq > self.ring.top:
                await self._load(self.ring, state.row, state.newer)
                self._wake()
            self._published = committed

    async def page(self, after: int, limit: int) -> list[Entry] | None:
        """Up to `limit` published events after `after`, from the ring or else the table; None: expired."""
        recent = self.ring.after(after, limit)
        if recent is not None:
            return recent
        epoch, top = self.epoch, self.ring.top
        rows = await self._table.read(epoch, after, top, limit)
        if epoch != self.epoch or not rows or rows[0][0] != after + 1:
            return None
        return [entry_of(epoch, seq, data) for seq, data in rows]

    async def prune(self) -> None:
        """Drop events beyond the log's retention."""
        await self._table.prune(KEEP_EVENTS, self._clock() - KEEP_FOR)

    def tick(self) -> None:
        """Make the next heartbeat, one for all readers."""
        beat = signals.Heartbeat(top=str(self.top), ts=self._clock())
        self.beat = b'"event":"hb","data":' + msgspec.json.encode(beat)
        self.beats += 1
        self._wake()

    async def _restart(self, row: LogRow, start: int) -> None:
        ring = Ring(start)
        await self._load(ring, row)
        self.ring, self.epoch = ring, row.epoch
        self._wake()

    async def _load(self, ring: Ring, row: LogRow, rows: list[tuple[int, bytes]] | None = None) -> None:
        """Bring `ring` up to the row's top: marked on disk first, then published. `rows` are its next, if known."""
        await self._note(Mark(row.epoch, row.seq))
        while ring.top < row.seq:
            if rows is None:
                rows = await self._table.read(row.epoch, ring.top, row.seq, PAGE)
            if not rows:
                ring.skip_to(row.seq)
                return
            if rows[0][0] != ring.top + 1:  # pruned meanwhile
                ring.skip_to(rows[0][0] - 1)
            for seq, data in rows:
                ring.append(entry_of(row.epoch, seq, data))
            rows = None

    async def _note(self, mark: Mark) -> None:
        if mark != self._mark:
            await asyncio.to_thread(self._marks.write, mark)
            self._mark = mark

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
