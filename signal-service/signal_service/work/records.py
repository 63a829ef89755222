"""Track records kept current: made anew when prices, figures or rules have changed, by whoever needs them first."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger
from numpy.typing import NDArray

from signal_service.evaluation import Plan, SymbolFacts
from signal_service.evaluation.sessions import strengths_of
from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.forecasts import told_of, trust_of
from signal_service.scoring.markets import Closes, Market, market_of
from signal_service.scoring.records import Cases, Measured, Past, Tally, measured, past_of
from signal_service.scoring.scales import scale_of
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.storage.records import RecordState, RecordTable, industry_of
from signal_service.storage.sources import SourceTables
from signal_service.work.books import Ready
from signal_service.work.market import Market as Facts
from signal_service.work.tail import Clock

log = get_logger(__name__)

AT_ONCE = 50  # symbols whose facts are held at once
COST_US = 3_000.0  # of all rules on one history, and of its tally
BOOK_US = 500_000.0  # of putting all cases to the test


@dataclass(frozen=True, slots=True)
class _Kept:
    """Of one company's facts, what its record needs."""

    closes: Closes
    volume: NDArray[np.float64]
    holds: NDArray[np.uint8]
    news: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Followed:
    """What came of one company's cases and bars."""

    tally: Tally
    cases: Cases
    past: Past


@dataclass(frozen=True, slots=True)
class Records:
    """A book, and what it was made of."""

    state: RecordState
    book: Book


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is measured of a book of rules, and its mark."""

    ready: Ready
    rules: tuple[Measured, ...]
    mark: str

    @classmethod
    def of(cls, ready: Ready) -> _Measured:
        rules = tuple(measured(side) for side in ready.book.sides)
        return cls(ready, rules, rules_mark(rules))


class RecordKeeper:
    """The records of the rules, as of the newest imports of prices and of figures that they read."""

    def __init__(
        self,
        *,
        table: RecordTable,
        sources: SourceTables,
        figures: FundamentalTable,
        facts: Facts,
        cpu: Lanes,
        clock: Clock,
    ) -> None:
        self._table = table
        self._sources = sources
        self._figures = figures
        self._facts = facts
        self._cpu = cpu
        self._clock = clock
        self._only_one = asyncio.Lock()
        self._measured: _Measured | None = None
        self._kept: Records | None = None

    async def now(self, ready: Ready) -> Records:
        """The records of a book of rules; the same whoever asks, and whichever instance made them.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded
            The database or mojo-compute can't be reached; nothing was changed.
        """
        told = self._measured
        if told is None or told.ready is not ready:
            told = self._measured = _Measured.of(ready)
        async with self._only_one:
            figures = await self._figures.top() if ready.plan.metrics or ready.plan.ranked else 0
            wanted = RecordState(await self._sources.price_top(), figures, told.mark)
            if self._kept is None or self._kept.state != wanted:
                if await self._table.state() != wanted:
                    await self._make(ready.plan, told.rules, wanted)
                self._kept = Records(wanted, await self._table.load(told.rules))
            return self._kept

    async def _make(self, plan: Plan, rules: Sequence[Measured], wanted: RecordState) -> None:
        began = perf_counter()
        async with self._table.transaction() as connection:
            if await self._table.lock(connection) == wanted:
                return  # another instance was faster
            kept = await self._read(plan)
            market = await self._cpu.run(
                market_of, [one.closes for one in kept.values()], horizons_of(rules), cost_us=COST_US, lane="bulk"
            )
            followed = {
                symbol: await self._cpu.run(_followed, one, market, rules, cost_us=COST_US, lane="bulk")
                for symbol, one in kept.items()
            }
            book = await self._cpu.run(_book_of, followed, market, rules, cost_us=BOOK_US, lane="bulk")
            await self._table.save(connection, book, wanted, self._clock())
        seconds = round(perf_counter() - began, 3)
        log.info("track records made", symbols=len(followed), rules=len(rules), price_seq=wanted.price_seq, s=seconds)

    async def _read(self, plan: Plan) -> dict[str, _Kept]:
        symbols = await self._sources.stored_symbols()
        kept: dict[str, _Kept] = {}
        for start in range(0, len(symbols), AT_ONCE):
            found = await self._facts.facts(symbols[start : start + AT_ONCE], plan, history=True)
            for one in found.known.values():
                kept[one.symbol] = await self._cpu.run(_kept_of, plan, one, cost_us=COST_US, lane="bulk")
        return kept


def rules_mark(rules: Sequence[Measured]) -> str:
    """The same for the same rules, whatever their order."""
    marks = sorted(f"{one.rule} {one.direction} {one.mark}" for one in rules)
    return hashlib.blake2b("\n".join(marks).encode(), digest_size=16).hexdigest()


def _kept_of(plan: Plan, facts: SymbolFacts) -> _Kept:
    news = strengths_of(facts.articles, len(facts))
    return _Kept(Closes(facts.days, facts.close), facts.volume, plan.run(facts), news)


def _followed(one: _Kept, market: Market, rules: Sequence[Measured]) -> _Followed:
    past = past_of(one.closes.days, one.closes.close, one.volume, market, one.news)
    return _Followed(past.tally(one.holds, rules), past.cases(one.holds, rules), past)


def _book_of(followed: Mapping[str, _Followed], market: Market, rules: Sequence[Measured]) -> Book:
    industries = {symbol: industry_of(symbol) for symbol in followed}
    told = told_of(rules, {symbol: one.cases for symbol, one in followed.items()}, industries)
    tallies = {symbol: one.tally for symbol, one in followed.items()}
    newest = max((int(one.past.days[-1]) for one in followed.values()), default=0)
    scale = scale_of((one.past.by_horizon for one in followed.values()), newest)
    return Book(tuple(rules), market, industries, tallies, trust_of(told, rules, market), scale)
