"""Articles with their entities and sentiments in `news.*`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from chitti_shared.db import Connection, Pool, copy_rows

from news_nlp.nlp.digest import ScoredArticle
from news_nlp.nlp.stories import WINDOW_HOURS, Stories, Told

CHANNEL = "news_articles"
_MAX_STORIES = 5_000  # newest articles a batch is compared with

# The row's lock makes ingests follow one another, so ids grow in commit order without gaps and
# first_seen_at never runs backwards, whatever the clock does.
_LOCK_COUNTER = """
SELECT last_id, greatest(clock_timestamp(), last_seen_at) AS seen_at FROM news.ingest_counter FOR UPDATE
"""
_MOVE_COUNTER = "UPDATE news.ingest_counter SET last_id = $1, last_seen_at = $2"
_KNOWN = "SELECT identity FROM news.articles WHERE identity = ANY($1)"
_TOLD = """
SELECT cluster_id, title, story_key, price_move, sentiment, coalesce(published_at, first_seen_at) AS moment
FROM news.articles
WHERE story_key = ANY($1) AND first_seen_at > $2
ORDER BY first_seen_at DESC LIMIT $3
"""
_NOTIFY = "SELECT pg_notify($1, $2)"

_ARTICLE_COLUMNS = (
    "article_id", "identity", "title", "summary", "url", "source", "source_host", "published_at", "first_seen_at",
    "cluster_id", "story_key", "price_move", "sentiment", "score", "confidence", "phrases", "model", "feed_id",
)  # fmt: skip
_ENTITY_COLUMNS = ("article_id", "position", "text", "start_at", "end_at", "kind", "symbol", "confidence")
_SENTIMENT_COLUMNS = ("article_id", "symbol", "sentiment", "score", "confidence")

_PAGE = """
SELECT a.article_id, a.title, a.summary, a.url, a.source, a.source_host, a.published_at, a.first_seen_at, a.cluster_id,
       a.sentiment, a.score, a.confidence, a.phrases, a.model,
       coalesce((SELECT jsonb_agg(jsonb_build_object('symbol', s.symbol, 'sentiment', s.sentiment, 'score', s.score,
                                                     'confidence', s.confidence) ORDER BY s.symbol)
                 FROM news.sentiments AS s WHERE s.article_id = a.article_id), '[]') AS symbols,
       coalesce((SELECT jsonb_agg(jsonb_build_object('text', e.text, 'start', e.start_at, 'end', e.end_at,
                                                     'kind', e.kind, 'symbol', e.symbol, 'confidence', e.confidence)
                                  ORDER BY e.position)
                 FROM news.entities AS e WHERE e.article_id = a.article_id), '[]') AS entities
FROM {source} ORDER BY a.article_id DESC
"""
_ALL = """(SELECT * FROM news.articles WHERE article_id < $1 AND ($2::text IS NULL OR sentiment = $2)
           ORDER BY article_id DESC LIMIT $3) AS a"""
_OF_SYMBOL = """(SELECT b.* FROM news.sentiments AS n JOIN news.articles AS b USING (article_id)
                 WHERE n.symbol = $4 AND n.article_id < $1 AND ($2::text IS NULL OR n.sentiment = $2)
                 ORDER BY n.article_id DESC LIMIT $3) AS a"""
_PAGE_OF_ALL = _PAGE.format(source=_ALL)
_PAGE_OF_SYMBOL = _PAGE.format(source=_OF_SYMBOL)
_NO_CURSOR = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: `new + duplicates` articles; `retold` of the new ones joined a cluster."""

    new: int
    duplicates: int
    retold: int


class ArticleStore:
    """Reads and writes articles."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def store(self, articles: Sequence[ScoredArticle], feed_id: int | None = None) -> Stored:
        """Store the articles not known yet, in one transaction; the same batch again changes nothing.

        Subscribers of `news_articles` are told the highest id once it is committed.
        """
        given = {article.identity: article for article in reversed(articles)}
        if not given:
            return Stored(0, 0, 0)
        async with self._pool.transaction() as connection:
            counter = await connection.fetchrow(_LOCK_COUNTER)
            known = {row["identity"] for row in await connection.fetch(_KNOWN, list(given))}
            fresh = [article for identity, article in reversed(given.items()) if identity not in known]
            if not fresh:
                return Stored(0, len(articles), 0)
            assert counter is not None  # the migration inserts the row
            retold = await _insert(connection, fresh, counter["last_id"], counter["seen_at"], feed_id)
            top = counter["last_id"] + len(fresh)
            await connection.execute(_MOVE_COUNTER, top, counter["seen_at"])
            await connection.execute(_NOTIFY, CHANNEL, str(top))
        return Stored(len(fresh), len(articles) - len(fresh), retold)

    async def page(
        self, *, symbol: str | None, sentiment: str | None, before: int | None, limit: int
    ) -> list[asyncpg.Record]:
        """Articles, newest first, with `symbols` and `entities` as lists of records.

        With `symbol`, `sentiment` is what the article says about it. `before` is the id of
        the last article of the page before.
        """
        start = before if before is not None else _NO_CURSOR
        if symbol is None:
            return await self._pool.fetch(_PAGE_OF_ALL, start, sentiment, limit)
        return await self._pool.fetch(_PAGE_OF_SYMBOL, start, sentiment, limit, symbol)


async def _insert(
    connection: Connection, fresh: Sequence[ScoredArticle], last_id: int, seen_at: datetime, feed_id: int | None
) -> int:
    """Write new articles under the ids after `last_id`; how many of them retell a known story."""
    keys = list({article.story_key for article in fresh})
    since = seen_at - timedelta(hours=WINDOW_HOURS)
    told = await connection.fetch(_TOLD, keys, since, _MAX_STORIES)
    stories = Stories(Told(**row) for row in reversed(told))
    rows: list[tuple[Any, ...]] = []
    for article_id, article in enumerate(fresh, last_id + 1):
        cluster_id = _cluster_of(stories, article, article_id, seen_at)
        rows.append(_article_row(article, article_id, cluster_id, seen_at, feed_id))
    await copy_rows(connection, "news.articles", _ARTICLE_COLUMNS, rows)
    numbered = list(enumerate(fresh, last_id + 1))
    await copy_rows(connection, "news.entities", _ENTITY_COLUMNS, list(_entity_rows(numbered)))
    await copy_rows(connection, "news.sentiments", _SENTIMENT_COLUMNS, list(_sentiment_rows(numbered)))
    cluster_at = _ARTICLE_COLUMNS.index("cluster_id")
    return sum(row[cluster_at] != row[0] for row in rows)


def _cluster_of(stories: Stories, article: ScoredArticle, article_id: int, seen_at: datetime) -> int:
    moment = article.item.published_at or seen_at
    told = Told(
        article_id, article.item.title, article.story_key, article.price_move, article.meaning.sentiment, moment
    )
    cluster_id = stories.cluster_of(told) or article_id
    stories.add(replace(told, cluster_id=cluster_id))
    return cluster_id


def _article_row(
    article: ScoredArticle, article_id: int, cluster_id: int, seen_at: datetime, feed_id: int | None
) -> tuple[Any, ...]:
    item, meaning = article.item, article.meaning
    phrases = [
        {"text": phrase.text, "start": phrase.start, "end": phrase.end, "weight": round(phrase.weight, 4)}
        for phrase in meaning.phrases
    ]
    return (
        article_id, article.identity, item.title, item.summary, item.url, item.source, item.source_host[:255],
        item.published_at, seen_at, cluster_id, article.story_key, article.price_move, meaning.sentiment,
        meaning.score, meaning.confidence, phrases, meaning.model, feed_id,
    )  # fmt: skip


def _entity_rows(numbered: Sequence[tuple[int, ScoredArticle]]) -> Iterator[tuple[Any, ...]]:
    for article_id, article in numbered:
        for position, entity in enumerate(article.meaning.entities[:1000]):
            yield (
                article_id, position, entity.text, entity.start, entity.end, entity.kind, entity.symbol,
                entity.confidence,
            )  # fmt: skip


def _sentiment_rows(numbered: Sequence[tuple[int, ScoredArticle]]) -> Iterator[tuple[Any, ...]]:
    for article_id, article in numbered:
        for symbol, said in article.meaning.symbols.items():
            yield article_id, symbol, said.sentiment, said.score, said.confidence
