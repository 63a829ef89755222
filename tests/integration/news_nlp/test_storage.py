"""Articles and feeds in a real database, logged in with the service's own rights."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import asyncpg
import pytest
from chitti_shared.db import Pool, connect_pool
from chitti_shared.testing.database import Database
from news_nlp.nlp.digest import ScoredArticle, digest
from news_nlp.storage import CHANNEL, ArticleStore, Wanted
from signal_service.storage.sources import NewArticles, SourceTables

pytestmark = pytest.mark.integration
NOW = datetime(2025, 9, 30, 14, tzinfo=UTC)


def articles_of(*titles: str, source: str = "Market Wire", day: int = 30) -> list[ScoredArticle]:
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://example.com/{index}</link>"
        f"<pubDate>Tue, {day} Sep 2025 10:{index:02d}:00 GMT</pubDate>"
        f'<source url="https://{source.lower().replace(" ", "-")}.example">{source}</source></item>'
        for index, title in enumerate(titles)
    )
    return digest(f"<rss><channel>{items}</channel></rss>".encode(), NOW).articles


async def test_the_same_batch_again_changes_nothing(own_pool: Pool):
    store = ArticleStore(own_pool)
    batch = articles_of("TCS net profit rises 12%", "Infosys falls 3%")
    first = await store.store(batch)
    assert (first.new, first.duplicates) == (2, 0)
    before = await own_pool.fetch("SELECT * FROM news.articles ORDER BY article_id")
    second = await store.store(batch)
    assert (second.new, second.duplicates) == (0, 2)
    assert await own_pool.fetch("SELECT * FROM news.articles ORDER BY article_id") == before


async def test_an_item_twice_in_one_document_is_stored_once(own_pool: Pool):
    stored = await ArticleStore(own_pool).store(articles_of("TCS gains 2%", "TCS  gains 2%!"))
    assert (stored.new, stored.duplicates) == (1, 1)


async def test_entities_and_sentiments_stand_beside_their_article(own_pool: Pool):
    await ArticleStore(own_pool).store(articles_of("TCS gains 2% while Infosys falls 3%"))
    rows = await own_pool.fetch("SELECT symbol, sentiment FROM news.sentiments ORDER BY symbol")
    assert [tuple(row) for row in rows] == [("INFY", "bearish"), ("TCS", "bullish")]
    kinds = await own_pool.fetch("SELECT kind, text FROM news.entities ORDER BY position")
    assert [tuple(row) for row in kinds] == [
        ("company", "TCS"),
        ("percent", "2%"),
        ("company", "Infosys"),
        ("percent", "3%"),
    ]


async def test_stored_places_point_into_the_stored_text(own_pool: Pool):
    document = """<rss><channel><item><title>\U0001f680 M&amp;amp;M\u200b \u201cbeats\u201d
      \u20b9500&amp;nbsp;crore &lt;b&gt;estimate&lt;/b&gt; - Mint</title>
      <description>&lt;p&gt;\u092d\u093e\u0930\u0924: TCS falls 3% in Q2&amp;nbsp;FY26&lt;/p&gt;</description>
      <source url="https://livemint.com">Mint</source></item></channel></rss>"""
    await ArticleStore(own_pool).store(digest(document.encode(), NOW).articles)
    article = await own_pool.fetchrow("SELECT * FROM news.articles")
    assert article is not None
    text = f"{article['title']}\n{article['summary']}"
    entities = await own_pool.fetch("SELECT text, start_at, end_at, symbol FROM news.entities ORDER BY position")
    assert [(row["text"], row["symbol"]) for row in entities] == [
        ("M&M", "M&M"),
        ("\u20b9500 crore", None),
        ("TCS", "TCS"),
        ("3%", None),
        ("Q2 FY26", None),
    ]
    assert all(text[row["start_at"] : row["end_at"]] == row["text"] for row in entities)


async def test_a_retelling_joins_the_cluster_of_the_first_teller(own_pool: Pool):
    store = ArticleStore(own_pool)
    await store.store(articles_of("SBI hits 52-week high as loan growth stays strong"))
    stored = await store.store(articles_of("State Bank of India scales 52-week high", source="Dalal Ledger"))
    assert (stored.new, stored.retold) == (1, 1)
    clusters = await own_pool.fetch("SELECT article_id, cluster_id FROM news.articles ORDER BY article_id")
    assert [tuple(row) for row in clusters] == [(1, 1), (2, 1)]


async def test_a_retelling_is_found_by_a_daemon_that_stored_nothing_yet(own_pool: Pool):
    await ArticleStore(own_pool).store(articles_of("SBI hits 52-week high as loan growth stays strong"))
    other = ArticleStore(own_pool)
    stored = await other.store(articles_of("State Bank of India scales 52-week high", source="Dalal Ledger"))
    assert (stored.new, stored.retold) == (1, 1)


async def test_each_of_two_daemons_finds_what_the_other_stored(own_pool: Pool):
    one, other = ArticleStore(own_pool), ArticleStore(own_pool)
    for number, store in enumerate((one, other, one, other)):
        stored = await store.store(articles_of("Wipro bags Rs 400 crore Railways order", source=f"Ledger {number}"))
        assert stored.retold == (number > 0)
    assert await own_pool.fetch("SELECT cluster_id, sources FROM news.clusters") == [(1, 4)]


async def test_what_was_told_is_read_without_the_lock_that_ingests_take(own_pool: Pool):
    await ArticleStore(own_pool).store(articles_of("SBI hits 52-week high as loan growth stays strong", "Cipla gains"))
    other = ArticleStore(own_pool)
    async with own_pool.transaction() as ingest:
        await ingest.execute("SELECT 1 FROM news.ingest_counter FOR UPDATE")
        await other.catch_up()
        assert other.remembered == 2
    await ArticleStore(own_pool).store(articles_of("Lupin falls 2%"))
    await asyncio.gather(*(other.catch_up() for _ in range(3)))
    assert other.remembered == 3
    stored = await other.store(articles_of("State Bank of India scales 52-week high", source="Dalal Ledger"))
    assert stored.retold == 1


async def test_a_batch_that_fails_leaves_nothing_and_is_stored_the_next_time(own_pool: Pool):
    store = ArticleStore(own_pool)
    batch = articles_of("Wipro bags Rs 400 crore Railways order", "Infosys falls 3%")
    broken = [*batch[:1], replace(batch[1], identity=b"too short")]
    with pytest.raises(asyncpg.CheckViolationError):
        await store.store(broken)
    assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 0
    stored = await store.store(batch)  # and the first is no retelling of itself
    assert (stored.new, stored.retold) == (2, 0)


async def test_retellings_within_one_batch_count_their_sources(own_pool: Pool):
    batch = [
        *articles_of("Wipro bags Rs 400 crore Railways order", "Infosys falls 3%"),
        *articles_of("Wipro wins order worth Rs 400 crore from Railways", source="Dalal Ledger"),
        *articles_of("Wipro wins Rs 400 crore order from the Railways", source="Dalal Ledger"),
    ]
    stored = await ArticleStore(own_pool).store(batch)
    assert (stored.new, stored.retold) == (4, 2)
    assert await own_pool.fetch("SELECT cluster_id, sources FROM news.clusters") == [(1, 2)]


async def test_feeds_taken_in_at_the_same_time_find_each_others_stories(own_pool: Pool):
    store = ArticleStore(own_pool)
    batches = [articles_of("Wipro bags Rs 400 crore Railways order", source=f"Ledger {n}") for n in range(6)]
    stored = await asyncio.gather(*(store.store(batch) for batch in batches))
    assert sum(one.retold for one in stored) == 5
    assert await own_pool.fetch("SELECT cluster_id, sources FROM news.clusters") == [(1, 6)]


async def test_articles_from_before_the_gists_are_passed_over(own_pool: Pool):
    await ArticleStore(own_pool).store(articles_of("SBI hits 52-week high as loan growth stays strong"))
    await own_pool.execute("UPDATE news.articles SET gist = ''")
    stored = await ArticleStore(own_pool).store(articles_of("State Bank of India scales 52-week high"))
    assert (stored.new, stored.retold) == (1, 0)


async def test_two_daemons_that_take_in_one_feed_at_once_store_it_once(own_pool: Pool, database: Database):
    titles = [f"TCS gains {number}% on report {number}" for number in range(1, 41)]
    async with await connect_pool(database.url_of("news-nlp"), application_name="other") as other_pool:
        stores = [ArticleStore(own_pool), ArticleStore(other_pool)]
        outcomes = await asyncio.gather(*(store.store(articles_of(*titles)) for store in stores * 3))
    assert sorted((one.new, one.duplicates) for one in outcomes) == [(0, 40)] * 5 + [(40, 0)]
    assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 40
    assert await own_pool.fetchval("SELECT last_id FROM news.ingest_counter") == 40
    assert await own_pool.fetchval("SELECT count(*) FROM news.sentiments") == 40


async def test_two_feeds_that_overlap_are_stored_without_a_gap_or_a_repeat(own_pool: Pool):
    stores = [ArticleStore(own_pool) for _ in range(3)]
    feeds = [[f"Wipro report {number}" for number in range(start, start + 20)] for start in (0, 10, 20)]
    pairs = zip(stores, feeds, strict=True)
    outcomes = await asyncio.gather(*(store.store(articles_of(*titles)) for store, titles in pairs))
    assert sum(one.new for one in outcomes) == 40
    rows = await own_pool.fetch("SELECT article_id FROM news.articles ORDER BY article_id")
    assert [row["article_id"] for row in rows] == list(range(1, 41))


async def test_sectors_are_those_of_the_companies_named(own_pool: Pool):
    await ArticleStore(own_pool).store(articles_of("TCS and HDFC Bank gain 2%", "Infosys, Wipro fall", "Rains ahead"))
    rows = await own_pool.fetch("SELECT sectors FROM news.articles ORDER BY article_id")
    assert [row["sectors"] for row in rows] == [
        ["Financial Services", "Information Technology"],
        ["Information Technology"],
        [],
    ]


async def test_the_signal_service_finds_new_articles_without_having_been_told(own_pool: Pool, database: Database):
    store = ArticleStore(own_pool)
    await store.store(articles_of("TCS gains 2%", "Wipro falls"))
    await store.store(articles_of("Wipro extends fall", source="Dalal Ledger"))
    async with await connect_pool(database.url_of("signal-service"), application_name="test") as theirs:
        sources = SourceTables(theirs)
        assert await sources.new_articles(0, 2) == NewArticles(2, ("TCS", "WIPRO"))
        assert await sources.new_articles(2, 100) == NewArticles(3, ("WIPRO",))
        assert await sources.new_articles(3, 100) is None
        told = (await sources.fresh_news(["WIPRO"], NOW - timedelta(days=1)))["WIPRO"]
        assert [one.headline for one in told] == ["Wipro falls", "Wipro extends fall"]


async def test_concurrent_ingests_number_articles_without_gaps_in_order_of_commit(own_pool: Pool):
    store = ArticleStore(own_pool)
    batches = [articles_of(*(f"Story {batch} number {index}" for index in range(5))) for batch in range(8)]
    await asyncio.gather(*(store.store(batch) for batch in batches))
    rows = await own_pool.fetch("SELECT ingest_seq, first_seen_at FROM news.articles ORDER BY ingest_seq")
    assert [row["ingest_seq"] for row in rows] == list(range(1, 41))
    moments = [row["first_seen_at"] for row in rows]
    assert moments == sorted(moments)


async def test_listeners_hear_of_new_articles_only_after_the_commit(own_pool: Pool, database: Database):
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(database.url_of("signal-service"))
    try:
        await listener.add_listener(CHANNEL, lambda *event: heard.put_nowait(event[-1]))
        await ArticleStore(own_pool).store(articles_of("TCS gains 2%", "Wipro falls"))
        top = await asyncio.wait_for(heard.get(), 10)
        seen = await listener.fetchval("SELECT max(ingest_seq) FROM news.articles")
        assert int(top) == seen == 2
    finally:
        await listener.close()


async def test_pages_run_from_new_to_old_and_meet_every_article_once(own_pool: Pool):
    store = ArticleStore(own_pool)
    await store.store(articles_of(*(f"TCS headline {index}" for index in range(7))))
    seen: list[int] = []
    before: int | None = None
    while page := await store.page(Wanted(symbol="TCS", before=before, limit=3)):
        seen += [row["article_id"] for row in page]
        before = seen[-1]
    assert seen == list(range(7, 0, -1))


async def test_pages_filter_by_symbol_and_by_what_is_said_of_it(own_pool: Pool):
    store = ArticleStore(own_pool)
    await store.store(articles_of("TCS gains 2% while Infosys falls 3%", "Wipro falls 3%"))
    of_tcs = await store.page(Wanted(symbol="TCS", limit=10))
    assert [row["title"] for row in of_tcs] == ["TCS gains 2% while Infosys falls 3%"]
    assert of_tcs[0]["symbols"][1]["symbol"] == "TCS"
    assert await store.page(Wanted(symbol="TCS", sentiment="bearish", limit=10)) == []
    assert len(await store.page(Wanted(symbol="INFY", sentiment="bearish", limit=10))) == 1
