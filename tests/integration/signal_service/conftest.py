"""The alert log on a real database, and a way to raise alerts on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts import columns, compute, signals
from chitti_shared.contracts.system import SYSTEM
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import NotFound
from chitti_shared.expressions.parsing import Parser
from chitti_shared.ipc import Client, Router, Server
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from signal_service.__main__ import wire
from signal_service.alerts.evidence import Fact
from signal_service.alerts.judgements import Finding
from signal_service.storage.alerts import AlertTable
from signal_service.storage.logs import LogTable
from signal_service.storage.rules import RuleTable
from signal_service.streaming.epochs import MarkFile
from signal_service.work.tail import AlertLog
from signal_service.work.told import alert_of, encoded

FIRST_DAY = date(2020, 1, 1)


def now() -> datetime:
    return datetime.now(UTC)


def finding_number(number: int, *, symbol: str = "TCS", impact: float = 50.0) -> Finding:
    """One of any number of distinct findings: each stands on a day of its own."""
    day = FIRST_DAY + timedelta(days=number)
    return Finding(
        symbol=symbol,
        kind="technical",
        rule="sma_crossover",
        direction="bullish",
        impact=impact,
        confidence=None,
        confidence_basis="0 earlier cases",
        price=100.5,
        bar_date=day,
        as_of=datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
        summary=f"finding {number}",
        lead=None,
        evidence=(Fact("close", 100.5, "INR", "md.eod_prices"),),
    )


class Desk:
    """One instance's view of the log, and the transaction that raises alerts."""

    def __init__(self, pool: Pool, marks: MarkFile, clock: Callable[[], datetime]) -> None:
        self.pool = pool
        self.alerts = AlertTable(pool)
        self.log = AlertLog(pool, LogTable(pool, "alerts"), marks, clock)
        self.clock = clock

    async def raise_alerts(
        self, *numbers: int, reached: asyncio.Event | None = None, before_commit: asyncio.Event | None = None
    ) -> None:
        """Commit one alert per number in one transaction.

        `reached` is set when all is written, and then `before_commit` waited for.
        """
        async with self.pool.transaction() as connection:
            row = await self.log.open(connection)
            told = []
            for number in numbers:
                finding = finding_number(number)
                assert await self.alerts.insert(connection, finding, self.clock())
                told.append((finding.alert_id, encoded(alert_of(finding, self.clock()))))
            await self.log.append(connection, row, told, self.clock())
            if reached is not None and before_commit is not None:
                reached.set()
                await before_commit.wait()

    async def published(self, after: int = 0) -> list[int]:
        """The numbers of the alerts a reader gets after a position."""
        await self.log.refresh()
        page = await self.log.page(after, 1000)
        assert page is not None
        return [int(entry.data.split(b'"finding ')[1].split(b'"')[0]) for entry in page]


@pytest.fixture
def finding() -> Callable[..., Finding]:
    return finding_number


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool with the rights of signal-service, no more."""
    async with await connect_pool(database.url_of("signal-service"), application_name="test") as connected:
        yield connected


@pytest.fixture
def open_desk(pool: Pool, folder: Path) -> Callable[..., object]:
    """Start an instance; instances with one `marks` name share the high-water mark."""

    async def start(marks: str = "marks", *, on: Pool = pool, clock: Callable[[], datetime] = now) -> Desk:
        desk = Desk(on, MarkFile(folder / marks, "alerts"), clock)
        await desk.log.begin()
        return desk

    return start


class Market:
    """Stored bars: rows that tell of them in the database, and the daemon that serves them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.bars: dict[str, dict[str, Any]] = {}
        self.seqs: dict[str, int] = {}
        self.after_prices: Callable[[], Awaitable[None]] | None = None  # what happens once bars were read

    async def store(self, symbol: str, close: list[float], **columns: list[float]) -> None:
        """Store bars of a symbol on weekdays that end on Tuesday, 30 September 2025."""
        days = [date(2025, 9, 30)]
        while len(days) < len(close):
            days.append(days[-1] - timedelta(days=3 if days[-1].weekday() == 0 else 1))
        days.reverse()
        prices = np.array(close)
        self.bars[symbol] = {
            "dates": [day.isoformat() for day in days],
            **{name: np.array(columns.get(name, close)) for name in ("open", "high", "low", "close")},
            "volume": np.array(columns.get("volume", np.full(len(prices), 1000.0))),
        }
        async with self._pool.transaction() as connection:
            seq = await connection.fetchval("UPDATE md.price_counter SET seq = seq + 1 RETURNING seq")
            await connection.execute(
                "INSERT INTO md.instruments (symbol, first_bar, last_bar, changed_seq) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (symbol) DO UPDATE SET last_bar = excluded.last_bar, changed_seq = excluded.changed_seq",
                symbol, days[0], days[-1], seq,
            )  # fmt: skip
            await connection.execute("SELECT pg_notify('prices_imported', $1)", str(seq))
        self.seqs[symbol] = seq


def market_router() -> Router[Market]:
    """What signal-service asks of mojo-compute, answered with numpy; the other actions refuse."""
    router: Router[Market] = Router(compute.MOJO_COMPUTE)

    @router.handles(columns.COMPUTE_COLUMNS)
    async def compute_columns(request: columns.ComputeColumnsRequest, ctx: Market) -> columns.ComputeColumnsReply:
        found = {symbol: ctx.bars[symbol] for symbol in request.symbols if symbol in ctx.bars}
        seqs = dict(ctx.seqs)
        if ctx.after_prices is not None:
            await ctx.after_prices()
        return columns_reply(request, found, seqs)

    async def refuse(_request: Any, _ctx: Market) -> Any:
        raise NotFound("not served here")

    for action in compute.MOJO_COMPUTE.actions:
        if action not in SYSTEM and action.name not in router.endpoints:
            router.handles(action)(refuse)
    return router


def columns_reply(
    request: columns.ComputeColumnsRequest, bars: dict[str, dict[str, Any]], seqs: dict[str, int]
) -> columns.ComputeColumnsReply:
    """The columns of a request, as mojo-compute makes them of bars."""
    whole, recent = (
        Program([Parser({}).parse(one, "columns", "number") for one in asked])
        for asked in (request.columns, request.recent)
    )
    names = ("open", "high", "low", "close", "volume")
    parts = [computed_columns(whole, one) for one in bars.values()]
    newest = [computed_columns(recent, one)[:, -request.recent_bars :] for one in bars.values()]
    days = [np.array(one["dates"], "datetime64[D]").astype(np.int32) for one in bars.values()]
    empty: dict[str, Any] = {name: np.concatenate([one[name] for one in bars.values()] or [[]]) for name in names}
    return columns.ComputeColumnsReply(
        symbols=list(bars),
        current=list(bars),
        counts=np.array([len(one["close"]) for one in bars.values()], np.int32),  # type: ignore[arg-type]
        changed_seq=[seqs[symbol] for symbol in bars],
        days=np.concatenate([np.empty(0, np.int32), *days]),  # type: ignore[arg-type]
        **empty,
        columns=np.concatenate([np.empty((len(request.columns), 0)), *parts], axis=1),
        recent=np.concatenate([np.empty((len(request.recent), 0)), *newest], axis=1),
        refused={
            symbol: columns.RefusedSymbol(error="not_found", message=f"no symbol {symbol}", details={"kind": "symbol"})
            for symbol in request.symbols
            if symbol not in bars
        },
    )


def computed_columns(program: Program, bars: dict[str, Any]) -> np.ndarray:
    prices = (bars[name][None] for name in ("open", "high", "low", "close", "volume"))
    data = Data(Bars(*prices, times=np.array(bars["dates"], "datetime64[s]")))
    return np.array(program.run(columns_of(data, 0))).reshape(-1, len(bars["close"]))


class Newsroom:
    """Stores articles as news-nlp does."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def publish(self, symbol: str, sentiment: str = "bullish", *, title: str = "", published: Any = None) -> int:
        """Store one article on a symbol; answers its id."""
        score = {"bullish": 0.8, "neutral": 0.0, "bearish": -0.8}[sentiment]
        async with self._pool.transaction() as connection:
            article = await connection.fetchval(
                "UPDATE news.ingest_counter SET last_id = last_id + 1 RETURNING last_id"
            )
            await connection.execute(
                "INSERT INTO news.articles (article_id, identity, title, summary, url, source, source_host,"
                " published_at, first_seen_at, cluster_id, price_move, sentiment, score, confidence,"
                " phrases, model)"
                " VALUES ($1, decode(md5($1::bigint::text), 'hex'), $2, '', '', 'Wire', 'wire.example',"
                " $3, now(), $1, false, $4, $5, 0.9, $6, 'lexicon')",
                article, title or f"{symbol} is {sentiment} ({article})",
                published or datetime(2025, 9, 30, 11, tzinfo=UTC), sentiment, score,
                [{"text": "rally", "start": 0, "end": 5, "weight": score}],
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO news.sentiments VALUES ($1, $2, $3, $4, 0.9)", article, symbol, sentiment, score
            )
            await connection.execute("SELECT pg_notify('news_articles', $1)", str(article))
        return int(article)


class Running:
    """One signal-service in this process; `kill` ends it without grace."""

    def __init__(self, server: Server[Any], stack: AsyncExitStack, address: str) -> None:
        self.server = server
        self._stack = stack
        self.client = Client(signals.SIGNAL_SERVICE, address)

    async def kill(self) -> None:
        await self.client.close()
        await self.server.close(grace_s=0)
        await self._stack.aclose()


@pytest.fixture
async def stock_market(database: Database, folder: Path) -> AsyncIterator[Market]:
    async with await connect_pool(database.url_of("mojo-compute"), application_name="test-market") as pool:
        yield Market(pool)


@pytest.fixture
async def serve_market(stock_market: Market, folder: Path) -> AsyncIterator[Callable[[], Any]]:
    """Start the daemon that serves the stored bars; answers the server, which may be closed."""
    servers: list[Server[Market]] = []

    async def start() -> Server[Market]:
        server = Server(market_router(), stock_market, name="mojo-compute", version="test")
        await server.start(f"unix://{folder}/mojo-compute.sock")
        servers.append(server)
        return server

    yield start
    for server in servers:
        await server.close(grace_s=0)


@pytest.fixture
def before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Awaitable[None]]], None]:
    """Have something happen once, when a symbol has been judged and what follows is about to be written."""
    waiting: list[Callable[[], Awaitable[None]]] = []
    hold = RuleTable.hold

    async def then_hold(self: RuleTable, connection: Any) -> int:
        if waiting:
            await waiting.pop()()
        return await hold(self, connection)

    monkeypatch.setattr(RuleTable, "hold", then_hold)
    return waiting.append


@pytest.fixture
async def newsroom(database: Database) -> AsyncIterator[Newsroom]:
    async with await connect_pool(database.url_of("news-nlp"), application_name="test-news") as pool:
        yield Newsroom(pool)


@pytest.fixture
async def start_service(database: Database, folder: Path) -> AsyncIterator[Callable[..., Any]]:
    """Start signal-service in this process, as its `__main__` wires it."""
    running: list[Running] = []

    async def start(name: str = "signal-service", **given: Any) -> Running:
        settings = Settings(
            **given,
            database_url_signal_service=database.url_of("signal-service"),
            chitti_runtime_dir=folder,
            chitti_data_dir=folder / "data",
            _env_file=None,
        )
        stack = AsyncExitStack()
        server = await wire(settings, stack)
        address = f"unix://{folder}/{name}.sock"
        await server.start(address)
        running.append(Running(server, stack, address))
        return running[-1]

    yield start
    for one in running:
        await one.kill()
