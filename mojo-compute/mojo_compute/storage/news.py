"""Reading what articles say about companies, as it was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from chitti_shared.db import Pool
from chitti_shared.errors import PayloadTooLarge
from chitti_shared.universe import current_symbol

from mojo_compute.kernels.arrays import Floats

MOST = 1_000_000
_INDIA = np.timedelta64(19_800, "s")
_UNKNOWN = np.iinfo(np.int64).min  # NaT
# An article is about a company under each symbol the company has had
_SCORES = """
SELECT floor(extract(epoch FROM a.first_seen_at))::bigint AS first_seen,
    floor(extract(epoch FROM a.published_at))::bigint AS published, named.row, s.score
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
    """What articles first seen up to a time say about companies; `rows` are places in `symbols`.

    Raises
    ------
    PayloadTooLarge
        There are more than a million: none is left out in silence.
    """
    today = [current_symbol(symbol) for symbol in symbols]
    found = await pool.fetch(_SCORES, list(symbols), today, until, MOST + 1)
    if len(found) > MOST:
        raise PayloadTooLarge(
            f"more than {MOST} articles are about these {len(symbols)} symbols: ask for fewer of them",
            field="symbols",
            constraint=f"articles <= {MOST}",
        )
    return Scores(
        _in_india([row["first_seen"] for row in found]),
        _in_india([_UNKNOWN if row["published"] is None else row["published"] for row in found]),
        np.array([row["row"] - 1 for row in found], dtype=np.int32),
        np.array([row["score"] for row in found], dtype=np.float64),
    )


def _in_india(seconds: Sequence[int]) -> npt.NDArray[np.datetime64]:
    """Times from seconds since 1970 in UTC; NaT stays one."""
    found: npt.NDArray[np.datetime64] = np.array(seconds, dtype=np.int64).view("datetime64[s]")
    return found + _INDIA
