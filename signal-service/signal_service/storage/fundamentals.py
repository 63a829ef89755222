"""Figures of companies, as mojo-compute imported them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from chitti_shared.db import Pool
from chitti_shared.universe.figures import Unit

from signal_service.evaluation.facts import Dated

CHANNEL = "fundamentals_imported"

_TOP = "SELECT seq FROM md.fundamentals_counter"
_NEWEST = """
SELECT DISTINCT ON (f.instrument_id, f.metric) i.symbol, f.metric, f.as_of, f.value, f.unit
FROM md.fundamentals AS f JOIN md.instruments AS i USING (instrument_id)
WHERE f.as_of <= $1
ORDER BY f.instrument_id, f.metric, f.as_of DESC
"""
_HISTORIES = """
SELECT f.metric, i.symbol, (f.as_of - DATE '1970-01-01') AS day, f.value
FROM md.fundamentals AS f JOIN md.instruments AS i USING (instrument_id)
WHERE f.metric = ANY ($1)
ORDER BY f.metric, i.symbol, f.as_of
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A company's newest figure; `unit` is number, percent, rupees or crore."""

    symbol: str
    metric: str
    as_of: date
    value: float
    unit: Unit


class FundamentalTable:
    """Reads of `md.fundamentals`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def top(self) -> int:
        """The number of the newest import that changed figures; 0: none yet."""
        return int(await self._pool.fetchval(_TOP))

    async def newest(self, day: date) -> list[Figure]:
        """Of every company and metric, the figure known on a day."""
        return [Figure(*row) for row in await self._pool.fetch(_NEWEST, day)]

    async def histories(self, metrics: list[str]) -> dict[str, dict[str, Dated]]:
        """All figures of some metrics: metric -> symbol -> figures as they became known."""
        told: defaultdict[str, defaultdict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
        for metric, symbol, day, value in await self._pool.fetch(_HISTORIES, metrics):
            told[metric][symbol].append((day, value))
        return {metric: {symbol: _dated(rows) for symbol, rows in of.items()} for metric, of in told.items()}


def _dated(rows: list[tuple[int, float]]) -> Dated:
    days, values = zip(*rows, strict=True)
    return Dated(np.array(days, dtype=np.int64), np.array(values, dtype=np.float64))
