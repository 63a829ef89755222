"""Splits and dividends: stored from files, read for backtests over prices as they were traded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chitti_shared.db import Connection, Pool

from mojo_compute.backtesting.corporate import Happening
from mojo_compute.market_data.adjustments import Adjustment
from mojo_compute.storage.instruments import Found

# The ISIN decides; of a symbol that day's bearer
_BEARERS = """
SELECT told.place, found.instrument_id, i.symbol
FROM unnest($1::integer[], $2::text[], $3::text[], $4::date[]) AS told(place, symbol, isin, day)
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT instrument_id FROM md.instruments WHERE isin = told.isin),
        (SELECT instrument_id FROM md.former_isins WHERE isin = told.isin),
        (SELECT instrument_id FROM md.symbol_aliases AS a
            WHERE a.symbol = told.symbol AND told.day < a.until ORDER BY a.until LIMIT 1),
        (SELECT instrument_id FROM md.instruments WHERE symbol = told.symbol)
    ) AS instrument_id
) AS found
JOIN md.instruments AS i USING (instrument_id)
"""
_STORE = """
INSERT INTO md.adjustments AS known (instrument_id, ex_date, kind, price_factor, volume_factor, amount, note)
SELECT * FROM unnest(
    $1::integer[], $2::date[], $3::text[], $4::double precision[], $5::double precision[], $6::double precision[],
    $7::text[]
)
ON CONFLICT (instrument_id, ex_date, kind) DO UPDATE SET
    price_factor = excluded.price_factor, volume_factor = excluded.volume_factor,
    amount = excluded.amount, note = excluded.note
WHERE (known.price_factor, known.volume_factor, known.amount, known.note)
    IS DISTINCT FROM (excluded.price_factor, excluded.volume_factor, excluded.amount, excluded.note)
RETURNING instrument_id
"""

# Where the bar before an ex-date is adjusted already, its price holds the split; a dividend of that day was told for
# shares of that time, of which later splits made more. Rights and demergers count as turned into shares at once.
_HAPPENINGS = """
SELECT a.instrument_id, a.ex_date,
    CASE
        WHEN before.adjusted OR a.kind = 'dividend' THEN 1
        WHEN a.kind IN ('rights', 'demerger') THEN 1 / a.price_factor
        ELSE a.volume_factor
    END AS ratio,
    coalesce(a.amount, 0) * CASE WHEN before.adjusted THEN (
        SELECT md.product(later.price_factor) FROM md.adjustments AS later
        WHERE later.instrument_id = a.instrument_id AND later.ex_date > a.ex_date
    ) ELSE 1 END AS dividend
FROM md.adjustments AS a
CROSS JOIN LATERAL (
    SELECT p.adjusted FROM md.eod_prices AS p
    WHERE p.instrument_id = a.instrument_id AND p.trade_date < a.ex_date
    ORDER BY p.trade_date DESC LIMIT 1
) AS before
WHERE a.instrument_id = ANY ($1::integer[])
ORDER BY a.ex_date, a.instrument_id, a.kind
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did; `faults` says by line why a row was kept out."""

    stored: int
    unchanged: int
    symbols: list[str]
    faults: dict[int, str]


async def import_adjustments(pool: Pool, told: Sequence[Adjustment]) -> Stored:
    """Store adjustments; one that is there already takes the new values.

    Raises
    ------
    ServiceUnavailable, Timeout
        The database is away; nothing is stored.
    """
    async with pool.transaction() as connection:
        bearers = await _bearers(connection, told)
        chosen: dict[tuple[int, object, str], Adjustment] = {}
        faults: dict[int, str] = {}
        for place, one in enumerate(told):
            if place not in bearers:
                faults[one.line] = f"symbol: no instrument is {one.isin or one.symbol}"
                continue
            key = bearers[place][0], one.day, one.kind
            if key in chosen:
                faults[one.line] = f"repeats the {one.kind} of line {chosen[key].line}"
            else:
                chosen[key] = one
        stored = await _store(connection, chosen)
    numbers = {number for number, _day, _kind in chosen}
    symbols = sorted({symbol for number, symbol in bearers.values() if number in numbers})
    return Stored(stored, len(chosen) - stored, symbols, faults)


async def _bearers(connection: Connection, told: Sequence[Adjustment]) -> dict[int, tuple[int, str]]:
    """The instrument and its symbol of each row, by the row's place; unknown ones are left out."""
    columns = list(range(len(told))), [o.symbol for o in told], [o.isin for o in told], [o.day for o in told]
    rows = await connection.fetch(_BEARERS, *columns)
    return {row["place"]: (row["instrument_id"], row["symbol"]) for row in rows}


async def _store(connection: Connection, chosen: dict[tuple[int, object, str], Adjustment]) -> int:
    ones = chosen.values()
    rows = await connection.fetch(
        _STORE,
        [number for number, _day, _kind in chosen],
        [one.day for one in ones],
        [one.kind for one in ones],
        [one.price_factor for one in ones],
        [one.volume_factor for one in ones],
        [one.amount for one in ones],
        [one.note for one in ones],
    )
    return len(rows)


async def load_happenings(pool: Pool, companies: Mapping[str, Found]) -> list[Happening]:
    """What happened to companies' shares, for prices as they were traded (`PriceStore.load_raw`), by day.

    `companies` are found by the symbols asked for, by which the answer calls them too.
    """
    asked: dict[int, list[str]] = {}
    for symbol, one in companies.items():
        asked.setdefault(one.instrument_id, []).append(symbol)
    rows = await pool.fetch(_HAPPENINGS, list(asked))
    return [
        Happening(symbol, row["ex_date"], row["ratio"], row["dividend"])
        for row in rows
        for symbol in asked[row["instrument_id"]]
    ]
