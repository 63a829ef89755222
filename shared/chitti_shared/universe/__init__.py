"""NSE companies: name, industry, symbol, series, ISIN, and symbols that were renamed.

`nse_universe.csv` is the exchange's published index constituents (August 2026).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

_TEMPORARY_ISIN = "DUM"  # the exchange lists a demerged company so until it gets its own ISIN


@dataclass(frozen=True, slots=True)
class Company:
    """One listed company. `series` is EQ or BE; `isin` is its key."""

    name: str
    industry: str
    symbol: str
    series: str
    isin: str


@dataclass(frozen=True, slots=True)
class SymbolAlias:
    """A symbol that a company traded under until `until` (the first day of the new one)."""

    former: str
    symbol: str
    isin: str
    until: date


ALIASES: tuple[SymbolAlias, ...] = (SymbolAlias("TATAMOTORS", "TMPV", "INE155A01022", date(2025, 10, 24)),)

# What people call an industry of the file
INDUSTRY_NAMES = {"Banking": "Financial Services", "IT": "Information Technology", "Pharma": "Healthcare"}


@cache
def companies() -> tuple[Company, ...]:
    """All companies of the universe file, by symbol; temporary rows of demergers are left out."""
    text = files(__package__).joinpath("nse_universe.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = [
        Company(row["Company Name"].strip(), row["Industry"].strip(), row["Symbol"], row["Series"], row["ISIN Code"])
        for row in rows
        if not row["ISIN Code"].startswith(_TEMPORARY_ISIN)
    ]
    return tuple(sorted(found, key=lambda company: company.symbol))


@cache
def _symbols() -> dict[str, Company]:
    table = {company.symbol: company for company in companies()}
    return table | {alias.former: table[alias.symbol] for alias in ALIASES}


@cache
def _isins() -> dict[str, Company]:
    return {company.isin: company for company in companies()}


def by_symbol(symbol: str) -> Company | None:
    """The company that trades, or traded, under `symbol`; None when it is not in the universe."""
    return _symbols().get(symbol)


@cache
def _industries() -> dict[str, str]:
    known = {one.casefold(): one for one in sorted({company.industry for company in companies()})}
    return known | {name.casefold(): industry for name, industry in INDUSTRY_NAMES.items()}


def industry_named(name: str, field: str = "sector") -> str:
    """The NSE industry that a sector's name means, in whatever case (Banking -> Financial Services).

    `field` is what errors call the caller's field that holds the name.

    Raises
    ------
    InvalidInput
        No industry is called so; the nearest names are told.
    """
    industry = _industries().get(name.strip().casefold())
    if industry is None:
        names = [*INDUSTRY_NAMES, *sorted(set(_industries().values()))]
        hint = nearest(name, names) or f"; there are {', '.join(names)}"
        raise InvalidInput(
            f"{field} names {name}, which is no NSE industry{hint}", field=field, constraint="NSE industry"
        )
    return industry


def by_isin(isin: str) -> Company | None:
    """The company with this ISIN; None when it is not in the universe."""
    return _isins().get(isin)


def current_symbol(symbol: str) -> str:
    """The symbol of today for one that was renamed (TATAMOTORS -> TMPV), else `symbol` itself."""
    company = by_symbol(symbol)
    return company.symbol if company else symbol
