"""Instruments: the universe, symbols old and new, search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chitti_shared import universe
from chitti_shared.db import Connection, Pool
from chitti_shared.errors import NotFound

from mojo_compute.market_data import Changes, Directory, Instrument
from mojo_compute.market_data.directory import Alias

# A symbol of today wins over a former one; of former bearers the latest.
_FIND = """
SELECT DISTINCT ON (bearer.asked)
    bearer.asked, i.instrument_id, i.symbol, i.isin, i.name, i.last_bar, i.changed_seq
FROM (
    SELECT symbol AS asked, instrument_id, 'infinity'::date AS until FROM md.instruments WHERE symbol = ANY ($1)
    UNION ALL
    SELECT symbol, instrument_id, until FROM md.symbol_aliases WHERE symbol = ANY ($1)
) AS bearer
JOIN md.instruments AS i USING (instrument_id)
ORDER BY bearer.asked, bearer.until DESC
"""

# Best matches first: the symbol itself, its beginning, a former symbol or an ISIN, the name;
# of equal ones first those that have bars.
_SEARCH = r"""
SELECT symbol, isin, name, industry, series, first_bar, last_bar
FROM (
    SELECT i.*,
        CASE
            WHEN i.symbol = upper($1) THEN 0
            WHEN starts_with(i.symbol, upper($1)) THEN 1
            WHEN i.isin = upper($1) OR EXISTS (
                SELECT FROM md.symbol_aliases AS a
                WHERE a.instrument_id = i.instrument_id AND starts_with(a.symbol, upper($1))
            ) THEN 2
            WHEN starts_with(lower(i.name), lower($1)) THEN 3
            WHEN position(lower($1) IN lower(i.name)) > 0 OR position(upper($1) IN i.symbol) > 0 THEN 4
        END AS rank
    FROM md.instruments AS i
    WHERE NOT $3 OR i.last_bar IS NOT NULL
) AS ranked
WHERE rank IS NOT NULL
ORDER BY rank, last_bar IS NULL, symbol
LIMIT $2
"""

_ADD_COMPANIES = """
INSERT INTO md.instruments AS known (isin, symbol, name, industry, series)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (isin) DO UPDATE SET name = excluded.name, industry = excluded.industry
WHERE (known.name, known.industry) IS DISTINCT FROM (excluded.name, excluded.industry)
"""
# A symbol that an import met before the universe told its company
_TELL_COMPANIES = """
UPDATE md.instruments AS known SET isin = told.isin, name = told.name, industry = told.industry
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS told(isin, symbol, name, industry)
WHERE known.symbol = told.symbol AND known.isin IS NULL
    AND NOT EXISTS (SELECT FROM md.instruments AS other WHERE other.isin = told.isin)
"""
_TAKEN_SYMBOLS = "SELECT symbol, isin FROM md.instruments"
_ADD_ALIASES = """
INSERT INTO md.symbol_aliases (symbol, until, instrument_id)
SELECT told.symbol, told.until, i.instrument_id
FROM unnest($1::text[], $2::date[], $3::text[]) AS told(symbol, until, isin)
JOIN md.instruments AS i USING (isin)
ON CONFLICT DO NOTHING
"""

_DIRECTORY = "SELECT instrument_id, symbol, isin, series, last_bar FROM md.instruments"
_ALIASES = "SELECT symbol, until, instrument_id FROM md.symbol_aliases"
_FORMER_ISINS = "SELECT isin, instrument_id FROM md.former_isins"

_ADD_INSTRUMENT = "INSERT INTO md.instruments (symbol, isin, series) VALUES ($1, $2, $3) RETURNING instrument_id"
_TELL_ISIN = "UPDATE md.instruments SET isin = $2 WHERE instrument_id = $1"
_RENAME = "UPDATE md.instruments SET symbol = $2 WHERE instrument_id = $1"
_ADD_FORMER_ISIN = "INSERT INTO md.former_isins (isin, instrument_id) VALUES ($1, $2)"
_ADD_ALIAS = "INSERT INTO md.symbol_aliases (symbol, until, instrument_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Found:
    """The instrument that a symbol means; `symbol` is its symbol of today."""

    instrument_id: int
    symbol: str
    isin: str | None
    name: str | None
    last_bar: date | None
    changed_seq: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An instrument as `search` lists it."""

    symbol: str
    isin: str | None
    name: str | None
    industry: str | None
    series: str
    first_bar: date | None
    last_bar: date | None


async def ping(pool: Pool) -> None:
    """Whether the database answers. Errors: ServiceUnavailable, Timeout."""
    await pool.fetchval("SELECT 1")


async def find(pool: Pool, symbols: Sequence[str]) -> dict[str, Found]:
    """The instruments of symbols, old or new, by the symbol asked for; unknown ones are left out."""
    rows = await pool.fetch(_FIND, list(symbols))
    return {asked: Found(*company) for asked, *company in rows}


async def find_one(pool: Pool, symbol: str) -> Found:
    """The instrument of one symbol. Errors: NotFound."""
    return known((await find(pool, [symbol])).get(symbol), symbol)


def known(found: Found | None, symbol: str) -> Found:
    """`found`, when there is something. Errors: NotFound."""
    if found is None:
        raise NotFound(f"no instrument has the symbol {symbol}", kind="symbol", symbol=symbol)
    return found


async def search(pool: Pool, text: str, limit: int, *, with_prices: bool) -> list[Listed]:
    """Instruments by symbol, former symbol, ISIN or name, best match first."""
    return [Listed(*row) for row in await pool.fetch(_SEARCH, text.strip(), limit, with_prices)]


async def add_universe(pool: Pool) -> None:
    """Make every company of the universe an instrument, and its former symbols aliases.

    Running it again changes nothing. A symbol that another instrument bears meanwhile is
    left to that one.
    """
    async with pool.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('md.instruments', 0))")
        companies = universe.companies()
        told = [[one.isin for one in companies], [one.symbol for one in companies]]
        names = [[one.name for one in companies], [one.industry for one in companies]]
        await connection.execute(_TELL_COMPANIES, *told, *names)
        bearers = {row["symbol"]: row["isin"] for row in await connection.fetch(_TAKEN_SYMBOLS)}
        free = [one for one in companies if bearers.get(one.symbol, one.isin) == one.isin]
        columns = zip(*((one.isin, one.symbol, one.name, one.industry, one.series) for one in free), strict=True)
        await connection.execute(_ADD_COMPANIES, *map(list, columns))
        aliases = universe.ALIASES
        await connection.execute(
            _ADD_ALIASES, [a.former for a in aliases], [a.until for a in aliases], [a.isin for a in aliases]
        )


async def load_directory(connection: Connection) -> Directory:
    """All instruments, for an import. The caller holds the import lock."""
    instruments = [Instrument(*row) for row in await connection.fetch(_DIRECTORY)]
    aliases = [Alias(*row) for row in await connection.fetch(_ALIASES)]
    former = {row["isin"]: row["instrument_id"] for row in await connection.fetch(_FORMER_ISINS)}
    return Directory(instruments, aliases, former)


async def apply_changes(connection: Connection, changes: Changes) -> dict[int, int]:
    """Store what an import taught; the numbers of its new instruments by their provisional ones."""
    numbers: dict[int, int] = {}
    for one in changes.new:
        numbers[one.key] = await connection.fetchval(_ADD_INSTRUMENT, one.symbol, one.isin, one.series)
    renamed = [(numbers.get(key, key), symbol) for key, symbol in changes.renamed.items()]
    told = [(numbers.get(key, key), isin) for key, isin in changes.told_isins.items()]
    former = [(isin, numbers.get(key, key)) for isin, key in changes.former_isins.items()]
    aliases = [(one.symbol, one.until, numbers.get(one.key, one.key)) for one in changes.aliases]
    for statement, rows in (
        (_RENAME, renamed),
        (_TELL_ISIN, told),
        (_ADD_FORMER_ISIN, former),
        (_ADD_ALIAS, aliases),
    ):
        await connection.executemany(statement, rows)
    return numbers
