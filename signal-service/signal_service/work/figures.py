"""Figures of all companies, and where each stands in its industry; read again when an import changed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chitti_shared.db import Pool
from chitti_shared.universe import by_symbol

from signal_service.evaluation import Dated
from signal_service.screening.ranks import dated_percentiles
from signal_service.storage.fundamentals import FundamentalTable

_NONE: Mapping[str, Dated] = {}


@dataclass(frozen=True, slots=True)
class FigureBook:
    """Figures and ranks by symbol, then by metric, as of one import; `stored` are the metrics that some company has."""

    top: int
    metrics: frozenset[str]
    ranked: frozenset[str]
    stored: frozenset[str]
    figures: Mapping[str, Mapping[str, Dated]]
    percentiles: Mapping[str, Mapping[str, Dated]]

    def fundamentals(self, symbol: str) -> Mapping[str, Dated]:
        """A company's figures, by metric."""
        return self.figures.get(symbol, _NONE)

    def ranks(self, symbol: str) -> Mapping[str, Dated]:
        """A company's percentiles in its industry, by metric."""
        return self.percentiles.get(symbol, _NONE)


_EMPTY = FigureBook(0, frozenset(), frozenset(), frozenset(), {}, {})


class Figures:
    """The newest book of the metrics that anybody asked for."""

    def __init__(self, pool: Pool) -> None:
        self._table = FundamentalTable(pool)
        self._book = _EMPTY

    async def of(self, metrics: Iterable[str], ranked: Iterable[str]) -> FigureBook:
        """Figures of `metrics` and percentiles of `ranked`. Raises ServiceUnavailable."""
        wanted, standing = frozenset(metrics), frozenset(ranked)
        if not wanted and not standing:
            return _EMPTY
        top = await self._table.top()
        book = self._book
        if book.top != top or not wanted <= book.metrics or not standing <= book.ranked:
            wanted, standing = wanted | (book.metrics & book.stored), standing | (book.ranked & book.stored)
            histories = await self._table.histories(sorted(wanted | standing))
            self._book = book = _book_of(top, wanted, standing, histories)
        return book


def _book_of(
    top: int, metrics: frozenset[str], ranked: frozenset[str], histories: Mapping[str, Mapping[str, Dated]]
) -> FigureBook:
    figures: defaultdict[str, dict[str, Dated]] = defaultdict(dict)
    percentiles: defaultdict[str, dict[str, Dated]] = defaultdict(dict)
    for metric, of_companies in histories.items():
        for symbol, figure in of_companies.items() if metric in metrics else ():
            figures[symbol][metric] = figure
        if metric in ranked:
            industries = {symbol: industry_of(symbol) for symbol in of_companies}
            for symbol, percentile in dated_percentiles(of_companies, industries).items():
                percentiles[symbol][metric] = percentile
    return FigureBook(top, metrics, ranked, frozenset(histories), figures, percentiles)


def industry_of(symbol: str) -> str | None:
    """NSE's industry of a company; None where it isn't in the universe."""
    company = by_symbol(symbol)
    return company.industry if company else None
