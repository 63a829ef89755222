"""The newest values of all symbols, column by column; made anew when something changes, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from signal_service.evaluation.facts import Floats
from signal_service.screening import fields
from signal_service.screening.fields import Field, Unit
from signal_service.screening.ranks import percentiles


@dataclass(frozen=True, slots=True)
class Company:
    """What is known of a symbol beside numbers."""

    name: str | None
    industry: str | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """The newest bar of a symbol: its day, and the values of `PRICE_FIELDS` there."""

    day: date
    values: Floats


@dataclass(frozen=True, slots=True)
class NewsRow:
    """Fresh articles on a symbol, and their sentiment; NaN where none takes a side or there is none."""

    articles: int
    sentiment: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What a snapshot is made of, each part by symbol.

    Parameters
    ----------
    figures : mapping of str to mapping
        metric -> symbol -> the newest figure.
    units : mapping of str to str
        Of each metric.
    news : mapping
        Symbols without an entry have no fresh articles.
    rules : mapping of str to mapping
        rule -> symbol -> 1 where it holds bullish, -1 bearish.
    judged : frozenset of str
        Symbols that rules were looked at for; of the others it isn't known.
    patterns : mapping of str to mapping
        pattern -> symbol -> quality.
    """

    companies: Mapping[str, Company]
    prices: Mapping[str, PriceRow]
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    news: Mapping[str, NewsRow] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    judged: frozenset[str] = frozenset()
    patterns: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Values of every field of every symbol.

    Parameters
    ----------
    symbols : tuple of str
        In their order; column i of `values` is symbol i.
    fields : tuple of Field
        Row i of `values` is field i.
    values : ndarray of float64, shape (fields, symbols)
        Read-only; NaN: not known. A category's values are numbers of its names.
    categories : mapping of str to tuple of str
        field -> its names in their order, so that their numbers sort as they do.
    days : tuple of date or None
        Of each symbol's newest bar.
    """

    symbols: tuple[str, ...]
    fields: tuple[Field, ...]
    places: Mapping[str, int]
    values: Floats
    categories: Mapping[str, tuple[str, ...]]
    companies: Mapping[str, Company]
    days: tuple[date | None, ...]

    def __len__(self) -> int:
        return len(self.symbols)

    @property
    def newest_day(self) -> date | None:
        """Of the newest bar of all."""
        return max((day for day in self.days if day is not None), default=None)

    def column(self, name: str) -> Floats:
        """A field's values."""
        column: Floats = self.values[self.places[name]]
        return column


def assemble(parts: Parts) -> Snapshot:
    """A snapshot of every symbol that has a bar or a figure."""
    symbols = tuple(sorted(parts.prices.keys() | {one for row in parts.figures.values() for one in row}))
    places = {symbol: place for place, symbol in enumerate(symbols)}
    industries = tuple(sorted({one.industry for one in parts.companies.values() if one.industry is not None}))
    numbers = {name: number for number, name in enumerate(industries)}
    codes = np.array([_code(parts.companies.get(symbol), numbers) for symbol in symbols], dtype=np.int64)
    columns: dict[Field, Floats] = {
        fields.SYMBOL: np.arange(len(symbols), dtype=np.float64),
        fields.INDUSTRY: np.where(codes >= 0, codes, np.nan).astype(np.float64),
    }
    columns |= _of_prices(parts.prices, symbols)
    for metric in sorted(parts.figures):
        column = _spread(parts.figures[metric], places, np.nan)
        figure = fields.figure_field(metric, parts.units.get(metric, "number"))
        columns[figure] = column
        columns[fields.rank_field(figure)] = percentiles(column, codes)
    columns |= _of_news(parts, symbols)
    judged = np.array([0.0 if symbol in parts.judged else np.nan for symbol in symbols])
    for rule in sorted(parts.rules):
        columns[fields.rule_field(rule)] = _spread(parts.rules[rule], places, judged)
    barred = np.array([0.0 if symbol in parts.prices else np.nan for symbol in symbols])
    for pattern in sorted(parts.patterns):
        columns[fields.pattern_field(pattern)] = _spread(parts.patterns[pattern], places, barred)
    values = np.ascontiguousarray(np.stack(list(columns.values())))
    values.setflags(write=False)
    return Snapshot(
        symbols=symbols,
        fields=tuple(columns),
        places={one.name: place for place, one in enumerate(columns)},
        values=values,
        categories={"symbol": symbols, "industry": industries},
        companies=parts.companies,
        days=tuple(parts.prices[symbol].day if symbol in parts.prices else None for symbol in symbols),
    )


def _code(company: Company | None, numbers: Mapping[str, int]) -> int:
    return numbers[company.industry] if company is not None and company.industry is not None else -1


def _of_prices(prices: Mapping[str, PriceRow], symbols: tuple[str, ...]) -> dict[Field, Floats]:
    missing = np.full(len(fields.PRICE_FIELDS), np.nan)
    rows = [prices[symbol].values if symbol in prices else missing for symbol in symbols]
    table = np.stack(rows, axis=1) if rows else np.empty((len(fields.PRICE_FIELDS), 0))
    return {one.field: table[place] for place, one in enumerate(fields.PRICE_FIELDS)}


def _of_news(parts: Parts, symbols: tuple[str, ...]) -> dict[Field, Floats]:
    none = NewsRow(0, np.nan)
    rows = [parts.news.get(symbol, none) for symbol in symbols]
    articles, sentiment = fields.NEWS_FIELDS
    return {
        articles: np.array([one.articles for one in rows], dtype=np.float64),
        sentiment: np.array([one.sentiment for one in rows], dtype=np.float64),
    }


def _spread(told: Mapping[str, float], places: Mapping[str, int], otherwise: Floats | float) -> Floats:
    """A column of values by symbol; what is not told is `otherwise`."""
    column = np.full(len(places), np.nan)
    column[:] = otherwise
    for symbol, value in told.items():
        place = places.get(symbol)
        if place is not None:
            column[place] = value
    return column
