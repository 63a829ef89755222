"""`get_alerts` over a socket with a million alerts stored: every filter, pairs of them, many together, every order."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chitti_shared.contracts import signals
from chitti_shared.db import Pool, connect_pool
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database, DatabaseServer, short_folder
from chitti_shared.testing.waiting import first_true
from chitti_shared.universe import companies

from benchmarks.news_storage import DURABLE
from benchmarks.results import Row, below

ALERTS, AT_ONCE = 1_000_000, 50_000
RULES = 25
P95_MS = 10.0
ROUNDS = 20
MIXED = 120  # combinations of more than two filters
SEED = 20250930
START = datetime(2015, 1, 1, 4, tzinfo=UTC)
APART = timedelta(minutes=5)

# Each alert has eight facts, as long as those that rules give
_FILL = """
INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price,
    bar_date, as_of, created_at, summary, evidence, acknowledged_at, expires_at, outcome, outcome_bar, outcome_return)
SELECT md5(n::text), ($4::text[])[1 + n % cardinality($4::text[])],
    (ARRAY['technical', 'fundamental', 'combined'])[1 + n % 3], 'rule_' || n / cardinality($4::text[]) % $5::bigint,
    CASE WHEN hashint8(n) % 2 = 0 THEN 'bullish' ELSE 'bearish' END, abs(hashint8(n + 1) % 10001) / 100.0,
    CASE WHEN n % 5 = 0 THEN NULL ELSE 0.4 + abs(hashint8(n + 2) % 3001) / 10000.0 END, '120 earlier cases', 1234.5,
    day::date, day, day, 'close 1234.5 above SMA(20), volume twice the usual',
    (SELECT jsonb_agg(jsonb_build_object('name', 'fact_' || k, 'value', n + k / 7.0, 'unit', 'INR', 'source', 'test'))
     FROM generate_series(1, 8) AS k),
    CASE WHEN n % 7 = 0 THEN day + interval '1 hour' END, day + interval '7 days',
    CASE WHEN is_old THEN CASE WHEN hashint8(n + 3) % 2 = 0 THEN 'hit' ELSE 'miss' END END,
    CASE WHEN is_old THEN day::date + 7 END, CASE WHEN is_old THEN 0.01 END
FROM generate_series($1::bigint, $2::bigint) AS n,
    LATERAL (SELECT $3::timestamptz + n * interval '5 minutes' AS day, n < 999000 AS is_old) AS moment
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A combination of filters and an order, and how long its first page took again and again, ms.

    Later ones find the page's alerts still kept; `first` has to read those that no page before had.
    """

    what: str
    order: str
    first: float
    ms: list[float]  # in rising order


def measure() -> list[Row]:
    """Rows of all combinations together, and of the slowest one, by order."""
    with short_folder() as folder:
        folder.chmod(0o755)  # PostgreSQL runs as an account of its own under root and has to get through
        server = DatabaseServer(folder / "db", DURABLE)
        server.start()
        try:
            return asyncio.run(_measure(server.create(), folder))
        finally:
            server.stop()


async def _measure(database: Database, folder: Path) -> list[Row]:
    async with await connect_pool(database.url_of("signal-service"), application_name="benchmark") as pool:
        await _fill(pool)
        async with await connect_pool(database.url_of("migrator"), application_name="benchmark") as owner:
            await owner.execute("VACUUM (ANALYZE) signals.alerts")
    async with AsyncExitStack() as stack:
        client = await _served(database, folder, stack)
        began = time.perf_counter()
        await client.call(signals.GET_ALERTS, signals.GetAlertsRequest(limit=1), timeout_s=120)
        first_s = time.perf_counter() - began
        await _watch(client)
        asked = [await _asked(client, chosen, order) for chosen in _combinations() for order in _ORDERS]
    stored = f"get_alerts, {ALERTS:,} stored"
    rows = [Row(f"{stored}, until a fresh daemon has read their columns", first_s, "s")]
    for order in _ORDERS:
        of_order = [one for one in asked if one.order == order]
        every = sorted(ms for one in of_order for ms in one.ms)
        slowest = max(of_order, key=lambda one: statistics.median(one.ms))
        what = f"{stored}, pages of 100 by {order}"
        among = f"{len(of_order)} combinations of filters"
        rows.append(below(f"{what}, {among}, p95", every[int(len(every) * 0.95)], P95_MS, unit="ms"))
        firsts = sorted(one.first for one in of_order)
        new = f"{what}, asked for the first time"
        rows.append(Row(f"{new}, median", statistics.median(firsts), "ms"))
        rows.append(Row(f"{new}, p95", firsts[int(len(firsts) * 0.95)], "ms"))
        median = statistics.median(slowest.ms)
        rows.append(below(f"{what}, the slowest of them ({slowest.what}), median", median, P95_MS, unit="ms"))
    return rows


_ORDERS = ("newest", "impact", "confidence")


async def _fill(pool: Pool) -> None:
    symbols = [company.symbol for company in companies()]
    for first in range(1, ALERTS + 1, AT_ONCE):
        await pool.execute(_FILL, first, first + AT_ONCE - 1, START, symbols, RULES)


async def _served(database: Database, folder: Path, stack: AsyncExitStack) -> Client:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))}
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environ |= {
        "CHITTI_RUNTIME_DIR": str(runtime), "CHITTI_DATA_DIR": str(folder), "CHITTI_LOG_LEVEL": "WARNING",
        "DATABASE_URL_SIGNAL_SERVICE": database.url_of("signal-service"),
    }  # fmt: skip
    daemon = await asyncio.create_subprocess_exec(sys.executable, "-m", "signal_service", env=environ)
    stack.push_async_callback(daemon.wait)
    stack.callback(daemon.terminate)
    client = Client(
        signals.SIGNAL_SERVICE, Settings(_env_file=None, chitti_runtime_dir=runtime).listen_of("signal-service")
    )
    stack.push_async_callback(client.close)

    async def listens() -> bool:
        return (runtime / "signal-service.sock").exists()

    await first_true(listens, 30)
    return client


async def _watch(client: Client) -> None:
    for company in companies()[:20]:
        await client.call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol=company.symbol))


def _filters() -> dict[str, dict[str, Any]]:
    symbols = [company.symbol for company in companies()]
    middle = START + APART * (ALERTS // 2)
    return {
        "symbol": {"symbol": symbols[5]},
        "symbols": {"symbols": symbols[10:60]},
        "sector": {"sector": "Banking"},
        "kind": {"kind": "fundamental"},
        "rule": {"rule": "rule_7"},
        "direction": {"direction": "bearish"},
        "outcome": {"outcome": "hit"},
        "min_impact": {"min_impact": 99.0},
        "min_confidence": {"min_confidence": 0.69},
        "since, until": {"since": middle, "until": middle + timedelta(days=300)},
        "acknowledged": {"acknowledged": True},
        "expired": {"expired": False},
        "watchlist": {"watchlist": True},
    }


def _combinations() -> list[tuple[str, ...]]:
    """None, each, each pair, and larger ones by chance; a symbol and a list of symbols exclude each other."""
    names, chance = list(_filters()), random.Random(SEED)
    chosen = [one for size in range(3) for one in itertools.combinations(names, size)]
    chosen += [tuple(sorted(chance.sample(names, chance.randint(3, 8)))) for _ in range(MIXED)]
    return [one for one in chosen if not {"symbol", "symbols"} <= set(one)]


async def _asked(client: Client, chosen: tuple[str, ...], order: str) -> Asked:
    """Ask for the first page again and again; each question differs a little, so that no answer is remembered."""
    filters = _filters()
    given = {"since": datetime(2001, 1, 1, tzinfo=UTC)}
    given |= {name: value for one in chosen for name, value in filters[one].items()}
    taken = []
    for number in range(ROUNDS):
        given["since"] += timedelta(microseconds=number + 1)
        request = signals.GetAlertsRequest(**given, sort=order)
        began = time.perf_counter()
        await client.call(signals.GET_ALERTS, request)
        taken.append((time.perf_counter() - began) * 1e3)
    return Asked(", ".join(chosen) or "none", order, taken[0], sorted(taken))


if __name__ == "__main__":
    from benchmarks.results import plain

    print(plain(measure()))
