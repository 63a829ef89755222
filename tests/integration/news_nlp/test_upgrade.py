"""What the migrations make of the feeds and articles that the first release stored."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from chitti_shared.db import connect_pool, migrate
from chitti_shared.db.migrator import MIGRATIONS
from chitti_shared.testing.database import Database, DatabaseServer
from news_nlp.feeds import state_of
from news_nlp.storage import ArticleStore, FeedStore, Wanted

pytestmark = pytest.mark.integration

_ARTICLE = """
INSERT INTO news.articles (article_id, identity, title, summary, url, source, source_host, first_seen_at, cluster_id,
    story_key, price_move, sentiment, score, confidence, phrases, model)
VALUES ($1, decode(md5($1::bigint::text), 'hex'), $2, '', '', $3, $4, now(), $5,
    0, false, 'bullish', 0.5, 0.5, '[]', 'm')
"""
# One fails and never worked, one works, one was taken out of the setting
_FEEDS = """
INSERT INTO news.feeds (url, enabled, failures, last_error, last_success_at, items_seen, added_at) VALUES
    ('https://a.example/rss', true, 7, 'a.example answered 500', NULL, 0, now() - interval '9 days'),
    ('https://b.example/rss', true, 0, NULL, now(), 42, now() - interval '9 days'),
    ('https://c.example/rss', false, 0, NULL, NULL, 0, now() - interval '9 days')
"""


@pytest.fixture
async def upgraded(
    database_server: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    """A database of the first release, with feeds and a story told by two publishers, then migrated."""
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.stem < "0009":
            shutil.copy(path, tmp_path)
    empty = database_server.create(template=None)
    with monkeypatch.context() as patch:
        patch.setattr("chitti_shared.db.migrator.MIGRATIONS", tmp_path)
        await migrate(empty.url_of("migrator"), on_progress=lambda _name: None)
    connection = await asyncpg.connect(empty.url_of("migrator"))
    try:
        await connection.execute(
            "INSERT INTO md.instruments (isin, symbol, name, industry, series)"
            " VALUES ('INE467B01029', 'TCS', 'Tata Consultancy Services Ltd.', 'Information Technology', 'EQ')"
        )
        await connection.execute(_FEEDS)
        for row in (
            (1, "TCS gains", "Wire", "wire.example", 1),
            (2, "TCS up", "Ledger", "", 1),
            (3, "Rain", "X", "", 3),
        ):
            await connection.execute(_ARTICLE, *row)
        await connection.execute("UPDATE news.articles SET feed_id = 2 WHERE article_id < 3")
        await connection.execute("INSERT INTO news.sentiments VALUES (1, 'TCS', 'bullish', 0.5, 0.5)")
        await connection.execute("UPDATE news.ingest_counter SET last_id = 3")
    finally:
        await connection.close()
    await migrate(empty.url_of("migrator"), on_progress=lambda _name: None)
    yield empty
    database_server.drop(empty)


async def test_feeds_from_before_fare_as_they_did(upgraded: Database):
    async with await connect_pool(upgraded.url_of("news-nlp"), application_name="test") as pool:
        store = FeedStore(pool)
        rows = await store.all()
        assert [state_of(row, datetime.now(UTC)) for row in rows] == ["dead", "ok", "left"]
        assert rows[0]["failing_since"] == rows[0]["added_at"]
        assert rows[1]["last_new_at"] == await pool.fetchval(
            "SELECT max(first_seen_at) FROM news.articles WHERE feed_id = 2"
        )
        assert [feed.feed_id for feed in await store.due()] == [1, 2]
        await store.keep_only([row["url"] for row in rows])
        assert [row["enabled"] for row in await store.all()] == [True] * 3


async def test_articles_from_before_are_found_by_every_filter_that_can_be_known(upgraded: Database):
    async with await connect_pool(upgraded.url_of("news-nlp"), application_name="test") as pool:
        store = ArticleStore(pool)

        async def found(**filters: object) -> list[int]:
            return [row["article_id"] for row in await store.page(Wanted(limit=10, **filters))]  # type: ignore[arg-type]

        assert await found() == [3, 2, 1]
        assert await found(sector="Information Technology") == [1]
        assert await found(words="rains") == [3]
        assert await found(leads_only=True) == [3, 1]
        assert await found(source="ledger", sentiment="bullish") == [2]
        assert await found(event="results") == []
        rows = await store.page(Wanted(limit=10))
        assert [(row["sources"], row["event"]) for row in rows] == [(1, None), (2, None), (2, None)]
        assert rows[2]["symbols"][0]["relevance"] is None
