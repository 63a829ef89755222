"""The facts on symbols, of a real mojo-compute and a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import market as contract
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import ComputationError, PayloadTooLarge
from chitti_shared.expressions import parse_rule
from chitti_shared.ipc import Client, Lanes
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.__main__ import wire
from prometheus_client import CollectorRegistry
from signal_service.evaluation import Plan
from signal_service.patterns.finding import qualities
from signal_service.storage.fundamentals import FundamentalTable
from signal_service.work.histories import size_of
from signal_service.work.market import Market

pytestmark = pytest.mark.integration

SAMPLE = Path(__file__).parents[2] / "data" / "mojo_compute"
CLOSE = datetime(2025, 9, 30, 10, tzinfo=UTC)  # of the newest bar of the files: 15:30 in India


class Counting:
    """A client that counts what is asked of mojo-compute."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.asked: list[list[str]] = []

    async def call(self, action: Any, request: Any, **options: Any) -> Any:
        self.asked.append(list(request.symbols))
        return await self._client.call(action, request, **options)


def plan_of(*documents: Any) -> Plan:
    return Plan([parse_rule({"when": one}).bind() for one in documents])


TREND = plan_of({"crosses_above": [{"sma": 5}, {"sma": 10}]}, {">": [{"pattern": "double_bottom"}, 0]})
NEWS = plan_of({">": [{"sentiment": 3}, 0]}, {">=": [{"event": ["order_win", 3]}, 1]})


@pytest.fixture
async def compute(database: Database, folder: Path) -> AsyncIterator[Client]:
    url = database.url_of("mojo-compute")
    settings = Settings(_env_file=None, chitti_runtime_dir=folder, database_url_mojo_compute=url)
    async with AsyncExitStack() as stack:
        server = await wire(settings, stack)
        await server.start(settings.listen_of("mojo-compute"))
        stack.push_async_callback(server.close, 1)
        client = Client(MOJO_COMPUTE, settings.listen_of("mojo-compute"), registry=CollectorRegistry())
        stack.push_async_callback(client.close)
        for name in ("INFY", "TATAMOTORS"):
            await upload(client, (SAMPLE / f"{name}.csv").read_bytes(), name)
        yield client


async def upload(client: Client, document: bytes, symbol: str) -> None:
    request = contract.ImportPricesRequest(document=Blob(document), filename=f"{symbol}.csv")
    await client.call(contract.IMPORT_PRICES, request)


@pytest.fixture
async def service_pool(database: Database) -> AsyncIterator[Pool]:
    async with await connect_pool(database.url_of("signal-service"), application_name="test") as pool:
        yield pool


@pytest.fixture
def counted(compute: Client) -> Counting:
    return Counting(compute)


@pytest.fixture
def market(counted: Counting, service_pool: Pool) -> Market:
    return Market(counted, Lanes(), service_pool)  # type: ignore[arg-type]


async def tell(
    database: Database, symbol: str, seen: datetime, *, published: datetime | None = None, event: str | None = None
) -> None:
    """Store one article with a score of 0.8 on a symbol."""
    async with (
        await connect_pool(database.url_of("news-nlp"), application_name="news") as pool,
        pool.transaction() as to,
    ):
        article = await to.fetchval("UPDATE news.ingest_counter SET last_id = last_id + 1 RETURNING last_id")
        await to.execute(
            "INSERT INTO news.articles (article_id, identity, title, summary, url, source, source_host, published_at,"
            " first_seen_at, cluster_id, price_move, sentiment, score, confidence, phrases, model, event)"
            " VALUES ($1, decode(md5($1::bigint::text), 'hex'), 'news', '', '', 'Wire', 'wire.example', $2, $3, $1,"
            " false, 'bullish', 0.8, 0.9, '[]', 'lexicon', $4)",
            article, published, seen, event,
        )  # fmt: skip
        await to.execute("INSERT INTO news.sentiments VALUES ($1, $2, 'bullish', 0.8, 0.9)", article, symbol)


async def test_facts_are_the_stored_bars_with_columns_and_patterns(market, compute):
    found = await market.facts(["INFY", "TATAMOTORS", "NOSUCH"], TREND, history=True)
    assert list(found.known) == ["INFY", "TATAMOTORS"]
    assert {symbol: error.code for symbol, error in found.refused.items()} == {"NOSUCH": "not_found"}
    facts = found.known["INFY"]
    bars = await compute.call(contract.GET_PRICES, contract.GetPricesRequest(symbol="INFY"), reply_as="binary")
    prices = [getattr(facts, name) for name in ("open", "high", "low", "close", "volume")]
    for name, column in zip(("open", "high", "low", "close", "volume"), prices, strict=True):
        np.testing.assert_array_equal(column, getattr(bars, name))
        assert not column.flags.writeable
    assert facts.days.astype("datetime64[D]").astype(str).tolist() == bars.dates
    np.testing.assert_allclose(
        facts.columns['{"sma":{"period":5}}'][4:], np.convolve(facts.close, np.ones(5) / 5, "valid")
    )
    np.testing.assert_array_equal(facts.patterns["double_bottom"], qualities(*prices)["double_bottom"])
    assert facts.industry == "Information Technology"
    assert TREND.run(facts).shape == (2, len(bars.dates))


async def test_of_columns_and_patterns_the_newest_bars_come_unless_all_are_asked_for(market, counted):
    recent = (await market.facts(["INFY"], TREND)).known["INFY"]
    whole = (await market.facts(["INFY"], TREND, history=True)).known["INFY"]
    assert (await market.facts(["INFY"], TREND)).known["INFY"].columns is recent.columns
    assert (await market.facts(["INFY"], TREND, history=True)).known["INFY"].columns is whole.columns
    assert counted.asked == [["INFY"], ["INFY"]]
    np.testing.assert_array_equal(recent.close, whole.close)
    for few, all_ in ((recent.columns, whole.columns), (recent.patterns, whole.patterns)):
        assert few.keys() == all_.keys()
        for name, values in few.items():
            assert len(values) == TREND.bars + 1
            np.testing.assert_array_equal(values, all_[name][-len(values) :])
            assert not values.flags.writeable
    assert TREND.run_last(recent).tolist() == TREND.run_last(whole).tolist()
    assert TREND.explain(0, recent) == TREND.explain(0, whole)
    with pytest.raises(ComputationError, match=f"on the newest {TREND.bars + 1} bars only, {len(recent)} are read"):
        TREND.run(recent)


async def test_whole_histories_of_all_leave_the_newest_bars_of_all_kept(counted, service_pool):
    """A pass over the universe costs after its records were made what it did before."""
    symbols = ["INFY", "TATAMOTORS"]
    measured = Market(counted, Lanes(), service_pool)
    newest = (await measured.facts(symbols, TREND)).known
    market = Market(counted, Lanes(), service_pool, limit=sum(map(size_of, newest.values())))
    await market.facts(symbols, TREND)
    await market.facts(symbols, TREND, history=True)
    asked = len(counted.asked)
    again = (await market.facts(symbols, TREND)).known
    assert len(counted.asked) == asked
    assert {symbol: facts.close.tolist() for symbol, facts in again.items()} == {
        symbol: facts.close.tolist() for symbol, facts in newest.items()
    }


async def test_prices_are_asked_for_once_until_an_import_changes_them(market, counted, compute):
    before = (await market.facts(["INFY", "TATAMOTORS"], TREND)).known
    await market.facts(["TATAMOTORS", "INFY"], TREND)
    assert counted.asked == [["INFY", "TATAMOTORS"]]
    await upload(compute, b"date,open,high,low,close,volume\n2025-10-01,1440,1450,1430,1445,1000\n", "INFY")
    after = (await market.facts(["INFY", "TATAMOTORS"], TREND)).known
    assert counted.asked[1:] == [["INFY"]]
    assert len(after["INFY"]) == len(before["INFY"]) + 1
    assert after["INFY"].close[-1] == 1445
    assert after["TATAMOTORS"].close is before["TATAMOTORS"].close


async def test_another_plan_asks_for_its_own_columns(market, counted):
    await market.facts(["INFY"], TREND)
    other = plan_of({">": [{"rsi": 14}, 70]})
    facts = (await market.facts(["INFY"], other)).known["INFY"]
    assert list(facts.columns) == list(other.columns)
    assert len(counted.asked) == 2


async def test_what_is_kept_stays_within_its_bytes(counted, service_pool):
    market = Market(counted, Lanes(), service_pool)
    size = size_of((await market.facts(["INFY"], TREND)).known["INFY"])
    small = Market(counted, Lanes(), service_pool, limit=size)
    for _ in range(2):
        await small.facts(["INFY"], TREND)
        await small.facts(["TATAMOTORS"], TREND)
    assert counted.asked == [["INFY"], ["INFY"], ["TATAMOTORS"], ["INFY"], ["TATAMOTORS"]]


async def test_a_former_symbol_has_the_facts_of_todays(market):
    found = (await market.facts(["TATAMOTORS"], TREND)).known["TATAMOTORS"]
    assert found.symbol in {"TATAMOTORS", "TMPV"}
    assert found.industry == "Automobile and Auto Components"


async def test_articles_count_on_the_first_bar_that_closes_after_they_were_seen(market, database):
    await tell(database, "INFY", CLOSE - timedelta(days=1), event="order_win")  # as Monday's session ended
    await tell(database, "INFY", CLOSE - timedelta(minutes=1))
    await tell(database, "INFY", CLOSE + timedelta(hours=3))
    found = (await market.facts(["INFY", "TATAMOTORS"], NEWS)).known
    facts = found["INFY"]
    newest = len(facts) - 1
    assert facts.articles.bars.tolist() == [newest - 1, newest, newest + 1]
    assert facts.articles.events == ("order_win", "", "")
    assert found["TATAMOTORS"].articles is None
    assert NEWS.run_last(facts).tolist() == [True, True]
    assert NEWS.run(facts)[:, -4:].tolist() == [[0, 0, 1, 1], [0, 0, 1, 1]]


async def test_news_that_a_feed_brought_late_counts_on_no_bar(market, database):
    old = CLOSE - timedelta(days=30)
    await tell(database, "INFY", CLOSE - timedelta(hours=1), published=old)
    await tell(database, "INFY", CLOSE + timedelta(hours=1), published=old)
    await tell(database, "INFY", CLOSE + timedelta(days=30))
    facts = (await market.facts(["INFY"], NEWS)).known["INFY"]
    assert facts.articles.bars.tolist() == []
    await tell(database, "INFY", CLOSE + timedelta(days=30), published=CLOSE - timedelta(hours=1))
    facts = (await market.facts(["INFY"], NEWS)).known["INFY"]
    assert facts.articles.bars.tolist() == [len(facts)]


async def test_older_articles_are_brought_for_histories_only(market, database):
    await tell(database, "INFY", CLOSE - timedelta(days=60))
    assert (await market.facts(["INFY"], NEWS)).known["INFY"].articles is None
    facts = (await market.facts(["INFY"], NEWS, history=True)).known["INFY"]
    assert len(facts.articles.bars) == 1
    assert NEWS.run(facts)[0].sum() == 3


async def test_articles_of_a_weekend_count_on_the_bar_before_the_newest_too(market, database):
    """Who looks at a symbol for the first time asks for that bar, to tell what is new from what was so already."""
    await tell(database, "INFY", CLOSE - timedelta(days=3))  # on Saturday: Monday's bar is the last but one
    one_session = plan_of({">=": [{"articles": 1}, 1]})
    facts = (await market.facts(["INFY"], one_session)).known["INFY"]
    assert one_session.run_newest(facts, 2).tolist() == [[1, 0]]


async def test_figures_are_read_with_their_days_and_ranks(market, database, counted):
    plan = plan_of({"<": [{"fundamental": "pe"}, 20]}, {">": [{"sector_rank": "pe"}, 50]})
    symbols = ["INFY", "TCS", "WIPRO", "HCLTECH", "TECHM", "LTIM", "COFORGE"]
    async with await connect_pool(database.url_of("mojo-compute"), application_name="figures") as pool:
        for number, symbol in enumerate(symbols):
            await pool.execute(
                "INSERT INTO md.fundamentals (instrument_id, metric, as_of, value, source)"
                " SELECT instrument_id, 'pe', '2025-09-29', $2, 'test' FROM md.instruments WHERE symbol = $1",
                symbol, 10.0 + number,
            )  # fmt: skip
        await pool.execute("UPDATE md.fundamentals_counter SET seq = seq + 1")
        facts = (await market.facts(["INFY"], plan)).known["INFY"]
        assert plan.run(facts)[:, -3:].tolist() == [[0, 1, 1], [0, 0, 0]]
        assert facts.sector_ranks["pe"].values.tolist() == [0.0]
        await pool.execute(
            "INSERT INTO md.fundamentals (instrument_id, metric, as_of, value, source)"
            " SELECT instrument_id, 'pe', '2025-09-30', 90, 'test' FROM md.instruments WHERE symbol = 'INFY'"
        )
        assert plan.run_last((await market.facts(["INFY"], plan)).known["INFY"]).tolist() == [True, False]
        await pool.execute("UPDATE md.fundamentals_counter SET seq = seq + 1")
        assert plan.run_last((await market.facts(["INFY"], plan)).known["INFY"]).tolist() == [False, True]
    assert counted.asked == [["INFY"]]  # figures move, prices don't


async def test_plans_that_take_turns_read_the_figures_once(market, database, monkeypatch):
    read = []
    histories = FundamentalTable.histories

    async def counted(self, metrics):
        read.append(metrics)
        return await histories(self, metrics)

    monkeypatch.setattr(FundamentalTable, "histories", counted)
    async with await connect_pool(database.url_of("mojo-compute"), application_name="figures") as pool:
        await pool.execute(
            "INSERT INTO md.fundamentals (instrument_id, metric, as_of, value, source)"
            " SELECT instrument_id, told, '2025-09-29', 15, 'test' FROM md.instruments,"
            " unnest(ARRAY['pe', 'roe']) AS told WHERE symbol = 'INFY'"
        )
        await pool.execute("UPDATE md.fundamentals_counter SET seq = seq + 1")
    cheap, good = plan_of({"<": [{"fundamental": "pe"}, 20]}), plan_of({">": [{"sector_rank": "roe"}, 50]})
    nobodys = plan_of({">": [{"fundamental": "no_such_figure"}, 0]})
    for plan in (cheap, good, cheap, good, nobodys, cheap, good):
        await market.facts(["INFY"], plan)
    assert read == [["pe"], ["pe", "roe"], ["no_such_figure", "pe", "roe"]]


async def test_histories_too_large_for_one_reply_come_in_parts(market, counted, monkeypatch):
    whole = counted.call

    async def narrow(action: Any, request: Any, **options: Any) -> Any:
        if len(request.symbols) > 1:
            raise PayloadTooLarge("too large")
        return await whole(action, request, **options)

    monkeypatch.setattr(counted, "call", narrow)
    found = await market.facts(["INFY", "TATAMOTORS", "NOSUCH"], TREND)
    assert set(found.known) == {"INFY", "TATAMOTORS"}
    assert set(found.refused) == {"NOSUCH"}
