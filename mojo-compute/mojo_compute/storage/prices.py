"""Reading stored bars.

A column arrives as one value: its numbers in binary, one behind the other. That costs a
hundredth of what a row for each bar does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from chitti_shared.db import Pool

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days
from mojo_compute.storage.instruments import Found

COLUMNS = ("open", "high", "low", "close", "volume")

_AT_ONCE = 100  # companies of one query, so that none runs long

_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)

_FROM_BARS = """
FROM unnest($1::integer[]) AS wanted(instrument_id)
JOIN {table} AS stored USING (instrument_id)
GROUP BY wanted.instrument_id
"""
_SELECT = """
SELECT wanted.instrument_id,
    string_agg(int4send(trade_date - DATE '1970-01-01'), ''::bytea ORDER BY trade_date) AS days,
    string_agg(float8send(open), ''::bytea ORDER BY trade_date) AS open,
    string_agg(float8send(high), ''::bytea ORDER BY trade_date) AS high,
    string_agg(float8send(low), ''::bytea ORDER BY trade_date) AS low,
    string_agg(float8send(close), ''::bytea ORDER BY trade_date) AS close,
    string_agg(float8send(volume), ''::bytea ORDER BY trade_date) AS volume
"""
_ADJUSTED = _SELECT + _FROM_BARS.format(table="md.bars")
_RAW = _SELECT + _FROM_BARS.format(table="md.eod_prices")

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

    @property
    def nbytes(self) -> int:
        return self.days.nbytes + sum(column.nbytes for column in self.columns.values())

    def within(self, span: Span) -> Series:
        """The bars of a span, without copying."""
        first = 0 if span.start is None else int(np.searchsorted(self.days, np.datetime64(span.start)))
        last = len(self) if span.end is None else int(np.searchsorted(self.days, np.datetime64(span.end), "right"))
        if span.bars is not None:
            first = max(first, last - span.bars)
        if (first, last) == (0, len(self)):
            return self
        return Series(self.days[first:last], {name: column[first:last] for name, column in self.columns.items()})


_NONE = Series(np.array([], dtype="datetime64[D]"), {name: np.array([]) for name in COLUMNS})


class PriceStore:
    """Stored bars; the whole series of a company is kept in memory as long as it is the newest.

    A company's `changed_seq` grows with each import that changes its bars, and with each
    adjustment: a series kept under an older number is loaded again.

    Parameters
    ----------
    pool : Pool
    limit : int
        Bytes of series kept; the least recently used go first.
    """

    def __init__(self, pool: Pool, limit: int = 48 << 20) -> None:
        self._pool = pool
        self._limit = limit
        self._used = 0
        self._kept: OrderedDict[int, tuple[int, Series]] = OrderedDict()

    async def load(self, companies: Iterable[Found], span: Span) -> dict[int, Series]:
        """The adjusted bars of companies in a span, by instrument; without any: empty columns."""
        wanted = {one.instrument_id: one.changed_seq for one in companies}
        series = {number: kept for number, seq in wanted.items() if (kept := self._find(number, seq)) is not None}
        missing = [number for number in wanted if number not in series]
        for first in range(0, len(missing), _AT_ONCE):
            loaded = await _fetched(self._pool, _ADJUSTED, missing[first : first + _AT_ONCE])
            for number, one in loaded.items():
                self._keep(number, wanted[number], one)
            series |= loaded
        return {number: series[number].within(span) for number in wanted}

    async def load_raw(self, company: Found, span: Span) -> Series:
        """The bars of a company as they were traded, no adjustment applied."""
        loaded = await _fetched(self._pool, _RAW, [company.instrument_id])
        return loaded[company.instrument_id].within(span)

    def _find(self, number: int, seq: int) -> Series | None:
        kept = self._kept.get(number)
        if kept is None or kept[0] != seq:
            return None
        self._kept.move_to_end(number)
        return kept[1]

    def _keep(self, number: int, seq: int, series: Series) -> None:
        replaced = self._kept.pop(number, None)
        self._used += series.nbytes - (replaced[1].nbytes if replaced is not None else 0)
        self._kept[number] = seq, series
        while self._used > self._limit:
            _number, (_seq, oldest) = self._kept.popitem(last=False)
            self._used -= oldest.nbytes


async def _fetched(pool: Pool, statement: str, numbers: Sequence[int]) -> dict[int, Series]:
    rows = await pool.fetch(statement, list(numbers))
    found = {row["instrument_id"]: _series(row) for row in rows}
    return {number: found.get(number, _NONE) for number in numbers}


async def load_sources(pool: Pool, instrument_id: int, span: Span) -> dict[str, int]:
    """How many bars of the span came from where."""
    rows = await pool.fetch(_SOURCES, instrument_id, *span.bounds)
    return {row["source"]: row["bars"] for row in rows}


def _series(row: Any) -> Series:
    days = np.frombuffer(row["days"], dtype=">i4").astype("datetime64[D]")
    columns = {name: np.frombuffer(row[name], dtype=">f8").astype(np.float64) for name in COLUMNS}
    for column in (days, *columns.values()):
        column.setflags(write=False)  # kept and handed to many
    return Series(days, columns)
