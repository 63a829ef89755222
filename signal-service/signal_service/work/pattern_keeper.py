"""Stores the patterns that newly imported bars complete."""

from __future__ import annotations

from chitti_shared.contracts.signals.patterns import PATTERNS
from chitti_shared.db import Pool
from chitti_shared.logs import get_logger

from signal_service.patterns.pattern import Pattern
from signal_service.storage.patterns import PatternTable, StoredPattern
from signal_service.storage.sources import SourceTables
from signal_service.storage.states import StateTable
from signal_service.work.scans import AT_ONCE, Scan, Scans
from signal_service.work.tail import Clock

log = get_logger(__name__)

NEWEST = 5  # bars: what older ones completed is no news, though `scan_patterns` finds it
_DIRECTIONS = {one.name: one.direction for one in PATTERNS}
# a bar completes half a dozen candlesticks of every symbol: those are found when they are asked for
KEPT = tuple(one.name for one in PATTERNS if one.family != "candlestick")


class PatternKeeper:
    """The leader's work after an import of prices: new bars, and corrections of old ones."""

    def __init__(
        self,
        *,
        pool: Pool,
        scans: Scans,
        sources: SourceTables,
        states: StateTable,
        patterns: PatternTable,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._scans = scans
        self._sources = sources
        self._states = states
        self._patterns = patterns
        self._clock = clock

    async def step(self) -> bool:
        """Search the symbols that imports have changed since the last time; False: there are none.

        A search that was broken off is done again, and finds what it stored already.
        """
        position = (await self._states.positions())["patterns"]
        top = await self._sources.price_top()
        if top <= position:
            return False
        symbols = await self._sources.changed_symbols(position)
        found = 0
        for at in range(0, len(symbols), AT_ONCE):
            found += await self._search(symbols[at : at + AT_ONCE])
        async with self._pool.transaction() as connection:
            await self._states.move(connection, "patterns", top, self._clock())
        log.info("prices searched for patterns", up_to=top, symbols=len(symbols), patterns=found)
        return True

    async def _search(self, symbols: list[str]) -> int:
        scans, refused = await self._scans.of(symbols, KEPT, newest=NEWEST)
        for symbol, refusal in refused.items():
            log.info("symbol was not searched for patterns", symbol=symbol, reason=refusal.message)
        stored = [_stored(one, scan) for scan in scans.values() for one in scan.patterns]
        searched = {scan.symbol: scan.date_of(max(len(scan.days) - NEWEST, 0)) for scan in scans.values()}
        async with self._pool.transaction() as connection:
            await self._patterns.keep(connection, searched, stored, self._clock())
        return len(stored)


def _stored(pattern: Pattern, scan: Scan) -> StoredPattern:
    return StoredPattern(
        symbol=scan.symbol,
        name=pattern.name,
        direction=_DIRECTIONS[pattern.name],
        first=scan.date_of(pattern.first),
        last=scan.date_of(pattern.last),
        quality=pattern.quality,
        target=pattern.target,
        invalidation=pattern.invalidation,
        points=[
            {"date": scan.date_of(point.bar).isoformat(), "price": point.price, "role": point.role}
            for point in pattern.points
        ],
    )
