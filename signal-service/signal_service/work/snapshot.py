"""The snapshot that screens ask: built in the background at the start, and kept current."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from chitti_shared.contracts.signals.patterns import PATTERNS
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger
from chitti_shared.market_time import IST

from signal_service.alerts.news import FRESH_SESSIONS, News, view_of
from signal_service.screening.snapshot import NewsRow, Parts, Snapshot, assemble
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.storage.screens import ScreenTables, Tops
from signal_service.storage.sources import SourceTables
from signal_service.work.books import Books
from signal_service.work.price_rows import Priced, PriceRows
from signal_service.work.tail import Clock
from signal_service.work.watch import PASSING, POLL_S

log = get_logger(__name__)

PATTERN_SESSIONS = 5
DEFECT_PAUSE_S = 5.0
FIRST_WAIT_S = 20.0  # how long a screen waits for the first snapshot
_LOOKBACK = timedelta(days=FRESH_SESSIONS + 12)  # calendar days that hold the sessions even over holidays
_COST_US = 5_000.0  # little, and so not behind the searches and the records of a start, which take the bulk lane


@dataclass(frozen=True, slots=True)
class Built:
    """A snapshot, and when it was made."""

    snapshot: Snapshot
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the first snapshot is."""

    symbols: int
    of: int


class Screens:
    """Keeps one snapshot: each part is read anew when its source has moved.

    Every instance has its own; nothing but reads.
    """

    def __init__(
        self,
        *,
        prices: PriceRows,
        tables: ScreenTables,
        figures: FundamentalTable,
        sources: SourceTables,
        books: Books,
        cpu: Lanes,
        clock: Clock,
    ) -> None:
        self._prices = prices
        self._tables = tables
        self._figures = figures
        self._sources = sources
        self._books = books
        self._cpu = cpu
        self._clock = clock
        self._work = asyncio.Event()
        self._first = asyncio.Event()
        self._seen: Tops | None = None
        self._day: date | None = None
        self._book = -1
        self._priced: dict[str, Priced] = {}
        self._parts = Parts(companies={}, prices={})
        self.built: Built | None = None
        self.standing = Standing(0, 0)
        self.trouble: str | None = None

    def wake(self) -> None:
        """Something may have changed."""
        self._work.set()

    async def run(self) -> None:
        """Keep the snapshot current, until cancelled."""
        while True:
            self._work.clear()
            await self._attempt()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._work.wait()

    async def now(self, tell: Callable[[Standing], None] | None = None) -> Built:
        """The snapshot; waits for the first one, and tells how far it is.

        Raises
        ------
        ServiceUnavailable
            It takes longer than 20 s, and nobody is told meanwhile.
        """
        waited_until = asyncio.get_running_loop().time() + FIRST_WAIT_S
        while self.built is None:
            if tell is not None:
                tell(self.standing)
            elif asyncio.get_running_loop().time() >= waited_until:
                raise ServiceUnavailable(
                    f"the snapshot is being built: {self.standing.symbols} of {self.standing.of} symbols"
                    + (f" ({self.trouble})" if self.trouble else ""),
                    retry_after_ms=1000,
                )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await self._first.wait()
        return self.built

    async def refresh(self) -> bool:
        """Take in what changed; False: nothing did. Raises what `PASSING` lists."""
        tops = await self._tables.tops()
        today = self._clock().astimezone(IST).date()
        book = (await self._books.now()).book
        seen = self._seen
        if (seen, self._day, self._book) == (tops, today, book.version):
            return False
        parts = self._parts
        if seen is None or seen.prices != tops.prices:
            await self._read_prices(seen.prices if seen is not None else -1)
            companies = await self._tables.companies()
            for gone in self._priced.keys() - companies.keys():  # renamed: the company has its bars under a new symbol
                del self._priced[gone]
            rows = {symbol: one.row for symbol, one in self._priced.items()}
            parts = replace(parts, prices=rows, companies=companies)
        if seen is None or seen.figures != tops.figures or today != self._day:
            parts = await self._with_figures(parts, today)
        if seen is None or (seen.news, seen.prices) != (tops.news, tops.prices):
            parts = replace(parts, news=await self._news())
        if seen is None or (seen.judged, self._book) != (tops.judged, book.version):
            holding = await self._tables.holding()
            rules = {side.key[0]: holding.rules.get(side.key[0], {}) for side in book.sides}
            parts = replace(parts, rules=rules, judged=holding.judged)
        looked_at = (tops.patterns, tops.searched, tops.prices)
        if seen is None or (seen.patterns, seen.searched, seen.prices) != looked_at:
            parts = replace(parts, patterns=await self._patterns(tops))
        snapshot = await self._cpu.run(assemble, parts, cost_us=_COST_US)
        self._parts, self._seen, self._day, self._book = parts, tops, today, book.version
        self.built = Built(snapshot, self._clock())
        self._first.set()
        return True

    async def _read_prices(self, after: int) -> None:
        """Ask for symbols whose bars changed. What came before a failure is kept, and asked again."""
        symbols = await self._sources.changed_symbols(after)
        done = 0
        self.standing = Standing(0, len(symbols))
        async for some in self._prices.of(symbols):
            for symbol, priced in some.items():
                if priced is None:
                    self._priced.pop(symbol, None)
                else:
                    self._priced[symbol] = priced
            done += len(some)
            self.standing = Standing(done, len(symbols))

    async def _with_figures(self, parts: Parts, today: date) -> Parts:
        figures: dict[str, dict[str, float]] = {}
        units = {}
        for one in await self._figures.newest(today):
            figures.setdefault(one.metric, {})[one.symbol] = one.value
            units[one.metric] = one.unit
        return replace(parts, figures=figures, units=units, companies=await self._tables.companies())

    async def _news(self) -> dict[str, NewsRow]:
        if not self._priced:
            return {}
        oldest = min(one.row.day for one in self._priced.values())
        # A symbol that is traded no more must not make the news of years be read
        newest = max(one.row.day for one in self._priced.values())
        since = datetime.combine(max(oldest, newest - _LOOKBACK), time(), tzinfo=UTC) - _LOOKBACK
        articles = await self._sources.fresh_news(list(self._priced), since)
        days = {symbol: one.days for symbol, one in self._priced.items()}
        return await self._cpu.run(_rows_of, articles, days, cost_us=_COST_US)

    async def _patterns(self, tops: Tops) -> dict[str, dict[str, float]]:
        """Every pattern there is, by symbol; none as long as nobody has looked for any."""
        if not tops.patterns:
            return {}
        found = await self._tables.patterns(PATTERN_SESSIONS)
        return {one.name: found.get(one.name, {}) for one in PATTERNS} | found

    async def _attempt(self) -> None:
        """Refresh; where a dependency is down, wait a little."""
        try:
            await self.refresh()
        except PASSING as trouble:
            if self._note(trouble):
                log.warning("screens wait for a dependency", reason=self.trouble)
            await asyncio.sleep(random.uniform(0.1, POLL_S))  # noqa: S311 - jitter, not a secret
        except Exception as defect:
            if self._note(defect):
                log.exception("a snapshot failed and is tried again")
            await asyncio.sleep(DEFECT_PAUSE_S)
        else:
            self.trouble = None

    def _note(self, trouble: Exception) -> bool:
        """Remember what it waits for; False when that is known already."""
        message = str(trouble) or type(trouble).__name__
        known, self.trouble = self.trouble == message, message
        return not known


def _rows_of(articles: dict[str, list[News]], days: dict[str, tuple[date, ...]]) -> dict[str, NewsRow]:
    rows: dict[str, NewsRow] = {}
    for symbol, told in articles.items():
        if told:
            view = view_of(told, days[symbol])
            if view.articles:
                sides = any(one.sentiment != "neutral" for one in view.articles)
                rows[symbol] = NewsRow(len(view.articles), view.score if sides else float("nan"))
    return rows
