"""Alerts made: all rules on one symbol in memory, and `generate_signals` over a universe through the socket.

Beside the conditions (`benchmarks.rules`) these hold everything that an alert says: news, evidence, confidence and
impact, and of the universe reading and committing too.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chitti_shared.contracts import signals
from chitti_shared.db import connect_pool
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.testing.stack import LiveStack
from chitti_shared.testing.waiting import first_true
from signal_service.alerts.judgements import judge
from signal_service.alerts.news import News
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.evaluation.sessions import strengths_of
from signal_service.rules import SHIPPED
from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.forecasts import told_of, trust_of
from signal_service.scoring.markets import Closes, market_of
from signal_service.scoring.records import measured, past_of
from signal_service.scoring.scales import scale_of

from benchmarks.results import Row, below
from benchmarks.rules import ONE_MS, SYMBOLS, UNIVERSE_MS, facts_of, shipped, symbol_of

COMPANIES = 60
ROUNDS = 9
NEWS = 3  # fresh articles on each
_IS_DONE = """
SELECT count(DISTINCT position) = 1 AND min(position) > 0 FROM signals.cursors WHERE source IN ('prices', 'patterns')
"""
SETTLED_S = 120


def in_memory() -> list[Row]:
    """Judgements of companies whose facts and records are there; many of these companies have something to tell."""
    plan, sides = shipped(), [side for document in SHIPPED for side in document.sides]
    companies = [replace(facts_of(plan, seed), symbol=f"BENCH{seed}") for seed in range(COMPANIES)]
    book = _book_of(companies, plan)
    news = _news()
    taken: dict[str, list[float]] = {one.symbol: [] for one in companies}
    findings = {}
    for _ in range(ROUNDS + 1):
        for one in companies:
            start = time.perf_counter()
            judgement = judge(sides, plan, one, news, book, look_back=True)
            taken[one.symbol].append((time.perf_counter() - start) * 1e3)
            findings[one.symbol] = len(judgement.findings)
    each = {symbol: statistics.median(ms[1:]) for symbol, ms in taken.items()}
    slowest = max(each, key=lambda symbol: each[symbol])
    held = f"{sum(findings.values()) / COMPANIES:.1f} rules hold"
    mean_ms, most = sum(each.values()) / COMPANIES, f"{findings[slowest]} rules hold"
    return [
        below(f"alerts of one symbol, all rules, in memory: mean of {COMPANIES} ({held})", mean_ms, ONE_MS, unit="ms"),
        below(f"alerts of one symbol, all rules, in memory: the slowest ({most})", each[slowest], ONE_MS, unit="ms"),
    ]


def measure(stack: LiveStack) -> list[Row]:
    """Rows of `generate_signals` over the universe that `benchmarks.rules` has stored."""
    return asyncio.run(_universe(stack))


async def _universe(stack: LiveStack) -> list[Row]:
    client = Client(signals.SIGNAL_SERVICE, stack.address_of("signal-service"))
    try:
        async with await connect_pool(stack.database_url_of("signal-service"), application_name="bench") as pool:
            await first_true(lambda: pool.fetchval(_IS_DONE), SETTLED_S)
        await _settle(client)
        kept = [await _generate_ms(client) for _ in range(ROUNDS)]
        anew = []
        for _ in range(ROUNDS // 2):
            await _start_again(stack)
            await _settle(client)
            anew.append(await _generate_ms(client))
    finally:
        await client.close()
    what = f"generate_signals over {SYMBOLS} symbols through the socket"
    return [
        below(f"{what}, a service that has just started", statistics.median(anew), UNIVERSE_MS, unit="ms"),
        below(f"{what}, once more", statistics.median(kept[1:]), UNIVERSE_MS, unit="ms"),
    ]


async def _start_again(stack: LiveStack) -> None:
    """End the service; the supervisor starts another, which has nothing kept."""
    before = stack.pids()["signal-service"]
    os.kill(before, signal.SIGTERM)

    async def is_another() -> bool:
        return stack.pids().get("signal-service", before) != before

    await first_true(is_another, SETTLED_S)


async def _settle(client: Client) -> None:
    """Wait until the service answers and has made its own snapshot, so that nothing else is at work."""

    async def is_settled() -> bool:
        try:
            reply = await client.call(signals.SCREEN, signals.ScreenRequest(limit=1))
        except (ServiceUnavailable, ConnectionError):
            return False
        return reply.symbols >= SYMBOLS

    await first_true(is_settled, SETTLED_S)


async def _generate_ms(client: Client) -> float:
    start = time.perf_counter()
    request = signals.GenerateSignalsRequest(symbols=[symbol_of(one) for one in range(SYMBOLS)])
    reply = await client.call(signals.GENERATE_SIGNALS, request)
    if reply.symbols < SYMBOLS:
        raise RuntimeError(f"{reply.symbols} symbols were judged, {SYMBOLS} are stored: {reply.skipped[:3]}")
    return (time.perf_counter() - start) * 1e3


def _book_of(companies: list[SymbolFacts], plan: Plan) -> Book:
    """The companies' own records."""
    rules = tuple(measured(side) for document in SHIPPED for side in document.sides)
    market = market_of([Closes(one.days, one.close) for one in companies], horizons_of(rules))
    pasts = {
        one.symbol: past_of(one.days, one.close, one.volume, market, strengths_of(one.articles, len(one)))
        for one in companies
    }
    holds = {one.symbol: plan.run(one) for one in companies}
    tallies = {symbol: past.tally(holds[symbol], rules) for symbol, past in pasts.items()}
    cases = {symbol: past.cases(holds[symbol], rules) for symbol, past in pasts.items()}
    industries: dict[str, str | None] = {one.symbol: one.industry for one in companies}
    newest = max(int(one.days[-1]) for one in companies)
    scale = scale_of((past.by_horizon for past in pasts.values()), newest)
    return Book(rules, market, industries, tallies, trust_of(told_of(rules, cases, industries), rules, market), scale)


def _news() -> list[News]:
    newest = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(days=1_249)
    return [
        News(
            article_id=one, cluster_id=one, headline="An order won", url=None, source="bench",
            time=newest - timedelta(hours=one), dated=True, sentiment="bullish", score=0.7, confidence=0.8,
            phrases=("order won",), event="order_win",
        )
        for one in range(NEWS)
    ]  # fmt: skip
