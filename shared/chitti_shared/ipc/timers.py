"""Deadlines by the thousand: one timer of the event loop for all of them."""

from __future__ import annotations

import asyncio
import heapq
from typing import Protocol

TICK_S = 0.005
SWEEP_FROM = 1024  # empty slots


class Timed(Protocol):
    def expire(self) -> None: ...


class Wheel:
    """Calls `expire()` of each entry at its time, up to one tick late.

    Adding and removing cost a set operation each, since most deadlines never come.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: dict[int, set[Timed]] = {}
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0
        self._empty = 0  # slots without entries

    def add(self, when: float, entry: Timed) -> int:
        """Expire `entry` at loop time `when`; returns the slot that `discard` wants."""
        slot = int(when / TICK_S) + 1
        entries = self._slots.get(slot)
        if entries is None:
            self._slots[slot] = {entry}
            heapq.heappush(self._order, slot)
            if self._timer is None or slot < self._next:
                self._arm(slot)
        else:
            self._empty -= not entries
            entries.add(entry)
        return slot

    def discard(self, slot: int, entry: Timed) -> None:
        """Forget an entry; a no-op when it has expired."""
        entries = self._slots.get(slot)
        if entries is not None and entry in entries:
            entries.discard(entry)
            if not entries:
                self._empty += 1
                if self._empty >= SWEEP_FROM and self._empty * 2 > len(self._slots):
                    self._sweep()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._slots.clear()
        self._order.clear()
        self._empty = 0

    def _sweep(self) -> None:
        """Forget empty slots: those of days ahead would stay for days."""
        self._slots = {slot: entries for slot, entries in self._slots.items() if entries}
        self._order = list(self._slots)
        heapq.heapify(self._order)
        self._empty = 0

    def _arm(self, slot: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next = slot
        self._timer = self._loop.call_at(slot * TICK_S, self._turn)

    def _turn(self) -> None:
        self._timer = None
        now = int(self._loop.time() / TICK_S)
        due: list[Timed] = []
        while self._order and self._order[0] <= now:
            entries = self._slots.pop(heapq.heappop(self._order))
            self._empty -= not entries
            due.extend(entries)
        # slots whose entries were all discarded need no wake-up
        while self._order and not self._slots[self._order[0]]:
            del self._slots[heapq.heappop(self._order)]
            self._empty -= 1
        if self._order:
            self._arm(self._order[0])
        for entry in due:
            entry.expire()
