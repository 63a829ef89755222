"""Pages of stored articles, newest first: which ones, and all that is told of them.

Ids grow with `first_seen_at`, so a page is a stretch of ids and a time is a bound on them. Each
statement is written so that it can only be answered through its index, whatever the planner
thinks of the parameters: subqueries with LIMIT, OFFSET 0 and MATERIALIZED stay as they are, and
so does `(SELECT $n::text::tsquery)`, which is read once and not for every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg
from chitti_shared.db import Connection, Pool
from chitti_shared.errors import InvalidInput

_LARGEST_ID = 2**63 - 1

_FIRST_AT = """
SELECT article_id FROM news.articles WHERE first_seen_at >= $1 ORDER BY first_seen_at, article_id LIMIT 1
"""
_SOURCE = "SELECT 'source=' || lower($1::text)"  # as the column has it: Python's capitals are others
_WORDS = "SELECT websearch_to_tsquery('english', $1)::text"

_NEWEST = """
SELECT article_id FROM news.articles WHERE article_id >= $1 AND article_id < $2 ORDER BY article_id DESC LIMIT $3
"""
_OF_SYMBOL = """
SELECT article_id FROM news.sentiments
WHERE symbol = $4 AND ($5::text IS NULL OR sentiment = $5) AND article_id >= $1 AND article_id < $2
ORDER BY article_id DESC LIMIT $3
"""
_OF_SYMBOL_MARKED = """
SELECT s.article_id FROM news.sentiments AS s
CROSS JOIN LATERAL (
    SELECT FROM news.articles AS a WHERE a.article_id = s.article_id AND a.search @@ (SELECT $6::text::tsquery) OFFSET 0
) AS marked
WHERE s.symbol = $4 AND ($5::text IS NULL OR s.sentiment = $5) AND s.article_id >= $1 AND s.article_id < $2
ORDER BY s.article_id DESC LIMIT $3
"""
# Marks that many articles bear are met by reading on from the newest, which takes a thousandth of a
# millisecond each; to collect all that bear them would take longer. What is rare is collected.
_MARKED_AMONG_NEWEST = """
SELECT article_id FROM (
    SELECT article_id, search FROM news.articles WHERE article_id >= $1 AND article_id < $2
    ORDER BY article_id DESC LIMIT $5
) AS newest WHERE search @@ (SELECT $4::text::tsquery) ORDER BY article_id DESC LIMIT $3
"""
_MARKED = """
WITH marked AS MATERIALIZED (SELECT article_id FROM news.articles WHERE search @@ (SELECT $4::text::tsquery))
SELECT article_id FROM marked WHERE article_id >= $1 AND article_id < $2 ORDER BY article_id DESC LIMIT $3
"""
_LAST = "SELECT last_id FROM news.ingest_counter"
_LEAST_READ, _READ_PER_WANTED, _MOST_READ = 2_000, 8, 12_000

_TOLD = """
SELECT a.article_id, a.title, a.summary, a.url, a.source, a.source_host, a.published_at, a.first_seen_at, a.cluster_id,
       a.lead, a.sentiment, a.score, a.confidence, a.event, a.model, a.phrases,
       coalesce((SELECT c.sources FROM news.clusters AS c WHERE c.cluster_id = a.cluster_id), 1) AS sources,
       coalesce((SELECT json_agg(said)
                 FROM (SELECT symbol, sentiment, score, confidence, relevance FROM news.sentiments AS s
                       WHERE s.article_id = a.article_id ORDER BY symbol) AS said), '[]') AS symbols,
       coalesce((SELECT json_agg(named)
                 FROM (SELECT text, start_at AS start, end_at AS "end", kind, symbol, confidence FROM news.entities AS e
                       WHERE e.article_id = a.article_id ORDER BY position) AS named), '[]') AS entities
FROM news.articles AS a WHERE a.article_id = ANY($1) ORDER BY a.article_id DESC
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles; what is given must all hold.

    `sentiment` is the article's, or with `symbol` what it says of that. `sectors` are NSE
    industries of which it touches one. `since` <= `first_seen_at` < `until`; `before` is the id
    of the last article of the page before.
    """

    limit: int
    symbol: str | None = None
    sector: str | None = None
    sentiment: str | None = None
    source: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None
    leads_only: bool = False
    before: int | None = None


async def read_page(pool: Pool, wanted: Wanted) -> list[asyncpg.Record]:
    """The articles wanted, newest first, with `symbols` and `entities` as lists of records.

    Raises
    ------
    InvalidInput
        `words` holds nothing that can be searched for.
    """
    async with pool.acquire() as connection:
        ids = await _ids(connection, wanted)
        return await connection.fetch(_TOLD, ids) if ids else []


async def _ids(connection: Connection, wanted: Wanted) -> list[int]:
    marks = await _marks(connection, wanted)
    first, behind = await _stretch(connection, wanted)
    stretch = (first, behind, wanted.limit)
    if wanted.symbol is not None:
        said = (wanted.symbol, wanted.sentiment)
        if marks is None:
            rows = await connection.fetch(_OF_SYMBOL, *stretch, *said)
        else:
            rows = await connection.fetch(_OF_SYMBOL_MARKED, *stretch, *said, marks)
    elif marks is None:
        rows = await connection.fetch(_NEWEST, *stretch)
    else:
        rows = await _marked(connection, first, behind, wanted.limit, marks)
    return [row["article_id"] for row in rows]


async def _marked(connection: Connection, first: int, behind: int, limit: int, marks: str) -> list[asyncpg.Record]:
    """The newest `limit` of a stretch that bear the marks."""
    asked = (first, behind, limit, marks)
    count = min(behind, await connection.fetchval(_LAST) + 1) - first  # ids have no gaps
    most = max(_LEAST_READ, _READ_PER_WANTED * limit)
    rows: list[asyncpg.Record] = await connection.fetch(_MARKED_AMONG_NEWEST, *asked, most)
    likely = len(rows) * _MOST_READ >= limit * most
    if len(rows) < limit and count > most and (likely or count <= _MOST_READ):
        most = _MOST_READ
        rows = await connection.fetch(_MARKED_AMONG_NEWEST, *asked, most)
    if len(rows) < limit and count > most:
        rows = await connection.fetch(_MARKED, *asked)
    return rows


async def _stretch(connection: Connection, wanted: Wanted) -> tuple[int, int]:
    """The first id that counts, and the first that no longer does."""
    first, behind = 0, _LARGEST_ID
    if wanted.since is not None:
        first = await connection.fetchval(_FIRST_AT, wanted.since) or _LARGEST_ID
    if wanted.until is not None:
        behind = await connection.fetchval(_FIRST_AT, wanted.until) or _LARGEST_ID
    return first, behind if wanted.before is None else min(behind, wanted.before)


async def _marks(connection: Connection, wanted: Wanted) -> str | None:
    """The text-search query for all that the index of marks and words knows; None: no such filter."""
    marks = [wanted.sector] if wanted.sector is not None else []
    if wanted.sentiment is not None and wanted.symbol is None:
        marks.append(f"sentiment={wanted.sentiment}")
    if wanted.source is not None:
        marks.append(await connection.fetchval(_SOURCE, wanted.source))
    if wanted.event is not None:
        marks.append(f"event={wanted.event}")
    if wanted.leads_only:
        marks.append("lead=")
    terms = [_quoted(mark) for mark in marks]
    if wanted.words is not None:
        words: str = await connection.fetchval(_WORDS, wanted.words)
        if not words:
            raise InvalidInput(
                f"q ({wanted.words}) holds no word to search for", field="q", constraint="a word that tells something"
            )
        terms.append(f"({words})")
    return " & ".join(terms) if terms else None


def _quoted(lexeme: str) -> str:
    """A lexeme as it stands in a text-search query: https://www.postgresql.org/docs/18/datatype-textsearch.html."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
