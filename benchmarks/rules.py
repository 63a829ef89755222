"""Conditions of rules: all shipped ones on a symbol in memory, and on a universe of 750 symbols from stored prices.

Whole alerts, with their evidence and scores, are measured by `benchmarks.generation`.

python -m benchmarks.rules

The C library keeps freed memory, as in the daemon that does this.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from chitti_shared.allocator import keep_freed_memory
from chitti_shared.contracts import columns as contract
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.db import connect_pool
from chitti_shared.expressions import Fact, Node, walk
from chitti_shared.expressions.parsing import Parser
from chitti_shared.ipc import Client, Lanes
from chitti_shared.testing.stack import LiveStack
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.expressions import Kept, Program, columns_of
from signal_service.evaluation import ArticleFacts, Dated, Plan, SymbolFacts
from signal_service.rules import SHIPPED
from signal_service.work.market import Market

from benchmarks.http_client import HttpConnection, request_bytes
from benchmarks.indicators import COLUMNS, bars
from benchmarks.results import Row, against, below, interleaved, median_ms, plain
from benchmarks.target import Target

SYMBOLS, BARS = 750, 1_250
ARTICLES = 60
RARE = 0.01  # of the bars complete a pattern
ROUNDS = 9
FIRST_DAY = np.datetime64("2021-01-01")
ONE_MS, UNIVERSE_MS = 0.5, 1_000


def measure(target: Target, stack: LiveStack) -> list[Row]:
    """Rows of one symbol in memory and of the universe from stored prices."""
    keep_freed_memory()
    store(target)
    return [*in_memory(), *asyncio.run(_universe(stack))]


def shipped() -> Plan:
    return Plan([side.when for document in SHIPPED for side in document.sides])


def in_memory() -> list[Row]:
    """All shipped rules on one symbol whose data is there; the peer is what backtests compute conditions with."""
    plan = shipped()
    facts = facts_of(plan)
    readable = [one for one in plan.conditions if not any(isinstance(node, Fact) for node in walk(one))]
    same = Plan(readable)
    program, columns, kept = Program(readable), columns_of(_data(facts), 0), Kept()
    program.run(columns, kept)
    np.testing.assert_array_equal(same.run(facts), program.run(columns, kept))
    taken = interleaved(
        {
            "newest": partial(plan.run_last, facts),
            "all": partial(plan.run, facts),
            "same": partial(same.run, facts),
            "backtests": partial(program.run, columns, kept),
        },
        rounds=ROUNDS,
        calls_per_round=50,
    )
    count, ours = len(SHIPPED), {name: median_ms(seconds) for name, seconds in taken.items()}
    where = f"one symbol, {BARS:,} bars, in memory"
    what = f"{len(plan)} conditions of {count} rules alone, {where}"
    return [
        below(f"{what}, newest bar", ours["newest"], ONE_MS, unit="ms"),
        below(f"{what}, every bar", ours["all"], ONE_MS, unit="ms"),
        against(
            f"{len(readable)} conditions of prices and news, {where}, every bar", ours["same"], ours["backtests"],
            "the arrays of backtests, indicators kept", unit="ms", least_ratio=2.0,
        ),
    ]  # fmt: skip


def facts_of(plan: Plan, number: int = 0) -> SymbolFacts:
    """Invented facts on one symbol, on each number others: everything that the plan reads."""
    rng = np.random.default_rng(5 + number)
    prices = {name: np.ascontiguousarray(values[number]) for name, values in bars(number + 1, BARS).items()}
    days = FIRST_DAY.astype("datetime64[D]").astype(np.int64) + np.arange(BARS)
    seen = np.sort(rng.integers(0, BARS + 1, ARTICLES))
    bare = SymbolFacts("BENCH", "Services", days, **prices)
    nodes: list[Node] = [Parser({}).parse(json.loads(label), "", "number") for label in plan.columns]
    columns = Program(nodes).run(columns_of(_data(bare), 0))
    figure = Dated(days[::60], rng.random(len(days[::60])) * 40.0)
    return SymbolFacts(
        "BENCH", "Services", days, **prices,
        columns=dict(zip(plan.columns, columns, strict=True)),
        articles=ArticleFacts(seen, rng.random(ARTICLES) * 2.0 - 1.0, np.ones(ARTICLES), ("order_win",) * ARTICLES),
        patterns={name: np.where(rng.random(BARS) < RARE, 0.7, 0.0) for name in plan.patterns},
        fundamentals=dict.fromkeys(plan.metrics, figure),
        sector_ranks=dict.fromkeys(plan.ranked, figure),
    )  # fmt: skip


def _data(facts: SymbolFacts) -> Data:
    times = facts.days.astype("datetime64[D]").astype("datetime64[s]")
    prices = (getattr(facts, name)[None] for name in COLUMNS)
    told, close_s = facts.articles, np.timedelta64(15 * 3600 + 1800, "s")
    if told is None:
        return Data(Bars(*prices, times=times))
    seen = np.append(times, times[-1:] + np.timedelta64(1, "D"))[told.bars] + close_s
    return Data(Bars(*prices, times=times), News(seen, seen, np.zeros(len(seen), np.int32), told.scores))


def store(target: Target) -> None:
    """Import the bars of the universe, a hundred symbols at a time."""
    table = bars(SYMBOLS, BARS)
    days = np.datetime_as_string(FIRST_DAY + np.arange(BARS)).tolist()
    connection = HttpConnection(target.port, largest=1 << 22)
    try:
        for first in range(0, SYMBOLS, 100):
            lines = ["symbol,date,open,high,low,close,volume"]
            for one in range(first, min(first + 100, SYMBOLS)):
                rows = zip(*(table[name][one].tolist() for name in COLUMNS), strict=True)
                lines += [
                    f"{symbol_of(one)},{day},{','.join(map(str, row))}" for day, row in zip(days, rows, strict=True)
                ]
            request = request_bytes("POST", "/api/prices/import", "\n".join(lines).encode(), target.token)
            as_csv = request.replace(b"application/json\r\nContent-L", b"text/csv\r\nContent-L")
            status, answer = connection.exchange(as_csv)
            if status != 200:
                raise RuntimeError(f"the import failed: {answer[:300]!r}")
    finally:
        connection.close()


def symbol_of(number: int) -> str:
    return f"RULES{number:04}"


async def _universe(stack: LiveStack) -> list[Row]:
    symbols = [symbol_of(one) for one in range(SYMBOLS)]
    client = Client(MOJO_COMPUTE, stack.address_of("mojo-compute"))
    try:
        asked_ms = await _asked_ms(client, symbols)
        async with await connect_pool(stack.database_url_of("signal-service"), application_name="bench") as pool:
            anew_ms, kept_ms = await _judged_ms(client, symbols, pool)
    finally:
        await client.close()
    what = f"{SYMBOLS} symbols x {BARS:,} bars"
    return [
        below(f"compute_columns, 20 columns of {what}, 25 symbols a request", asked_ms, UNIVERSE_MS, unit="ms"),
        below(f"all conditions on the newest bar, {what}, from stored prices", anew_ms, UNIVERSE_MS, unit="ms"),
        below(f"the same once more, prices unchanged, {what}", kept_ms, UNIVERSE_MS, unit="ms"),
    ]


async def _asked_ms(client: Client, symbols: list[str]) -> float:
    """Median milliseconds of 20 columns of the universe, one request after the other."""
    wanted = [json.loads(label) for label in shipped().columns[:20]]
    taken: list[float] = []
    for _ in range(ROUNDS // 2 + 1):
        start = time.perf_counter()
        for first in range(0, len(symbols), 25):
            request = contract.ComputeColumnsRequest(symbols=symbols[first : first + 25], columns=wanted)
            await client.call(contract.COMPUTE_COLUMNS, request, reply_as="binary")
        taken.append((time.perf_counter() - start) * 1e3)
    return statistics.median(taken[1:])


async def _judged_ms(client: Client, symbols: list[str], pool: object) -> tuple[float, float]:
    """Median milliseconds from symbols to what holds: with nothing kept by the service, and with what fits kept."""
    plan, lanes = shipped(), Lanes()
    anew: list[float] = []
    again: list[float] = []
    try:
        for _ in range(ROUNDS // 2 + 1):
            market = Market(client, lanes, pool, limit=1 << 30)  # type: ignore[arg-type]
            for taken in (anew, again):
                start = time.perf_counter()
                facts = await market.facts(symbols, plan)
                if len(facts.known) != SYMBOLS:
                    raise RuntimeError(f"{len(facts.known)} of {SYMBOLS} symbols have facts: {facts.refused}")
                for one in facts.known.values():
                    plan.run_last(one)
                taken.append((time.perf_counter() - start) * 1e3)
    finally:
        lanes.close()
    return statistics.median(anew[1:]), statistics.median(again[1:])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chitti-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with LiveStack(Path(folder)) as stack:
            target = Target(urlsplit(stack.base_url).port or 80, stack.token())
            print(plain(measure(target, stack)))


if __name__ == "__main__":
    main()
