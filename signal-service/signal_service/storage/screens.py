"""What a snapshot for screens reads of the database: how new each part is, and the parts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from chitti_shared.db import Pool

from signal_service.screening.snapshot import Company

_TOPS = """
SELECT
    (SELECT seq FROM md.price_counter) AS prices,
    (SELECT seq FROM md.fundamentals_counter) AS figures,
    (SELECT coalesce(max(ingest_seq), 0) FROM news.articles) AS news,
    (SELECT max(judged_at) FROM signals.judged) AS judged,
    (SELECT coalesce(max(pattern_id), 0) FROM signals.patterns) AS patterns,
    (SELECT position FROM signals.cursors WHERE source = 'patterns') AS searched
"""
_COMPANIES = "SELECT symbol, name, industry FROM md.instruments"
_HOLDING = "SELECT rule, symbol, direction FROM signals.rule_states WHERE active"
_JUDGED = "SELECT symbol FROM signals.judged"
# Bars of a symbol are counted on the market's days: a pattern of five sessions ago is old on all symbols alike
_PATTERNS = """
SELECT pattern, symbol, max(quality) AS quality
FROM signals.patterns
WHERE last_bar >= (
    SELECT min(day) FROM (
        SELECT DISTINCT trade_date AS day FROM md.eod_prices
        WHERE trade_date > (SELECT max(last_bar) FROM md.instruments) - 30
        ORDER BY day DESC LIMIT $1
    ) AS newest
)
GROUP BY pattern, symbol
"""
_SIGNS = {"bullish": 1.0, "bearish": -1.0}


@dataclass(frozen=True, slots=True)
class Tops:
    """How far each source of a snapshot is; one that moved has changed."""

    prices: int
    figures: int
    news: int
    judged: datetime | None
    patterns: int
    searched: int  # a search that only forgets patterns, or mends them, has no new one


@dataclass(frozen=True, slots=True)
class Holding:
    """Rules that hold: rule -> symbol -> 1 bullish, -1 bearish, 0 both; and the symbols that were looked at.

    A rule that holds nowhere is left out.
    """

    rules: dict[str, dict[str, float]]
    judged: frozenset[str]


class ScreenTables:
    """Reads of what several services stored."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tops(self) -> Tops:
        """How far each source is now."""
        row = await self._pool.fetchrow(_TOPS)
        assert row is not None  # a SELECT of sub-selects has one row
        return Tops(*row)

    async def companies(self) -> dict[str, Company]:
        """Every instrument, by symbol."""
        return {symbol: Company(name, industry) for symbol, name, industry in await self._pool.fetch(_COMPANIES)}

    async def holding(self) -> Holding:
        """Which rules hold where, as they were judged last."""
        judged = frozenset(row["symbol"] for row in await self._pool.fetch(_JUDGED))
        rules: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for rule, symbol, direction in await self._pool.fetch(_HOLDING):
            rules[rule][symbol] = rules[rule].get(symbol, 0.0) + _SIGNS[direction]
        return Holding(dict(rules), judged)

    async def patterns(self, sessions: int) -> dict[str, dict[str, float]]:
        """Qualities of the patterns completed in the market's last sessions: pattern -> symbol -> quality."""
        found: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pattern, symbol, quality in await self._pool.fetch(_PATTERNS, sessions):
            found[pattern][symbol] = quality
        return dict(found)
