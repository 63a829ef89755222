"""Everything that rules read of symbols, joined: bars and columns, patterns, articles, figures."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from chitti_shared.contracts import columns as contract
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError, NotFound, PayloadTooLarge
from chitti_shared.ipc import Client, Lanes

from signal_service.evaluation import ALL_BARS, Plan, SymbolFacts
from signal_service.evaluation.facts import ArticleFacts
from signal_service.evaluation.sessions import articles_of
from signal_service.storage.articles import ArticleTable, Told
from signal_service.storage.bars import BarTable
from signal_service.work.figures import Figures
from signal_service.work.histories import Histories, histories_of, request_of

AT_ONCE = 50  # symbols of one request to mojo-compute
TOGETHER = 3  # requests on their way at a time: two are computed while the third one is read
_COST_US = 30_000.0  # of taking a reply apart, patterns included
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts by the symbol asked for, and why the other symbols have none."""

    known: dict[str, SymbolFacts]
    refused: dict[str, ChittiError]


class Market:
    """Brings the facts on symbols; what follows from prices alone is kept until they change.

    Parameters
    ----------
    client : Client
        Of mojo-compute, which has the bars and computes the columns.
    cpu : Lanes
    pool : Pool
    limit : int
        Bytes of histories that are kept of the newest bars; of all bars a quarter of that.
    """

    def __init__(self, client: Client, cpu: Lanes, pool: Pool, limit: int = 64 << 20) -> None:
        self._client = client
        self._cpu = cpu
        self._bars = BarTable(pool)
        self._articles = ArticleTable(pool)
        self._figures = Figures(pool)
        self._kept = Histories(limit)

    async def facts(self, symbols: Iterable[str], plan: Plan, *, history: bool = False) -> Facts:
        """What a plan reads of each symbol.

        Parameters
        ----------
        symbols : iterable of str
        plan : Plan
        history : bool
            Whether columns, patterns and articles of all bars are wanted; else those that decide about the newest
            bar and the one before it. Prices are of all bars.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded
            The database or mojo-compute can't be asked now; nothing is known about any symbol.
        """
        asked = list(dict.fromkeys(symbols))
        found = await self._histories(asked, plan, whole=history)
        articles = await self._told(found.known, plan, history=history)
        figures = await self._figures.of(plan.metrics, plan.ranked)
        known = {
            symbol: dataclasses.replace(
                facts,
                articles=articles.get(symbol),
                fundamentals=figures.fundamentals(facts.symbol),
                sector_ranks=figures.ranks(facts.symbol),
            )
            for symbol, facts in found.known.items()
        }
        return Facts(known, found.refused)

    async def _histories(self, symbols: Sequence[str], plan: Plan, *, whole: bool) -> Facts:
        """Bars, columns and patterns: those that are kept and still true, the others anew."""
        versions = await self._bars.versions(symbols)
        found = Facts({}, {})
        missing: list[str] = []
        for symbol in symbols:
            kept = self._kept.find(symbol, versions.get(symbol), plan, whole=whole)
            if kept is None:
                missing.append(symbol)
            else:
                found.known[symbol] = kept
        waiting = iter([missing[first : first + AT_ONCE] for first in range(0, len(missing), AT_ONCE)])

        async def ask_on() -> None:
            for chunk in waiting:
                await self._ask(chunk, plan, found, whole=whole)

        await asyncio.gather(*(ask_on() for _ in range(TOGETHER)))
        return found

    async def _ask(self, symbols: Sequence[str], plan: Plan, found: Facts, *, whole: bool) -> None:
        request = request_of(symbols, plan, whole=whole)
        try:
            reply = await self._client.call(contract.COMPUTE_COLUMNS, request, reply_as="binary")
        except PayloadTooLarge:
            if len(symbols) == 1:
                raise
            half = len(symbols) // 2
            await self._ask(symbols[:half], plan, found, whole=whole)
            await self._ask(symbols[half:], plan, found, whole=whole)
            return
        for symbol, refusal in reply.refused.items():
            found.refused[symbol] = ChittiError.from_dict(
                {"error": refusal.error, "message": refusal.message, "details": refusal.details}
            )
        made = await self._cpu.run(partial(histories_of, reply, plan, whole=whole), lane="bulk", cost_us=_COST_US)
        for symbol, seq, facts in made:
            if len(facts):
                self._kept.keep(symbol, seq, plan, facts, whole=whole)
                found.known[symbol] = facts
            else:
                found.refused[symbol] = NotFound(f"no bars are stored for {symbol}", kind="symbol")

    async def _told(
        self, histories: Mapping[str, SymbolFacts], plan: Plan, *, history: bool
    ) -> dict[str, ArticleFacts]:
        if not plan.needs_news or not histories:
            return {}
        since = {symbol: _since(facts, plan, history=history) for symbol, facts in histories.items()}
        told = await self._articles.told(since)
        return {symbol: _facts_of(histories[symbol], one) for symbol, one in told.items()}


def _since(facts: SymbolFacts, plan: Plan, *, history: bool) -> datetime:
    """When an article must have been seen to count on a bar that is wanted."""
    bars = ALL_BARS if history else plan.bars + 2  # on the oldest bar counts what was seen since the one before it
    day = int(facts.days[max(0, len(facts) - bars)]) - 1  # midnight in India is the day before in UTC
    return datetime.fromtimestamp(day * _DAY_S, UTC)


def _facts_of(facts: SymbolFacts, told: Told) -> ArticleFacts:
    return articles_of(facts.days, told.seen, told.published, told.scores, told.confidences, told.events)
