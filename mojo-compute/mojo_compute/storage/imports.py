"""Storing bars: one transaction for an upload, everything or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.db import Connection, Pool, upsert_by_copy

from mojo_compute.market_data import Bars
from mojo_compute.market_data.directory import repeats
from mojo_compute.storage.instruments import apply_changes, load_directory

CHANNEL = "prices_imported"

_COLUMNS = ("instrument_id", "trade_date", "open", "high", "low", "close", "volume", "adjusted", "source")
_KEY = ("instrument_id", "trade_date")
_CHUNK = 4096

_PATIENCE = "SET LOCAL statement_timeout = '10min'"
# Also the import lock: the row is held until the transaction ends.
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
class Imported:
    """What an import stored. `faults` are rows that have no instrument or repeat one, by index."""

    stored: int
    unchanged: int
    faults: dict[int, str]
    symbols: list[str]
    good: Bars


async def import_bars(pool: Pool, bars: Bars, *, adjusted: npt.NDArray[np.bool_], sources: list[str]) -> Imported:
    """Store good bars; a bar that is there already takes the new values.

    Parameters
    ----------
    pool : Pool
    bars : Bars
        Checked rows.
    adjusted : ndarray of bool
        For each file of the upload, whether its prices are adjusted.
    sources : list of str
        For each file of the upload, where its bars come from.

    Raises
    ------
    ServiceUnavailable, Timeout
        The database is away; nothing is stored.
    """
    async with pool.transaction() as connection:
        await connection.execute(_PATIENCE)
        seq = await connection.fetchval(_NEXT)
        directory = await load_directory(connection)
        keys, faults = directory.assign(bars)
        keep = np.ones(len(bars), dtype=np.bool_)
        keep[list(faults)] = False
        numbers = await apply_changes(connection, directory.changes)
        for provisional, number in numbers.items():
            keys[keys == provisional] = number
        faults |= _repeated(bars, keys, keep)
        keep[list(faults)] = False
        good, owners = bars.where(keep), keys[keep]
        if not len(good):
            await connection.execute(_KEEP_COUNTER)
            return Imported(0, 0, faults, [], good)
        first, last = good.day.min().astype(object), good.day.max().astype(object)
        await connection.execute(_ENSURE_YEARS, first, last)
        rows = _rows(good, owners, adjusted, sources)
        done = await upsert_by_copy(
            connection,
            "md.eod_prices",
            _COLUMNS,
            rows,
            key=("instrument_id", "trade_date"),
            returning=("instrument_id",),
        )
        changed = np.unique([row["instrument_id"] for row in done.rows]).astype(np.int64)
        await _tell_changes(connection, good, owners, changed, seq)
        symbols = [row["symbol"] for row in await connection.fetch(_SYMBOLS, np.unique(owners).tolist())]
        return Imported(done.inserted + done.updated, done.unchanged, faults, symbols, good)


async def _tell_changes(
    connection: Connection, bars: Bars, owners: npt.NDArray[np.int64], changed: npt.NDArray[np.int64], seq: int
) -> None:
    """Bring the instruments' spans up to date and wake whoever waits for new bars."""
    if not len(changed):
        await connection.execute(_KEEP_COUNTER)
        return
    order = np.argsort(owners, kind="stable")
    numbers, starts = np.unique(owners[order], return_index=True)
    firsts = np.minimum.reduceat(bars.day[order], starts).tolist()
    lasts = np.maximum.reduceat(bars.day[order], starts).tolist()
    told = [one for one in zip(numbers.tolist(), firsts, lasts, strict=True) if one[0] in set(changed.tolist())]
    await connection.execute(_SPANS, *map(list, zip(*told, strict=True)), seq)
    await connection.execute(_TELL, CHANNEL, str(seq))


def _repeated(bars: Bars, keys: npt.NDArray[np.int64], keep: npt.NDArray[np.bool_]) -> dict[int, str]:
    """Rows that repeat a bar of the same upload, among those that have an instrument."""
    kept = np.flatnonzero(keep)
    again = repeats(bars.where(keep), keys[keep])
    lines, files = bars.line[kept], bars.file[kept]
    return {
        int(kept[index]): f"repeats the bar of line {lines[first]}"
        + ("" if files[index] == files[first] else f" in file {files[first] + 1} of the upload")
        for index, first in again.items()
    }


def _rows(
    bars: Bars, owners: npt.NDArray[np.int64], adjusted: npt.NDArray[np.bool_], sources: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Rows for COPY, made a chunk at a time."""
    names = np.array(sources, dtype=object)
    columns = (owners, bars.day, bars.open, bars.high, bars.low, bars.close, bars.volume)
    for start in range(0, len(bars), _CHUNK):
        part = slice(start, start + _CHUNK)
        files = bars.file[part]
        yield from zip(
            *(column[part].tolist() for column in columns),
            adjusted[files].tolist(),
            names[files].tolist(),
            strict=True,
        )
