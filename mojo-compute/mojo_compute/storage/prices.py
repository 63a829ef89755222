"""Reading stored bars.

A column arrives as one value: its numbers in binary, one behind the other. That costs a
hundredth of what a row for each bar does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from chitti_shared.db import Pool

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days

COLUMNS = ("open", "high", "low", "close", "volume")

_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)

_FROM_BARS = """
FROM unnest($1::integer[]) AS wanted(instrument_id)
CROSS JOIN LATERAL (
    SELECT trade_date, open, high, low, close, volume FROM {table} AS stored
    WHERE stored.instrument_id = wanted.instrument_id AND trade_date BETWEEN $2 AND $3
    ORDER BY trade_date DESC LIMIT $4
) AS newest
GROUP BY wanted.instrument_id
"""
_DAYS = "string_agg(int4send(trade_date - DATE '1970-01-01'), ''::bytea ORDER BY trade_date) AS days"
_CLOSE = "string_agg(float8send(close), ''::bytea ORDER BY trade_date) AS close"
_OTHERS = """
string_agg(float8send(open), ''::bytea ORDER BY trade_date) AS open,
string_agg(float8send(high), ''::bytea ORDER BY trade_date) AS high,
string_agg(float8send(low), ''::bytea ORDER BY trade_date) AS low,
string_agg(float8send(volume), ''::bytea ORDER BY trade_date) AS volume
"""


def _statement(table: str, *columns: str) -> str:
    return "SELECT wanted.instrument_id, " + ", ".join(columns) + _FROM_BARS.format(table=table)


_CLOSES = _statement("md.bars", _DAYS, _CLOSE)
_ALL = _statement("md.bars", _DAYS, _CLOSE, _OTHERS)
_ALL_RAW = _statement("md.eod_prices", _DAYS, _CLOSE, _OTHERS)

_SOURCES = """
SELECT source, count(*) AS bars FROM (
    SELECT source FROM md.eod_prices WHERE instrument_id = $1 AND trade_date BETWEEN $2 AND $3
    ORDER BY trade_date DESC LIMIT $4
) AS newest
GROUP BY source ORDER BY source
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Which of the stored bars: between two days (inclusive), and of these the newest so many."""

    start: date | None = None
    end: date | None = None
    bars: int | None = None

    @property
    def bounds(self) -> tuple[date, date, int | None]:
        return self.start or _EARLIEST, self.end or _LATEST, self.bars


@dataclass(frozen=True, slots=True)
class Series:
    """Stored bars as columns of one length, oldest first."""

    days: Days
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.days)


_NONE = Series(np.array([], dtype="datetime64[D]"), {name: np.array([]) for name in COLUMNS})


async def load_series(
    pool: Pool, instrument_ids: Sequence[int], span: Span, *, closes_only: bool = False, adjusted: bool = True
) -> dict[int, Series]:
    """The bars of instruments, by their numbers; one without bars in the span has empty columns.

    `closes_only` leaves the other columns out. `adjusted=False` gives raw rows as traded.
    """
    statement = _ALL_RAW if not adjusted else _CLOSES if closes_only else _ALL
    names = ("close",) if closes_only and adjusted else COLUMNS
    rows = await pool.fetch(statement, list(instrument_ids), *span.bounds)
    found = {row["instrument_id"]: _series(row, names) for row in rows}
    return {number: found.get(number, _NONE) for number in instrument_ids}


async def load_sources(pool: Pool, instrument_id: int, span: Span) -> dict[str, int]:
    """How many bars of the span came from where."""
    rows = await pool.fetch(_SOURCES, instrument_id, *span.bounds)
    return {row["source"]: row["bars"] for row in rows}


def _series(row: Any, names: Sequence[str]) -> Series:
    days = np.frombuffer(row["days"], dtype=">i4").astype("datetime64[D]")
    return Series(days, {name: np.frombuffer(row[name], dtype=">f8").astype(np.float64) for name in names})
