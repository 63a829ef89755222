"""What a program reads of a symbol's facts, as columns of the bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from chitti_shared.errors import ComputationError

from signal_service.evaluation.facts import ArticleFacts, Dated, Floats, SymbolFacts
from signal_service.kernels._programs import figures_into

_UNIT = 1e9  # the kernel's unit of scores: nine decimals
_THURSDAY = 3  # 1970-01-01 was one


class Source(NamedTuple):
    """One column that is read: its kind, and which of them."""

    kind: str
    name: str


def inputs_of(sources: Sequence[Source], facts: SymbolFacts, first: int, *, live: bool) -> list[Floats]:
    """The columns from bar `first` on, in the order of `sources`.

    Raises
    ------
    ComputationError
        The facts lack a column or a pattern that the program reads, or do not reach back to bar `first`.
    """
    return [_READ[kind](facts, name, first, live) for kind, name in sources]


def _series(facts: SymbolFacts, name: str, first: int, _live: bool) -> Floats:
    if name in _PRICES:
        values: Floats = getattr(facts, name)
        return values[first:]
    return _DERIVED[name](facts)[first:]


def _column(facts: SymbolFacts, name: str, first: int, _live: bool) -> Floats:
    return _present(facts, facts.columns, name, "column", first)


def _pattern(facts: SymbolFacts, name: str, first: int, _live: bool) -> Floats:
    return _present(facts, facts.patterns, name, "pattern", first)


def _present(facts: SymbolFacts, values: Mapping[str, Floats], name: str, kind: str, first: int) -> Floats:
    symbol, found = facts.symbol, values.get(name)
    if found is None:
        raise ComputationError(f"the facts on {symbol} lack the {kind} {name}", symbol=symbol, **{kind: name})
    skipped = first - (len(facts) - len(found))
    if skipped < 0:
        raise ComputationError(
            f"the facts on {symbol} have the {kind} {name} on the newest {len(found)} bars only, "
            f"{len(facts) - first} are read",
            symbol=symbol,
            **{kind: name},
        )
    return found[skipped:]


def _fundamental(facts: SymbolFacts, name: str, first: int, _live: bool) -> Floats:
    return _by_day(facts.fundamentals.get(name), facts, first)


def _sector_rank(facts: SymbolFacts, name: str, first: int, _live: bool) -> Floats:
    return _by_day(facts.sector_ranks.get(name), facts, first)


def _by_day(figures: Dated | None, facts: SymbolFacts, first: int) -> Floats:
    out = np.full(len(facts) - first, np.nan)
    if figures is not None:
        figures_into(facts.days[first:], figures.days, figures.values, out)
    return out


def _articles(facts: SymbolFacts, _name: str, first: int, live: bool) -> Floats:
    return _by_bar(facts, first, live=live)


def _scores(facts: SymbolFacts, _name: str, first: int, live: bool) -> Floats:
    told = facts.articles
    return _by_bar(facts, first, live=live, weights=None if told is None else np.rint(told.scores * _UNIT))


def _event(facts: SymbolFacts, name: str, first: int, live: bool) -> Floats:
    told = facts.articles
    weights = None if told is None else np.array([float(one == name) for one in told.events])
    return _by_bar(facts, first, live=live, weights=weights)


def _by_bar(facts: SymbolFacts, first: int, *, live: bool, weights: Floats | None = None) -> Floats:
    """For each bar the number of articles that count from it on, or the sum of their weights."""
    told, length = facts.articles, len(facts) - first
    if told is None or not len(told.bars):
        return np.zeros(length)
    bars, weights = _counted(told, weights, first, len(facts), live=live)
    return np.bincount(bars, weights=weights, minlength=length).astype(np.float64, copy=False)


def _counted(
    told: ArticleFacts, weights: Floats | None, first: int, length: int, *, live: bool
) -> tuple[np.ndarray, Floats | None]:
    """The articles of bars `first` on: their bars, counted from there, and their weights."""
    begin = int(np.searchsorted(told.bars, first))
    end = len(told.bars) if live else int(np.searchsorted(told.bars, length))
    bars = np.minimum(told.bars[begin:end], length - 1) - first
    return bars, None if weights is None else weights[begin:end]


def _weekday(facts: SymbolFacts) -> Floats:
    return ((facts.days + _THURSDAY) % 7 + 1).astype(np.float64)


def _day(facts: SymbolFacts) -> Floats:
    days = facts.days.astype("datetime64[D]")
    day: Floats = (days - days.astype("datetime64[M]")).astype(np.float64)
    return day + 1.0


def _month(facts: SymbolFacts) -> Floats:
    return facts.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.float64) % 12.0 + 1.0


_PRICES = frozenset({"open", "high", "low", "close", "volume"})
_DERIVED: dict[str, Callable[[SymbolFacts], Floats]] = {
    "typical": lambda facts: (facts.high + facts.low + facts.close) / 3.0,
    "hl2": lambda facts: (facts.high + facts.low) / 2.0,
    "ohlc4": lambda facts: (facts.open + facts.high + facts.low + facts.close) / 4.0,
    "weekday": _weekday,
    "day": _day,
    "month": _month,
    "time": lambda facts: np.zeros(len(facts)),  # daily bars begin at midnight
}
_READ: dict[str, Callable[[SymbolFacts, str, int, bool], Floats]] = {
    "series": _series,
    "column": _column,
    "pattern": _pattern,
    "fundamental": _fundamental,
    "sector_rank": _sector_rank,
    "articles": _articles,
    "scores": _scores,
    "event": _event,
}
