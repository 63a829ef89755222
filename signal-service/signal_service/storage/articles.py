"""Articles as rules count them: when they were seen, what they say of a symbol, in columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from chitti_shared.db import Pool
from chitti_shared.universe import current_symbol

from signal_service.evaluation.facts import Days, Floats

# A symbol that was renamed is told of under either name
_TOLD = """
SELECT s.symbol, floor(extract(epoch FROM a.first_seen_at))::bigint AS seen,
    floor(extract(epoch FROM coalesce(a.published_at, a.first_seen_at)))::bigint AS published,
    s.score, s.confidence, coalesce(a.event, '') AS event
FROM news.sentiments AS s JOIN news.articles AS a USING (article_id)
WHERE s.symbol = ANY ($1) AND a.first_seen_at >= $2
ORDER BY a.first_seen_at, a.article_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What articles say of one symbol, oldest first by when they were first seen.

    Parameters
    ----------
    seen, published : ndarray of int64, shape (m,)
        Seconds since 1970, UTC; an article without a date is taken to be published when it was seen.
    scores, confidences : ndarray of float64, shape (m,)
    events : tuple of str, length m
        "" where it is of no type.
    """

    seen: Days
    published: Days
    scores: Floats
    confidences: Floats
    events: tuple[str, ...]


class ArticleTable:
    """Reads of `news.articles` with the sentiments towards symbols."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def told(self, symbols: Iterable[str], since: datetime) -> dict[str, Told]:
        """What articles first seen since a time say of symbols; those that none speaks of are left out."""
        asked: defaultdict[str, list[str]] = defaultdict(list)
        for symbol in symbols:
            for name in {symbol, current_symbol(symbol)}:
                asked[name].append(symbol)
        rows: defaultdict[str, list[Any]] = defaultdict(list)
        for record in await self._pool.fetch(_TOLD, list(asked), since):
            for symbol in asked[record["symbol"]]:
                rows[symbol].append(record)
        return {symbol: _told(records) for symbol, records in rows.items()}


def _told(records: list[Mapping[str, Any]]) -> Told:
    def column(name: str, kind: type) -> Any:
        return np.array([one[name] for one in records], dtype=kind)

    return Told(
        seen=column("seen", np.int64),
        published=column("published", np.int64),
        scores=column("score", np.float64),
        confidences=column("confidence", np.float64),
        events=tuple(one["event"] for one in records),
    )
