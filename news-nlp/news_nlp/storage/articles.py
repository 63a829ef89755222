"""Articles with their entities and sentiments, written to `news.*` in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from chitti_shared import universe
from chitti_shared.db import Connection, Pool, copy_rows

from news_nlp.nlp.digest import ScoredArticle
from news_nlp.nlp.stories import CAPACITY, WINDOW_S, Stories, Telling
from news_nlp.storage.pages import Wanted, read_page

CHANNEL = "news_articles"
_MOST_TOLD = 100  # entities of one article, and phrases: an honest one has a dozen
_TOLD_AT_ONCE = 500  # the loop waits while so many are unpacked: a few ms

# The row's lock makes ingests follow one another, so ids grow in commit order without gaps and
# first_seen_at never runs backwards, whatever the clock does.
_LOCK_COUNTER = """
SELECT last_id, greatest(clock_timestamp(), last_seen_at) AS seen_at FROM news.ingest_counter FOR UPDATE
"""
_COUNTER = "SELECT last_id, greatest(clock_timestamp(), last_seen_at) AS seen_at FROM news.ingest_counter"
_KNOWN = "SELECT identity FROM news.articles WHERE identity = ANY($1)"
_TOLD_SINCE = """
SELECT article_id, cluster_id, gist, price_move, sentiment, event,
       extract(epoch FROM coalesce(published_at, first_seen_at))::double precision AS moment,
       extract(epoch FROM first_seen_at)::double precision AS seen
FROM news.articles WHERE article_id > $1 AND first_seen_at > $2 AND gist <> '' ORDER BY article_id LIMIT $3
"""
# Counts the publishers of the clusters that grew, moves the counter, tells who waits.
_FINISH = """
WITH counted AS (
    INSERT INTO news.clusters AS known (cluster_id, sources)
    SELECT cluster_id, told.sources FROM unnest($1::bigint[]) AS joined(cluster_id) CROSS JOIN LATERAL (
        SELECT count(DISTINCT coalesce(nullif(a.source_host, ''), lower(a.source))) AS sources
        FROM news.articles AS a WHERE a.cluster_id = joined.cluster_id OFFSET 0
    ) AS told
    WHERE told.sources > 1
    ON CONFLICT (cluster_id) DO UPDATE SET sources = excluded.sources WHERE known.sources <> excluded.sources
), moved AS (
    UPDATE news.ingest_counter SET last_id = $2, last_seen_at = $3
) SELECT pg_notify($4, $2::bigint::text)
"""

_ARTICLE_COLUMNS = (
    "article_id", "identity", "title", "summary", "url", "source", "source_host", "published_at", "first_seen_at",
    "cluster_id", "price_move", "gist", "sentiment", "score", "confidence", "event", "sectors", "phrases",
    "model", "feed_id",
)  # fmt: skip
_ENTITY_COLUMNS = ("article_id", "position", "text", "start_at", "end_at", "kind", "symbol", "confidence")
_SENTIMENT_COLUMNS = ("article_id", "symbol", "sentiment", "score", "confidence", "relevance")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: `new + duplicates` articles; `retold` of the new ones joined a cluster."""

    new: int
    duplicates: int
    retold: int


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A new article with its place in the table."""

    article_id: int
    cluster_id: int
    article: ScoredArticle


class ArticleStore:
    """Reads and writes articles.

    It keeps what was told in the last days in memory, and reads what it lacks from the table,
    under the lock that every ingest takes: other daemons' articles are found as well. What an ingest
    adds that then fails is forgotten by the next one.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._stories = Stories()
        self._committed = 0  # so many of the stories are in the table for good
        self._read_up_to = 0
        self._one_at_a_time = asyncio.Lock()
        self._caught_up = False

    @property
    def remembered(self) -> int:
        """How many articles are in memory."""
        return len(self._stories)

    async def catch_up(self) -> int:
        """Read what was told in the last days and is not in memory yet, without keeping other daemons from storing.

        Ids grow in the order of commit, so whoever has read up to one has missed none before it.

        Returns
        -------
        int
            How many articles were read.
        """
        async with self._one_at_a_time, self._pool.acquire() as connection:
            before = self.remembered
            counter = await connection.fetchrow(_COUNTER)
            assert counter is not None  # the migration inserts the row
            await self._catch_up(connection, counter["last_id"], counter["seen_at"])
            self._caught_up = True
            return max(self.remembered - before, 0)

    async def store(self, articles: Sequence[ScoredArticle], feed_id: int | None = None) -> Stored:
        """Store the articles not known yet, in one transaction; the same batch again changes nothing.

        Subscribers of `news_articles` are told the highest id once it is committed.
        """
        given = {article.identity: article for article in reversed(articles)}
        if not given:
            return Stored(0, 0, 0)
        if not self._caught_up:
            await self.catch_up()
        async with self._one_at_a_time:
            return await self._store(given, len(articles), feed_id)

    async def _store(self, given: dict[bytes, ScoredArticle], count: int, feed_id: int | None) -> Stored:
        async with self._pool.transaction() as connection:
            counter = await connection.fetchrow(_LOCK_COUNTER)
            known = {row["identity"] for row in await connection.fetch(_KNOWN, list(given))}
            fresh = [article for identity, article in reversed(given.items()) if identity not in known]
            if not fresh:
                return Stored(0, count, 0)
            assert counter is not None  # the migration inserts the row
            last_id, seen_at = counter["last_id"], counter["seen_at"]
            await self._catch_up(connection, last_id, seen_at)
            numbered = self._clustered(fresh, last_id, seen_at)
            await _insert(connection, numbered, seen_at, feed_id)
            top = last_id + len(fresh)
            grown = sorted({one.cluster_id for one in numbered if one.cluster_id != one.article_id})
            await connection.execute(_FINISH, grown, top, seen_at, CHANNEL)
        self._committed, self._read_up_to = len(self._stories), top
        retold = sum(one.cluster_id != one.article_id for one in numbered)
        return Stored(len(fresh), count - len(fresh), retold)

    async def known(self, identities: Sequence[bytes]) -> set[bytes]:
        """Those of the identities that are stored."""
        return {row["identity"] for row in await self._pool.fetch(_KNOWN, identities)}

    async def page(self, wanted: Wanted) -> list[asyncpg.Record]:
        """Articles, newest first, with `symbols` and `entities` as lists of records. Errors: invalid_input."""
        return await read_page(self._pool, wanted)

    async def _catch_up(self, connection: Connection, last_id: int, now: datetime) -> None:
        """Forget what was never committed, read what was since the last time."""
        self._stories.forget_since(self._committed)
        if len(self._stories) > 2 * CAPACITY or self._read_up_to > last_id:  # full, or another database by now
            self._stories.clear()
            self._committed = self._read_up_to = 0
        self._read_up_to = max(self._read_up_to, last_id - CAPACITY)
        since = now - timedelta(seconds=WINDOW_S)
        while self._read_up_to < last_id:
            rows = await connection.fetch(_TOLD_SINCE, self._read_up_to, since, _TOLD_AT_ONCE)
            for article_id, cluster_id, *told in rows:
                self._stories.add(article_id, cluster_id, Telling(*told))
                self._committed, self._read_up_to = len(self._stories), article_id
            if len(rows) < _TOLD_AT_ONCE:  # what else there is tells nothing, or is too old to be retold
                self._read_up_to = max(self._read_up_to, last_id)

    def _clustered(self, fresh: Sequence[ScoredArticle], last_id: int, seen_at: datetime) -> list[_Numbered]:
        """Give each new article its id and the cluster of the story it tells."""
        numbered = []
        for article_id, article in enumerate(fresh, last_id + 1):
            told = telling_of(article, seen_at)
            cluster_id = self._stories.cluster_of(told) or article_id
            self._stories.add(article_id, cluster_id, told)
            numbered.append(_Numbered(article_id, cluster_id, article))
        return numbered


async def _insert(
    connection: Connection, numbered: Sequence[_Numbered], seen_at: datetime, feed_id: int | None
) -> None:
    articles = [_article_row(one, seen_at, feed_id) for one in numbered]
    await copy_rows(connection, "news.articles", _ARTICLE_COLUMNS, articles)
    await copy_rows(connection, "news.entities", _ENTITY_COLUMNS, list(_entity_rows(numbered)))
    await copy_rows(connection, "news.sentiments", _SENTIMENT_COLUMNS, list(_sentiment_rows(numbered)))


def telling_of(article: ScoredArticle, seen_at: datetime) -> Telling:
    """What of an article, first seen at a time, decides whether it retells another."""
    moment = article.item.published_at or seen_at
    meaning = article.meaning
    return Telling(
        article.gist,
        article.price_move,
        meaning.sentiment,
        meaning.event,
        moment.timestamp(),
        seen_at.timestamp(),
    )


def _article_row(one: _Numbered, seen_at: datetime, feed_id: int | None) -> tuple[Any, ...]:
    article, item, meaning = one.article, one.article.item, one.article.meaning
    phrases = [
        {"text": phrase.text, "start": phrase.start, "end": phrase.end, "weight": round(phrase.weight, 4)}
        for phrase in meaning.phrases[:_MOST_TOLD]
    ]
    return (
        one.article_id, article.identity, item.title, item.summary, item.url, item.source, item.source_host[:255],
        item.published_at, seen_at, one.cluster_id, article.price_move, article.gist,
        meaning.sentiment, meaning.score, meaning.confidence, meaning.event, sectors_of(article), phrases,
        meaning.model, feed_id,
    )  # fmt: skip


def sectors_of(article: ScoredArticle) -> list[str]:
    """NSE industries of the companies that an article names, and those it names themselves."""
    meaning = article.meaning
    companies = (universe.by_symbol(symbol) for symbol in meaning.symbols)
    found = {company.industry for company in companies if company is not None}
    found.update(entity.symbol for entity in meaning.entities if entity.kind == "sector" and entity.symbol)
    return sorted(found)


def _entity_rows(numbered: Iterable[_Numbered]) -> Iterator[tuple[Any, ...]]:
    for one in numbered:
        for position, entity in enumerate(one.article.meaning.entities[:_MOST_TOLD]):
            yield (
                one.article_id, position, entity.text, entity.start, entity.end, entity.kind, entity.symbol,
                entity.confidence,
            )  # fmt: skip


def _sentiment_rows(numbered: Iterable[_Numbered]) -> Iterator[tuple[Any, ...]]:
    for one in numbered:
        for symbol, said in one.article.meaning.symbols.items():
            yield one.article_id, symbol, said.sentiment, said.score, said.confidence, said.relevance
