"""Storing bars: one transaction for an upload, everything or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
from chitti_shared.db import Connection, PackedRows, Pool, pack_rows, upsert_by_copy

from mojo_compute.market_data import Bars, Directory, Faults
from mojo_compute.market_data.directory import repeats
from mojo_compute.storage.instruments import apply_changes, load_directory

CHANNEL = "prices_imported"

_COLUMNS = ("instrument_id", "trade_date", "open", "high", "low", "close", "volume", "adjusted", "source")
_KEY = ("instrument_id", "trade_date")
_AT_ONCE = 20_000  # rows of one upsert: neither memory nor the event loop feels it

_NEXT = "UPDATE md.price_counter SET seq = seq + 1 RETURNING seq"
_KEEP_COUNTER = "UPDATE md.price_counter SET seq = seq - 1"
_ENSURE_YEARS = "SELECT md.ensure_years('md.eod_prices', $1, $2)"
_SPANS = """
UPDATE md.instruments AS known
SET first_bar = least(known.first_bar, told.first_day),
    last_bar = greatest(known.last_bar, told.last_day),
    changed_seq = $4
FROM unnest($1::integer[], $2::date[], $3::date[]) AS told(instrument_id, first_day, last_day)
WHERE known.instrument_id = told.instrument_id
"""
_SYMBOLS = "SELECT symbol FROM md.instruments WHERE instrument_id = ANY($1::integer[]) ORDER BY symbol"
_TELL = "SELECT pg_notify($1, $2)"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the bars of a file come from, and whether they are adjusted for splits."""

    source: str
    adjusted: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import stored. `faults` are of rows that have no instrument or repeat one."""

    stored: int
    unchanged: int
    faults: Faults
    symbols: list[str]
    first_day: date | None
    last_day: date | None


@dataclass(slots=True)
class _Plan:
    """Good rows in the order of instrument and day: their indexes, and the instrument of each.

    `starts` are the places where an instrument's rows begin, `first` and `last` the days of each
    instrument. Instruments that are not stored yet have negative numbers until `number`.
    """

    rows: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]
    faults: Faults
    starts: npt.NDArray[np.int64]
    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]

    @property
    def instruments(self) -> npt.NDArray[np.int64]:
        """The instruments, in the order of `starts`."""
        return self.owners[self.starts]

    def number(self, numbers: dict[int, int]) -> None:
        """Give new instruments the numbers that the database chose."""
        by_place = np.array([numbers[-1 - place] for place in range(len(numbers))], dtype=np.int64)
        new = self.owners < 0
        self.owners[new] = by_place[-1 - self.owners[new]]


Tell = Callable[[int, int, int], None]


def _nobody(_stored: int, _unchanged: int, _of: int) -> None:
    """Nobody wants to know."""


async def import_bars(pool: Pool, bars: Bars, origins: list[Origin], tell: Tell = _nobody) -> Imported:
    """Store good bars; a bar that is there already takes the new values.

    Parameters
    ----------
    pool : Pool
    bars : Bars
        Checked rows.
    origins : list of Origin
        Of each file of the upload.
    tell : callable
        Called now and then with how many rows were new or changed, how many were not, and
        how many there are in all.

    Raises
    ------
    ServiceUnavailable, Timeout
        The database is away; nothing is stored.
    """
    async with pool.transaction() as connection:
        seq = await connection.fetchval(_NEXT)
        directory = await load_directory(connection)
        plan = await asyncio.to_thread(_planned, directory, bars)
        numbers = await apply_changes(connection, directory.changes)
        if numbers:
            await asyncio.to_thread(plan.number, numbers)
        stored, changed, first, last = 0, set[int](), None, None
        if len(plan.rows):
            first, last = plan.first.min().astype(object), plan.last.max().astype(object)
            await connection.execute(_ENSURE_YEARS, first, last)
            stored, changed = await _upsert(connection, bars, plan, origins, tell)
        if changed:
            await _tell_changes(connection, plan, changed, seq)
        else:
            await connection.execute(_KEEP_COUNTER)
        symbols = [row["symbol"] for row in await connection.fetch(_SYMBOLS, plan.instruments.tolist())]
        return Imported(stored, len(plan.rows) - stored, plan.faults, symbols, first, last)


def _planned(directory: Directory, bars: Bars) -> _Plan:
    """Assign rows to instruments, and leave out those that have none or repeat a bar of the upload."""
    keys, faults = directory.assign(bars)
    rows = np.flatnonzero(faults.good)
    rows = rows[np.lexsort((bars.day[rows], keys[rows]))]  # stable: of one day the first row stays first
    again, first = repeats(bars, keys, rows)
    if again.any():
        first_of = np.zeros(len(bars), dtype=np.int64)
        first_of[rows] = first
        faults.add(rows[again], partial(_repeated, bars, first_of))
        rows = rows[~again]
    owners = keys[rows]
    starts = np.flatnonzero(np.diff(owners, prepend=owners[:1] - 1))
    ends = np.append(starts[1:], len(rows))[: len(starts)] - 1
    return _Plan(rows, owners, faults, starts, bars.day[rows[starts]], bars.day[rows[ends]])


def _repeated(bars: Bars, first_of: npt.NDArray[np.int64], row: int) -> str:
    first = first_of[row]
    elsewhere = "" if bars.file[row] == bars.file[first] else f" of file {bars.file[first] + 1} in the upload"
    return f"repeats the bar of line {bars.line[first]}{elsewhere}"


async def _upsert(
    connection: Connection, bars: Bars, plan: _Plan, origins: list[Origin], tell: Tell
) -> tuple[int, set[int]]:
    """Write the rows; how many were new or changed, and of which instruments."""
    stored = 0
    changed: set[int] = set()
    for start in range(0, len(plan.rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        rows = await asyncio.to_thread(_packed, bars, plan.rows[part], plan.owners[part], origins)
        done = await upsert_by_copy(connection, "md.eod_prices", _COLUMNS, rows, key=_KEY, returning=("instrument_id",))
        stored += done.inserted + done.updated
        changed.update(row["instrument_id"] for row in done.rows)
        written = start + len(plan.rows[part])
        tell(stored, written - stored, len(plan.rows))
    return stored, changed


async def _tell_changes(connection: Connection, plan: _Plan, changed: set[int], seq: int) -> None:
    """Bring the instruments' spans up to date and wake whoever waits for new bars."""
    spans = zip(plan.instruments.tolist(), plan.first.tolist(), plan.last.tolist(), strict=True)
    told = [span for span in spans if span[0] in changed]
    await connection.execute(_SPANS, *map(list, zip(*told, strict=True)), seq)
    await connection.execute(_TELL, CHANNEL, str(seq))


def _packed(
    bars: Bars, rows: npt.NDArray[np.int64], owners: npt.NDArray[np.int64], origins: list[Origin]
) -> PackedRows:
    """Rows for COPY, those of one origin together."""
    places = list(dict.fromkeys(origins))
    told = np.array([places.index(one) for one in origins], dtype=np.int64)[bars.file[rows]]
    blocks: list[bytes] = []
    for place in np.unique(told).tolist():
        origin, here = places[place], told == place
        chosen = rows[here]
        values = (column[chosen] for column in (bars.day, bars.open, bars.high, bars.low, bars.close, bars.volume))
        adjusted = np.full(len(chosen), origin.adjusted)
        blocks.append(pack_rows([owners[here].astype(np.int32), *values, adjusted, origin.source]))
    return PackedRows(blocks)
