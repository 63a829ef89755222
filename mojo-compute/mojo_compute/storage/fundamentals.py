"""Companies' figures: stored from files, by metric and day."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chitti_shared.db import Connection, Pool
from chitti_shared.universe.figures import Unit

from mojo_compute.market_data import CompanyFigures
from mojo_compute.storage.instruments import Found

CHANNEL = "fundamentals_imported"
_AT_ONCE = 20_000  # figures of one statement

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
        (SELECT instrument_id FROM md.instruments WHERE symbol = told.symbol),
        (SELECT instrument_id FROM md.symbol_aliases AS a WHERE a.symbol = told.symbol ORDER BY a.until DESC LIMIT 1)
    ) AS instrument_id
) AS found
JOIN md.instruments AS i USING (instrument_id)
"""
_NAMES = "SELECT instrument_id, symbol, name FROM md.instruments WHERE name IS NOT NULL"
_STORE = """
INSERT INTO md.fundamentals AS known (instrument_id, metric, as_of, value, unit, source)
SELECT told.*, $6 FROM unnest($1::integer[], $2::text[], $3::date[], $4::double precision[], $5::text[]) AS told
ON CONFLICT (instrument_id, metric, as_of) DO UPDATE SET
    value = excluded.value, unit = excluded.unit, source = excluded.source, recorded_at = now()
WHERE (known.value, known.unit) IS DISTINCT FROM (excluded.value, excluded.unit)
RETURNING instrument_id, as_of
"""
_NEXT = "UPDATE md.fundamentals_counter SET seq = seq + 1 RETURNING seq"
_TELL = "SELECT pg_notify($1, $2)"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('md.fundamentals', 0))"
_NEWEST = """
SELECT DISTINCT ON (metric) metric, as_of, value, unit, source
FROM md.fundamentals
WHERE instrument_id = $1 AND ($2::text[] IS NULL OR metric = ANY ($2))
    AND as_of >= coalesce($3, '-infinity'::date) AND as_of <= coalesce($4, 'infinity'::date)
ORDER BY metric, as_of DESC
"""
_HISTORY = """
SELECT metric, as_of, value, unit, source
FROM md.fundamentals
WHERE instrument_id = $1 AND ($2::text[] IS NULL OR metric = ANY ($2))
    AND as_of >= coalesce($3, '-infinity'::date) AND as_of <= coalesce($4, 'infinity'::date)
ORDER BY metric, as_of
"""
_INDUSTRY = "SELECT industry FROM md.instruments WHERE instrument_id = $1"
_METRICS = """
SELECT metric, (array_agg(unit ORDER BY as_of DESC))[1] AS unit, count(DISTINCT instrument_id) AS companies,
    count(*) AS figures, min(as_of) AS first, max(as_of) AS last
FROM md.fundamentals GROUP BY metric ORDER BY metric
"""
_LEGAL = re.compile(r"\b(?:limited|ltd|the)\b")
_SHORTEST = 8  # letters that a cut name must have


@dataclass(frozen=True, slots=True)
class FiguresStored:
    """What an import did; `faults` says by line why a row was kept out, `changed` which lines brought something."""

    stored: int
    unchanged: int
    changed: set[int]
    symbols: list[str]
    faults: dict[int, str]


@dataclass(frozen=True, slots=True)
class StoredFigure:
    metric: str
    as_of: date
    value: float
    unit: Unit
    source: str


@dataclass(frozen=True, slots=True)
class MetricSpan:
    """A metric: how many companies have it, how many figures there are, and of which days."""

    metric: str
    unit: Unit
    companies: int
    figures: int
    first: date
    last: date


async def import_figures(
    pool: Pool, told: Sequence[CompanyFigures], units: Mapping[str, Unit], source: str
) -> FiguresStored:
    """Store figures; one of a company, metric and day that is there already takes the new value.

    Parameters
    ----------
    pool : Pool
    told : sequence of CompanyFigures
    units : mapping of str to str
        Of each metric.
    source : str

    Raises
    ------
    ServiceUnavailable, Timeout
        The database is away; nothing is stored.
    """
    async with pool.transaction() as connection:
        await connection.execute(_LOCK)
        bearers, faults = await _bearers(connection, told)
        chosen: dict[tuple[int, date], CompanyFigures] = {}
        for place, one in enumerate(told):
            if place not in bearers:
                continue
            key = bearers[place][0], one.day
            if key in chosen:
                faults[one.line] = f"repeats the company and day of line {chosen[key].line}"
            else:
                chosen[key] = one
        changed = await _store(connection, chosen, units, source)
        if changed:
            seq = await connection.fetchval(_NEXT)
            await connection.execute(_TELL, CHANNEL, str(seq))
    numbers = {number for number, _day in chosen}
    stored = sum(changed.values())
    return FiguresStored(
        stored=stored,
        unchanged=sum(len(one.values) for one in chosen.values()) - stored,
        changed={chosen[key].line for key in changed},
        symbols=sorted({symbol for number, symbol in bearers.values() if number in numbers}),
        faults=faults,
    )


async def load_figures(
    pool: Pool, company: Found, metrics: list[str] | None, start: date | None, end: date | None, *, history: bool
) -> list[StoredFigure]:
    """A company's figures by metric: the newest of each, or all, oldest first."""
    rows = await pool.fetch(_HISTORY if history else _NEWEST, company.instrument_id, metrics, start, end)
    return [StoredFigure(*row) for row in rows]


async def industry_of(pool: Pool, company: Found) -> str | None:
    """The company's industry; None: it is not in the universe."""
    found: str | None = await pool.fetchval(_INDUSTRY, company.instrument_id)
    return found


async def load_metrics(pool: Pool) -> list[MetricSpan]:
    """Every metric that some company has, by name."""
    return [MetricSpan(*row) for row in await pool.fetch(_METRICS)]


async def _bearers(
    connection: Connection, told: Sequence[CompanyFigures]
) -> tuple[dict[int, tuple[int, str]], dict[int, str]]:
    """The instrument and its symbol of each row, by the row's place; and what is wrong with the others, by line."""
    columns = list(range(len(told))), [o.symbol for o in told], [o.isin for o in told], [o.day for o in told]
    rows = await connection.fetch(_BEARERS, *columns)
    found = {row["place"]: (row["instrument_id"], row["symbol"]) for row in rows}
    unnamed = [place for place in range(len(told)) if place not in found]
    names = _Names(await connection.fetch(_NAMES)) if any(told[place].name for place in unnamed) else None
    faults: dict[int, str] = {}
    for place in unnamed:
        one = told[place]
        if one.symbol or one.isin or names is None:
            faults[one.line] = f"symbol: no instrument is {one.isin or one.symbol}"
            continue
        bearers = names.of(one.name or "")
        if len(bearers) == 1:
            found[place] = bearers[0]
        else:
            several = ", ".join(symbol for _number, symbol in bearers[:4])
            faults[one.line] = f"name: {f'{several} are' if bearers else 'no company is'} called {one.name!r}"
    return found, faults


class _Names:
    """Companies by name, of which exports leave out the legal form and cut off the end."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._bearers: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, symbol, name in rows:
            assert isinstance(number, int)
            self._bearers[_plain(str(name))].append((number, str(symbol)))

    def of(self, name: str) -> list[tuple[int, str]]:
        """Those called so; else, of a name long enough, those whose names begin so."""
        plain = _plain(name)
        exact = self._bearers.get(plain)
        if exact or len(plain) < _SHORTEST:
            return exact or []
        return [one for full, bearers in self._bearers.items() if full.startswith(plain) for one in bearers]


def _plain(name: str) -> str:
    return "".join(letter for letter in _LEGAL.sub("", name.casefold().replace("&", " and ")) if letter.isalnum())


async def _store(
    connection: Connection, chosen: Mapping[tuple[int, date], CompanyFigures], units: Mapping[str, Unit], source: str
) -> Counter[tuple[int, date]]:
    """How many figures of each row are new or changed."""
    figures = [
        (number, metric, day, value, units[metric])
        for (number, day), one in chosen.items()
        for metric, value in one.values.items()
    ]
    changed: Counter[tuple[int, date]] = Counter()
    for at in range(0, len(figures), _AT_ONCE):
        columns = zip(*figures[at : at + _AT_ONCE], strict=True)
        rows = await connection.fetch(_STORE, *map(list, columns), source)
        changed.update((row["instrument_id"], row["as_of"]) for row in rows)
    return changed
