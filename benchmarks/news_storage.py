"""Storing and serving articles: a feed to committed rows, `get_articles` over a socket, retellings in a full window."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import sys
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chitti_shared.contracts import news
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.contracts.system import HEALTH
from chitti_shared.db import Pool, connect_pool
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database, DatabaseServer, short_folder
from news_nlp.nlp.digest import digest
from news_nlp.nlp.stories import CAPACITY, Stories, Telling
from news_nlp.storage import ArticleStore
from news_nlp.storage.articles import telling_of

from benchmarks.invented_news import Newsroom
from benchmarks.results import Row, below

ARTICLES = 100_000
BATCH = 500
FEED_ITEMS = 100
FEED_MS, STORE_MS = 50.0, 15.0
SYMBOL_P95_MS, ANY_MS = 10.0, 50.0
LOOKUP_US = 100.0
ROUNDS = 15
# The server as it is run, not as tests run it
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}  # fmt: skip


_TOLD = """
SELECT article_id, cluster_id, gist, price_move, sentiment, event,
       extract(epoch FROM coalesce(published_at, first_seen_at))::double precision AS moment,
       extract(epoch FROM first_seen_at)::double precision AS seen
FROM news.articles ORDER BY article_id LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A combination of filters and how long its pages took, ms."""

    what: str
    ms: float  # p95 of a symbol alone, the median of others


def measure() -> list[Row]:
    """Rows of storing, of serving and of the window."""
    with short_folder() as folder:
        folder.chmod(0o755)  # PostgreSQL runs as an account of its own under root and has to get through
        server = DatabaseServer(folder / "db", DURABLE)
        server.start()
        try:
            return asyncio.run(_measure(server.create(), folder))
        finally:
            server.stop()


async def _measure(database: Database, folder: Path) -> list[Row]:
    room = Newsroom()
    async with await connect_pool(database.url_of("news-nlp"), application_name="benchmark") as pool:
        rows = await _feeds(pool, room)
        await _fill(pool, room)
        async with await connect_pool(database.url_of("migrator"), application_name="benchmark") as owner:
            for table in ("articles", "entities", "sentiments", "clusters"):
                await owner.execute(f"VACUUM (ANALYZE) news.{table}")
        asked = await _served(database, folder, pool)
        lookups = await _lookups(pool, room)
    by_symbol = max(
        (one for one in asked if one.what.startswith("symbol") and "," not in one.what), key=lambda one: one.ms
    )
    slowest = max(asked, key=lambda one: one.ms)
    stored = f"{ARTICLES:,} stored"
    any_of = f"the slowest of {len(asked)} combinations of filters ({slowest.what})"
    return [
        *rows,
        below(
            f"get_articles by the most frequent symbol or the rarest, pages of 100, {stored}, p95",
            by_symbol.ms,
            SYMBOL_P95_MS,
            unit="ms",
        ),
        below(f"get_articles, {stored}, {any_of}, median", slowest.ms, ANY_MS, unit="ms"),
        lookups,
    ]


async def _feeds(pool: Pool, room: Newsroom) -> list[Row]:
    """From the bytes of a feed to committed rows; every feed is news."""
    store = ArticleStore(pool)
    read_s, store_s = [], []
    titles: set[str] = set()
    for _ in range(ROUNDS + 3):
        now = datetime.now(UTC)
        document = _document(room, now, titles)
        began = time.perf_counter()
        found = digest(document, now)
        parsed = time.perf_counter()
        stored = await store.store(found.articles)
        done = time.perf_counter()
        assert stored.new == FEED_ITEMS, stored
        read_s.append(parsed - began)
        store_s.append(done - parsed)
    whole = [one + other for one, other in zip(read_s, store_s, strict=True)][3:]
    what = f"a feed of {FEED_ITEMS} items"
    return [
        below(f"{what} to committed rows", statistics.median(whole) * 1e3, FEED_MS, unit="ms"),
        below(f"{what}: of it the storing", statistics.median(store_s[3:]) * 1e3, STORE_MS, unit="ms"),
    ]


def _document(room: Newsroom, now: datetime, titles: set[str]) -> bytes:
    """A feed of items whose titles are not among `titles`; they are then."""
    items = []
    while len(items) < FEED_ITEMS:
        item = room.item(now)
        if item.title in titles:
            continue
        titles.add(item.title)
        items.append(
            f"<item><title>{item.title.replace('&', '&amp;')}</title><link>{item.url}</link>"
            f"<description>{item.summary.replace('&', '&amp;')}</description>"
            f"<pubDate>{now:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f'<source url="https://{item.source_host}">{item.source}</source></item>'
        )
    return f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode()


async def _fill(pool: Pool, room: Newsroom) -> None:
    store = ArticleStore(pool)
    stored = 0
    while stored < ARTICLES:
        stored += (await store.store(room.articles(BATCH, datetime.now(UTC)))).new


async def _served(database: Database, folder: Path, pool: Pool) -> list[Asked]:
    """Times of every combination of filters, each with values that many and values that few articles have."""
    symbols = await pool.fetch("SELECT symbol FROM news.sentiments GROUP BY symbol ORDER BY count(*) DESC, symbol")
    names = [row["symbol"] for row in symbols]
    middle = await pool.fetchval("SELECT first_seen_at FROM news.articles WHERE article_id = $1", ARTICLES // 2)
    filters: dict[str, list[dict[str, Any]]] = {
        "symbol": [{"symbol": names[0]}, {"symbol": names[-1]}],
        "sector": [{"sector": "Banking"}, {"sector": "Textiles"}],
        "sentiment": [{"sentiment": "bullish"}, {"sentiment": "bearish"}],
        "source": [{"source": "market-wire-1.example"}, {"source": "Market Wire 80"}],
        "event": [{"event": "results"}, {"event": "dividend"}],
        "since, until": [{"since": middle - timedelta(days=9), "until": middle}, {"since": middle}],
        "q": [{"q": "company or analysts"}, {"q": '"green hydrogen" -naval'}],
        "leads_only": [{"leads_only": True}, {"leads_only": True}],
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CHITTI_", "DATABASE_"))}
    environ |= {
        "CHITTI_RUNTIME_DIR": str(folder), "CHITTI_DATA_DIR": str(folder), "CHITTI_FEEDS": "none",
        "DATABASE_URL_NEWS_NLP": database.url_of("news-nlp"),
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        daemon = await asyncio.create_subprocess_exec(sys.executable, "-m", "news_nlp", env=environ)
        stack.push_async_callback(daemon.wait)
        stack.callback(daemon.terminate)
        client = Client(NEWS_NLP, Settings(_env_file=None, chitti_runtime_dir=folder).listen_of("news-nlp"))
        stack.push_async_callback(client.close)
        await _until_served(client)
        asked = []
        for size in range(len(filters) + 1):
            for chosen in itertools.combinations(filters, size):
                for many in (0, 1):
                    request = news.GetArticlesRequest(
                        **{name: value for one in chosen for name, value in filters[one][many].items()}
                    )
                    rounds = 100 if chosen == ("symbol",) else 7
                    asked.append(
                        Asked(
                            f"{', '.join(chosen) or 'none'}{' (rare)' * many}", await _time_ms(client, request, rounds)
                        )
                    )
        return asked


async def _until_served(client: Client) -> None:
    """Wait until the daemon serves, and has read what was told in the last days: it does so when it starts."""
    deadline = time.monotonic() + 30
    remembered = 0
    while remembered < CAPACITY:
        assert time.monotonic() < deadline, f"{remembered} articles are remembered"
        await asyncio.sleep(0.1)
        with suppress(ServiceUnavailable):
            health = await client.call(HEALTH, Empty())
            remembered = health.info["articles_remembered"]


async def _time_ms(client: Client, request: news.GetArticlesRequest, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        await client.call(news.GET_ARTICLES, request)
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken)[int(len(taken) * 0.95)] if rounds >= 20 else statistics.median(taken)


async def _lookups(pool: Pool, room: Newsroom) -> Row:
    """Time to ask a full window whether an article is a retelling."""
    now = datetime.now(UTC)
    stories = Stories()
    for row in await pool.fetch(_TOLD, CAPACITY):
        article_id, cluster_id, *told = row
        stories.add(article_id, cluster_id, Telling(*told))
    asked = [telling_of(one, now) for one in room.articles(2_000, now)]
    began = time.perf_counter()
    for told in asked:
        stories.cluster_of(told)
    each_us = (time.perf_counter() - began) / len(asked) * 1e6
    return below(f"is an article a retelling, among {len(stories):,}", each_us, LOOKUP_US, unit="us")


if __name__ == "__main__":
    from benchmarks.results import plain

    print(plain(measure()))
