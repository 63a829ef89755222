"""From symbols to alerts: facts in, rules, and everything that follows in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError, ServiceUnavailable
from chitti_shared.ipc import Lanes
from chitti_shared.logs import get_logger

from signal_service.alerts.bars import days_of
from signal_service.alerts.judgements import Judgement, judge
from signal_service.alerts.news import FRESH_SESSIONS, News
from signal_service.alerts.transitions import Decision, SymbolState, decide
from signal_service.evaluation import SymbolFacts
from signal_service.rules import RuleKey
from signal_service.rules.book import RuleBook
from signal_service.scoring.books import Book
from signal_service.storage.alerts import AlertTable
from signal_service.storage.mutes import MuteTable
from signal_service.storage.rules import RuleTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.states import Look, Source, StateTable
from signal_service.work.books import Books, Ready
from signal_service.work.market import Market
from signal_service.work.metrics import SignalMetrics
from signal_service.work.records import RecordKeeper, Records
from signal_service.work.tail import AlertLog, Clock
from signal_service.work.told import alert_of, encoded

log = get_logger(__name__)

# Calendar days that hold FRESH_SESSIONS sessions even over the longest run of holidays
_LOOKBACK = timedelta(days=FRESH_SESSIONS + 12)
_COST_US = 300.0  # of a symbol
_TOGETHER = 20  # symbols judged in one turn of the lane, which others wait for
_TRIES = 5  # the rules, or what is known of a symbol, may change between the reading and the writing


@dataclass(frozen=True, slots=True)
class Verdict:
    """One symbol judged: what holds, which of it was raised just now, and which alert stands for each."""

    judgement: Judgement
    created: frozenset[RuleKey]
    alert_ids: Mapping[RuleKey, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    verdicts: tuple[Verdict, ...]
    refused: Mapping[str, ChittiError]


class Judge:
    """Judges symbols and commits what is due."""

    def __init__(
        self,
        *,
        pool: Pool,
        market: Market,
        books: Books,
        records: RecordKeeper,
        rules: RuleTable,
        mutes: MuteTable,
        sources: SourceTables,
        alerts: AlertTable,
        states: StateTable,
        events: AlertLog,
        cpu: Lanes,
        metrics: SignalMetrics,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._market = market
        self._books = books
        self._records = records
        self._rules = rules
        self._mutes = mutes
        self._sources = sources
        self._alerts = alerts
        self._states = states
        self._events = events
        self._cpu = cpu
        self._metrics = metrics
        self._clock = clock

    async def run(self, symbols: list[str], done: Mapping[Source, int] | None = None) -> Outcome:
        """Judge the newest bar of each symbol; alerts, events, states and `done` commit together.

        Parameters
        ----------
        symbols : list of str
        done : mapping, optional
            Work that is finished with this: source -> its position.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded
            The database or mojo-compute can't be reached; nothing was changed.
        """
        for _ in range(_TRIES):
            ready = await self._books.now()
            looks = await self._states.looks(symbols)  # before anything is read that is judged
            records = await self._records.now(ready)  # first: they must know no later bar than the facts do
            found = await self._market.facts(symbols, ready.plan)
            facts = {one.symbol: one for one in found.known.values()}  # two names may be one company's
            if renamed := [symbol for symbol in facts if symbol not in symbols]:
                looks |= await self._states.looks(renamed)
            judgements = await self._judge(ready, records, facts, looks)
            verdicts = await self._commit(judgements, ready.book, looks, done or {})
            if verdicts is not None:
                for symbol, refusal in found.refused.items():
                    log.info("symbol was not judged", symbol=symbol, reason=refusal.message)
                return Outcome(tuple(verdicts), found.refused)
        raise ServiceUnavailable(
            "the rules, or the prices and news of these symbols, changed again and again while they were judged: "
            "try again",
            kind="rules",
        )

    async def finish(self, done: Mapping[Source, int]) -> None:
        """Note work that concerned no symbol."""
        async with self._pool.transaction() as connection:
            for source, position in done.items():
                await self._states.move(connection, source, position, self._clock())

    async def _judge(
        self, ready: Ready, records: Records, facts: Mapping[str, SymbolFacts], looks: Mapping[str, Look]
    ) -> list[Judgement]:
        if not facts:
            return []
        oldest = min(days_of(one.days[-1:])[0] for one in facts.values())
        news = await self._sources.fresh_news(list(facts), _midnight(oldest) - _LOOKBACK)
        version = ready.book.version
        waiting = [
            (one, news.get(one.symbol, []), one.symbol not in looks or looks[one.symbol].book_version < version)
            for one in facts.values()
        ]
        judgements: list[Judgement] = []
        for first in range(0, len(waiting), _TOGETHER):
            some = waiting[first : first + _TOGETHER]
            cost_us = _COST_US * len(some)
            judgements += await self._cpu.run(_judged, ready, records.book, some, cost_us=cost_us, lane="bulk")
        return judgements

    async def _commit(
        self, judgements: list[Judgement], book: RuleBook, looks: Mapping[str, Look], done: Mapping[Source, int]
    ) -> list[Verdict] | None:
        """Write what follows, all of it or nothing.

        None: the rules have changed meanwhile, or a symbol of which something would follow was judged by another
        since `looks`, who may have read newer bars or articles.
        """
        if not judgements:
            await self.finish(done)
            return []
        async with self._pool.transaction() as connection:
            if await self._rules.hold(connection) != book.version:
                return None
            row = await self._events.open(connection)
            known = await self._states.of(connection, [one.symbol for one in judgements])
            now = self._clock()
            silence = await self._mutes.silence(connection, now)
            decisions = [(one, decide(one, known.get(one.symbol), book, silence)) for one in judgements]
            if any(_is_overtaken(one, decision, known, looks) for one, decision in decisions):
                return None
            due = [finding for _, decision in decisions for finding in decision.alerts]
            told = [
                (finding.alert_id, encoded(alert_of(finding, now)))
                for finding in due
                if await self._alerts.insert(connection, finding, now)
            ]
            if told:
                await self._events.append(connection, row, told, now)
            changed = {one.symbol: decision.states for one, decision in decisions}
            judged = [(one.symbol, one.bar_date) for one in judgements]
            await self._states.save(connection, changed, judged, book.version, now)
            for source, position in done.items():
                await self._states.move(connection, source, position, now)
        if told:
            self._events.committed()
        raised = {alert_id for alert_id, _ in told}
        for finding in due:
            if finding.alert_id in raised:
                self._metrics.raised(finding.key)
        return [_verdict(one, decision, known.get(one.symbol), raised) for one, decision in decisions]


def _judged(ready: Ready, book: Book, waiting: Iterable[tuple[SymbolFacts, list[News], bool]]) -> list[Judgement]:
    sides, plan = ready.book.sides, ready.plan
    return [judge(sides, plan, one, news, book, look_back=look_back) for one, news, look_back in waiting]


def _is_overtaken(
    judgement: Judgement, decision: Decision, known: Mapping[str, SymbolState], looks: Mapping[str, Look]
) -> bool:
    """Whether something follows for a symbol that was judged since that look at it."""
    if decision.is_empty or judgement.symbol not in known:
        return False
    look = looks.get(judgement.symbol)
    return look is None or known[judgement.symbol].judged_at != look.at


def _verdict(judgement: Judgement, decision: Decision, known: SymbolState | None, raised: set[str]) -> Verdict:
    alert_ids = {
        key: state.last_alert_id for key, state in (known.rules.items() if known else ()) if state.last_alert_id
    }
    alert_ids |= {finding.key: finding.alert_id for finding in decision.alerts}
    created = frozenset(finding.key for finding in decision.alerts if finding.alert_id in raised)
    return Verdict(judgement, created, alert_ids)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
