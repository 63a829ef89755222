"""Track records and outcomes on a real database."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from chitti_shared.db import Pool, connect_pool
from chitti_shared.ipc import Lanes
from signal_service.evaluation import ArticleFacts, Plan, SymbolFacts
from signal_service.rules import RuleDocument, parse_document
from signal_service.rules.book import Entry, RuleBook
from signal_service.scoring.records import measured
from signal_service.scoring.scores import score_of
from signal_service.scoring.sums import Sums
from signal_service.scoring.trusts import LEVELS, PRIOR
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.storage.logs import LogTable
from signal_service.storage.outcomes import OutcomeTable
from signal_service.storage.records import RecordTable
from signal_service.storage.sources import SourceTables
from signal_service.work.books import Ready
from signal_service.work.market import Facts
from signal_service.work.records import RecordKeeper

NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)
SYMBOLS = ("TCS", "INFY", "WIPRO", "HCLTECH", "TECHM", "SBIN", "ITC", "TITAN", "LT", "CIPLA", "NTPC", "ONGC")
LENGTH = 300


def rule(**more: Any) -> RuleDocument:
    return parse_document({"name": "up", "bullish": {">": ["close", {"ago": ["close", 1]}]}} | more)


def ready_of(*documents: RuleDocument) -> Ready:
    book = RuleBook(1, tuple(Entry(one) for one in documents), {})
    return Ready(book, Plan([side.when for side in book.sides]))


class Walks:
    """Facts of companies whose prices walk at random; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.length = LENGTH
        self.articles: ArticleFacts | None = None

    def of(self, symbol: str) -> SymbolFacts:
        random = np.random.default_rng(sum(map(ord, symbol)))
        close = (100.0 * np.exp(np.cumsum(random.normal(0.0, 0.02, LENGTH))))[: self.length]
        volume = random.uniform(1.0, 9.0, LENGTH)[: self.length]
        return SymbolFacts(symbol, None, np.arange(self.length), *[close] * 4, volume, articles=self.articles)

    async def facts(self, symbols: Iterable[str], plan: Plan, *, history: bool = False) -> Facts:
        assert history
        self.asked += 1
        return Facts({symbol: self.of(symbol) for symbol in symbols}, {})


@pytest.fixture
def walks() -> Walks:
    return Walks()


@pytest.fixture
async def keeper(pool: Pool, walks: Walks, stock_market: Any) -> Any:
    for symbol in SYMBOLS:
        await stock_market.store(symbol, [100.0] * 2)
    with closing(Lanes()) as cpu:
        yield lambda: RecordKeeper(
            table=RecordTable(pool),
            sources=SourceTables(pool),
            figures=FundamentalTable(pool),
            facts=walks,  # type: ignore[arg-type]
            cpu=cpu,
            clock=lambda: NOW,
        )


async def test_records_are_made_once_and_read_by_all(keeper: Any, walks: Walks) -> None:
    ready = ready_of(rule(), rule(name="slow", horizon=20))
    first, again = keeper(), keeper()
    made = await first.now(ready)
    assert walks.asked == 1
    assert await first.now(ready) is made
    read = await again.now(ready)
    assert walks.asked == 1
    assert set(read.book.tallies) == set(SYMBOLS)
    for symbol in SYMBOLS:
        np.testing.assert_array_equal(read.book.tallies[symbol].sums, made.book.tallies[symbol].sums)
        facts = walks.of(symbol)
        told = [
            score_of(one.book, ("slow", 1), symbol, facts.days, facts.close, facts.volume, 0.5) for one in (made, read)
        ]
        assert told[0] == told[1]
        assert told[0].levels.company.cases > 0


async def test_records_are_believed_as_far_as_they_foretold(keeper: Any) -> None:
    made = await keeper().now(ready_of(rule(), rule(name="slow", horizon=20)))
    trust = (await keeper().now(ready_of(rule(), rule(name="slow", horizon=20)))).book.trust
    assert made.book.trust == trust
    assert trust != PRIOR
    assert [sum(getattr(trust, level)) for level in LEVELS] == pytest.approx([1.0] * 4)


async def test_moves_after_news_are_measured_apart(keeper: Any, walks: Walks) -> None:
    walks.articles = ArticleFacts(np.array([100, 200]), np.array([0.9, -0.2]), np.array([1.0, 0.5]), ("", ""))
    read = await keeper().now(ready_of(rule()))
    factors = read.book.factors(5)
    assert factors.bars.tolist()[1:] == [4 * len(SYMBOLS), 0, 4 * len(SYMBOLS)]
    assert factors.news[[0, 2]].tolist() == [1.0, 1.0]
    assert (factors.news[[1, 3]] != 1.0).all()
    facts = walks.of("TCS")
    told = [
        score_of(read.book, ("up", 1), "TCS", facts.days, facts.close, facts.volume, news).impact
        for news in (None, 0.95, 0.5)
    ]
    assert [one.news_factor for one in told] == [1.0, factors.news[3], 1.0]
    assert [one.news_bars for one in told] == [0, 4 * len(SYMBOLS), 0]
    assert (told[1].expected_move or 0.0) == pytest.approx((told[0].expected_move or 0.0) * factors.news[3])
    assert all(one.rank is not None and 0.0 < one.rank < 1.0 for one in told)


async def test_records_of_an_earlier_release_are_made_anew(keeper: Any, walks: Walks, pool: Pool) -> None:
    ready = ready_of(rule())
    before = await keeper().now(ready)
    await pool.execute("DELETE FROM signals.record_trusts")  # as migration 0020 leaves them
    await pool.execute("UPDATE signals.record_state SET rules = ''")
    after = await keeper().now(ready)
    assert walks.asked == 2
    assert after.book.trust == before.book.trust != PRIOR


async def test_ten_at_once_make_them_once(keeper: Any, walks: Walks) -> None:
    ready = ready_of(rule())
    one, other = keeper(), keeper()  # two instances
    made = await asyncio.gather(*(each.now(ready) for each in (one, other) for _ in range(5)))
    assert walks.asked == 1
    assert len({one.state for one in made}) == 1


async def test_an_import_makes_them_anew(keeper: Any, walks: Walks, stock_market: Any) -> None:
    ready, one = ready_of(rule()), keeper()
    walks.length = 200
    before = await one.now(ready)
    walks.length = LENGTH
    assert await one.now(ready) is before
    await stock_market.store("TCS", [100.0] * 3)
    after = await one.now(ready)
    key = ("up", 1)
    assert after.book.everyone(key).cases > before.book.everyone(key).cases
    assert after.state.price_seq == before.state.price_seq + 1


async def test_figures_make_those_of_rules_that_read_them_anew(keeper: Any, walks: Walks, database: Any) -> None:
    reading = ready_of(rule(bullish={">": [{"sector_rank": "roe"}, 50]}))
    one, other = keeper(), keeper()
    before = await one.now(reading)
    async with await connect_pool(database.url_of("mojo-compute"), application_name="figures") as importer:
        await importer.execute("UPDATE md.fundamentals_counter SET seq = seq + 1")
    after = await one.now(reading)
    assert (walks.asked, before.state.figures_seq, after.state.figures_seq) == (2, 0, 1)
    assert (await other.now(reading)).state == after.state
    assert walks.asked == 2
    assert (await one.now(ready_of(rule()))).state.figures_seq == 0  # prices alone


async def test_another_horizon_is_another_record(keeper: Any, walks: Walks) -> None:
    one = keeper()
    five = await one.now(ready_of(rule()))
    ten = await one.now(ready_of(rule(horizon=10)))
    assert walks.asked == 2
    assert five.book.everyone(("up", 1)) != ten.book.everyone(("up", 1))
    assert ten.book.market.horizons == (10,)


async def test_records_of_a_rule_that_has_changed_are_not_read(keeper: Any, pool: Pool) -> None:
    await keeper().now(ready_of(rule()))
    changed = [measured(side) for side in rule(cooldown=9).sides]
    book = await RecordTable(pool).load(changed)
    assert book.everyone(("up", 1)) == Sums()


class Exchange:
    """Bars and alerts, written as their owners do."""

    def __init__(self, bars: Pool, alerts: Pool) -> None:
        self._bars = bars
        self._alerts = alerts

    async def trade(self, symbol: str, first: date, closes: list[float]) -> None:
        instrument = await self._bars.fetchval(
            "INSERT INTO md.instruments (symbol, first_bar, last_bar) VALUES ($1, $2, $2)"
            " ON CONFLICT (symbol) DO UPDATE SET last_bar = excluded.last_bar RETURNING instrument_id",
            symbol, first,
        )  # fmt: skip
        await self._bars.execute("SELECT md.ensure_years('md.eod_prices', $1, $1)", first)
        for step, close in enumerate(closes):
            await self._bars.execute(
                "INSERT INTO md.eod_prices"
                " (instrument_id, trade_date, open, high, low, close, volume, adjusted, source)"
                " VALUES ($1, $2, $3, $3, $3, $3, 1, false, 'test')",
                instrument, first + timedelta(days=step), close,
            )  # fmt: skip

    async def rename(self, old: str, new: str, day: date) -> None:
        instrument = await self._bars.fetchval(
            "UPDATE md.instruments SET symbol = $2 WHERE symbol = $1 RETURNING instrument_id", old, new
        )
        await self._bars.execute("INSERT INTO md.symbol_aliases VALUES ($1, $2, $3)", old, day, instrument)

    async def split(self, symbol: str, day: date, factor: float) -> None:
        await self._bars.execute(
            "INSERT INTO md.adjustments SELECT instrument_id, $2, 'split', $3::float8, 1 / $3::float8"
            " FROM md.instruments WHERE symbol = $1",
            symbol, day, factor,
        )  # fmt: skip

    async def alert(self, symbol: str, day: date, direction: str = "bullish", horizon: int = 2) -> str:
        name = hashlib.blake2b(f"{symbol} {day} {direction}".encode(), digest_size=16).hexdigest()
        await self._alerts.execute(
            "INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence_basis, price,"
            " bar_date, as_of, created_at, summary, evidence, horizon)"
            " VALUES ($1, $2, 'technical', 'up', $3, 50, 'none', 100, $4, $5, $5, 'up', $6, $7)",
            name, symbol, direction, day, NOW, [{"name": "close", "value": 1, "source": "test"}], horizon,
        )  # fmt: skip
        return name


@pytest.fixture
async def exchange(pool: Pool, stock_market: Any) -> Exchange:
    await LogTable(pool, "alerts").create("1")  # every change of an alert counts in its log
    return Exchange(stock_market._pool, pool)


DAY = date(2025, 9, 1)


async def test_an_outcome_is_found_once_its_horizon_is_over(pool: Pool, exchange: Exchange) -> None:
    outcomes = OutcomeTable(pool)
    await exchange.trade("TCS", DAY, [100.0, 90.0])
    rises, falls = await exchange.alert("TCS", DAY), await exchange.alert("TCS", DAY, "bearish")
    assert await outcomes.find() == 0
    assert await outcomes.of(rises) is None
    await exchange.trade("TCS", DAY + timedelta(days=2), [104.0, 50.0])
    assert await outcomes.find() == 2
    found = await outcomes.of(rises)
    assert found is not None
    assert (found.hit, found.bar_date, found.change) == (True, DAY + timedelta(days=2), pytest.approx(0.04))
    against = await outcomes.of(falls)
    assert against is not None
    assert not against.hit
    assert await outcomes.find() == 0
    counted = await outcomes.counted()
    assert (counted["up", "bullish"].hits, counted["up", "bearish"].misses) == (1, 1)
    assert counted["up", "bullish"].mean_return == pytest.approx(0.04)
    assert await outcomes.counted("INFY") == {}


async def test_a_close_that_came_back_to_where_it_was_is_a_miss_both_ways(pool: Pool, exchange: Exchange) -> None:
    await exchange.trade("TCS", DAY, [100.0, 90.0, 100.0])
    names = [await exchange.alert("TCS", DAY, direction) for direction in ("bullish", "bearish")]
    outcomes = OutcomeTable(pool)
    assert await outcomes.find() == 2
    assert [one.hit for name in names if (one := await outcomes.of(name)) is not None] == [False, False]


async def test_an_outcome_survives_a_split_and_a_new_name(pool: Pool, exchange: Exchange) -> None:
    await exchange.trade("OLD", DAY, [100.0, 101.0, 52.0])
    name = await exchange.alert("OLD", DAY)
    await exchange.split("OLD", DAY + timedelta(days=2), 0.5)
    await exchange.rename("OLD", "NEWNAME", DAY + timedelta(days=2))
    outcomes = OutcomeTable(pool)
    assert await outcomes.find() == 1
    found = await outcomes.of(name)
    assert found is not None
    assert found.change == pytest.approx(0.04)


async def test_an_alert_of_a_symbol_without_bars_stays_open(pool: Pool, exchange: Exchange) -> None:
    await exchange.alert("NOBARS", DAY)
    outcomes = OutcomeTable(pool)
    assert await outcomes.find() == 0
    assert (await outcomes.counted())["up", "bullish"].pending == 1
