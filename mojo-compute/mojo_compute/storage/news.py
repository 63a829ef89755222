"""Reading what articles say about companies, as it was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.db import Pool
from chitti_shared.universe import current_symbol

from mojo_compute.kernels.arrays import Floats

MOST = 1_000_000
_INDIA = timedelta(hours=5, minutes=30)
# An article is about a company under each symbol the company has had
_SCORES = """
SELECT a.first_seen_at, a.published_at, named.row, s.score
FROM (
    SELECT symbol, row FROM unnest($1::text[]) WITH ORDINALITY AS wanted(symbol, row)
    UNION
    SELECT told.symbol, wanted.row
    FROM unnest($1::text[]) WITH ORDINALITY AS wanted(symbol, row)
    JOIN md.instruments AS i USING (symbol)
    JOIN md.symbol_aliases AS told USING (instrument_id)
    UNION
    SELECT symbol, row FROM unnest($2::text[]) WITH ORDINALITY AS today(symbol, row)
) AS named
JOIN news.sentiments AS s USING (symbol)
JOIN news.articles AS a USING (article_id)
WHERE a.first_seen_at <= $3
ORDER BY a.first_seen_at, a.article_id, named.row
LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Scores:
    """Sentiments of articles, oldest first by `first_seen`; times in India, `published` NaT where not known."""

    first_seen: npt.NDArray[np.datetime64]
    published: npt.NDArray[np.datetime64]
    rows: npt.NDArray[np.int32]
    scores: Floats


async def load_scores(pool: Pool, symbols: Sequence[str], until: datetime) -> Scores:
    """What articles first seen up to a time say about companies; `rows` are places in `symbols`."""
    today = [current_symbol(symbol) for symbol in symbols]
    found = await pool.fetch(_SCORES, list(symbols), today, until, MOST)
    return Scores(
        np.array([_in_india(row["first_seen_at"]) for row in found], dtype="datetime64[s]"),
        np.array([_in_india(row["published_at"]) for row in found], dtype="datetime64[s]"),
        np.array([row["row"] - 1 for row in found], dtype=np.int32),
        np.array([row["score"] for row in found], dtype=np.float64),
    )


def _in_india(time: datetime | None) -> Any:
    return np.datetime64("NaT") if time is None else np.datetime64((time.astimezone(UTC) + _INDIA).replace(tzinfo=None))
