"""What other services stored and the rules read: new articles, fresh news, changed symbols."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitti_shared.db import Pool
from chitti_shared.universe import by_symbol, current_symbol

from signal_service.alerts.news import News

_NEW_ARTICLES = """
SELECT max(a.ingest_seq) AS top, array_remove(array_agg(DISTINCT s.symbol), NULL) AS symbols
FROM (SELECT article_id, ingest_seq FROM news.articles WHERE ingest_seq > $1 ORDER BY ingest_seq LIMIT $2) AS a
LEFT JOIN news.sentiments AS s USING (article_id)
"""
_FRESH_NEWS = """
SELECT s.symbol, s.sentiment, s.score, s.confidence, a.article_id, a.cluster_id, a.title, a.url, a.source,
    a.published_at, a.first_seen_at, a.phrases, a.event
FROM news.sentiments AS s JOIN news.articles AS a USING (article_id)
WHERE s.symbol = ANY($1) AND coalesce(a.published_at, a.first_seen_at) >= $2
ORDER BY a.article_id
"""
_PRICE_TOP = "SELECT seq FROM md.price_counter"
_CHANGED = """
SELECT symbol FROM md.instruments WHERE changed_seq > $1 AND last_bar IS NOT NULL ORDER BY symbol
"""
_STORED = "SELECT symbol FROM md.instruments WHERE last_bar IS NOT NULL ORDER BY symbol"
_METRICS = "SELECT DISTINCT metric FROM md.fundamentals ORDER BY metric"
# weekdays from the first bar to the last, rounded up: no history has more
_LONGEST = "SELECT max(ceil((last_bar - first_bar + 1) * 5 / 7.0))::integer + 1 FROM md.instruments"
_NAMED = "SELECT symbol FROM md.instruments UNION SELECT symbol FROM md.symbol_aliases"
_KNOWN = "SELECT EXISTS (SELECT FROM md.instruments WHERE symbol = $1)"


@dataclass(frozen=True, slots=True)
class NewArticles:
    """A stretch of the news: up to `top`, speaking of `symbols` (as the news names them)."""

    top: int
    symbols: tuple[str, ...]


class SourceTables:
    """Reads of `news.*` and `md.*`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def new_articles(self, after: int, limit: int) -> NewArticles | None:
        """The next `limit` articles after ingest number `after`; None: there are none."""
        record = await self._pool.fetchrow(_NEW_ARTICLES, after, limit)
        if record is None or record["top"] is None:
            return None
        return NewArticles(record["top"], tuple(sorted(record["symbols"])))

    async def fresh_news(self, symbols: list[str], since: datetime) -> dict[str, list[News]]:
        """Articles on each symbol since a time, under whichever of its names the news uses."""
        asked: defaultdict[str, list[str]] = defaultdict(list)
        for symbol in symbols:
            for name in {symbol, current_symbol(symbol)}:
                asked[name].append(symbol)
        found: dict[str, list[News]] = {symbol: [] for symbol in symbols}
        for record in await self._pool.fetch(_FRESH_NEWS, list(asked), since):
            for symbol in asked[record["symbol"]]:
                found[symbol].append(_news_of(record))
        return found

    async def price_top(self) -> int:
        """The number of the newest import of prices; 0: none yet."""
        return int(await self._pool.fetchval(_PRICE_TOP))

    async def changed_symbols(self, after: int) -> list[str]:
        """Symbols whose bars an import after number `after` changed."""
        return [record["symbol"] for record in await self._pool.fetch(_CHANGED, after)]

    async def stored_symbols(self) -> list[str]:
        """Every symbol with bars."""
        return [record["symbol"] for record in await self._pool.fetch(_STORED)]

    async def named_symbols(self) -> frozenset[str]:
        """Every symbol that a company has or had which prices or figures came for."""
        return frozenset(record["symbol"] for record in await self._pool.fetch(_NAMED))

    async def known_metrics(self) -> list[str]:
        """The figures that some company has."""
        return [record["metric"] for record in await self._pool.fetch(_METRICS)]

    async def longest_history(self) -> int | None:
        """Bars that no company has more of; None: there are none yet."""
        longest: int | None = await self._pool.fetchval(_LONGEST)
        return longest

    async def known(self, symbol: str) -> bool:
        """Whether a company goes by this symbol: one of the universe, or one that prices came for."""
        return by_symbol(symbol) is not None or bool(await self._pool.fetchval(_KNOWN, symbol))


def _news_of(record: Any) -> News:
    published: datetime | None = record["published_at"]
    return News(
        article_id=record["article_id"],
        cluster_id=record["cluster_id"],
        headline=record["title"],
        url=record["url"] or None,
        source=record["source"],
        time=published or record["first_seen_at"],
        dated=published is not None,
        sentiment=record["sentiment"],
        score=record["score"],
        confidence=record["confidence"],
        phrases=tuple(phrase["text"] for phrase in record["phrases"]),
        event=record["event"],
    )
