"""Where a company's figure stands among its industry's: one definition for rules and screens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from signal_service.evaluation.facts import Dated, Days, Floats

LEAST_PEERS = 5  # other companies with a figure, fewer say nothing


def percentiles(values: Floats, groups: NDArray[np.int64]) -> Floats:
    """Percent of the other companies of the same industry whose figure is lower.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        A figure of each company; NaN: not known.
    groups : ndarray of int64, shape (n,)
        Each company's industry as a number; below 0: none.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 (no other is lower) to 100 (all others are); NaN without a figure, without an industry, or with fewer than
        5 others that have a figure. Equal figures stand equally: none of them is below the other.
    """
    ranks = np.full(len(values), np.nan)
    for group in np.unique(groups[groups >= 0]):
        members = np.flatnonzero((groups == group) & ~np.isnan(values))
        peers = len(members) - 1
        if peers >= LEAST_PEERS:
            own = values[members]
            ranks[members] = 100.0 * np.searchsorted(np.sort(own), own, side="left") / peers
    return ranks


def dated_percentiles(figures: Mapping[str, Dated], industries: Mapping[str, str | None]) -> dict[str, Dated]:
    """`percentiles` as they were on every day: on each, of the figures known by then.

    Parameters
    ----------
    figures : mapping of str to Dated
        One metric, by symbol.
    industries : mapping of str to str or None
        By symbol; one that is missing has none.

    Returns
    -------
    dict of str to Dated
        A company's percentile from each day on which it changed; NaN from when it isn't known. Symbols that never
        have one are left out.
    """
    members: defaultdict[str, list[str]] = defaultdict(list)
    for symbol in figures:
        industry = industries.get(symbol)
        if industry is not None:
            members[industry].append(symbol)
    found: dict[str, Dated] = {}
    for symbols in members.values():
        if len(symbols) > LEAST_PEERS:
            found |= _of_industry(symbols, figures)
    return found


def _of_industry(symbols: list[str], figures: Mapping[str, Dated]) -> dict[str, Dated]:
    days = np.unique(np.concatenate([figures[symbol].days for symbol in symbols]))
    known = np.stack([_on(days, figures[symbol]) for symbol in symbols])
    same = np.zeros(len(symbols), dtype=np.int64)
    ranks = np.stack([percentiles(known[:, day], same) for day in range(len(days))], axis=1)
    told: dict[str, Dated] = {}
    for symbol, row in zip(symbols, ranks, strict=True):
        before = np.concatenate(([np.nan], row[:-1]))
        changed = ~((row == before) | (np.isnan(row) & np.isnan(before)))
        if changed.any():
            told[symbol] = Dated(days[changed], row[changed])
    return told


def _on(days: Days, figure: Dated) -> Floats:
    """The newest figure on each day; NaN before the first."""
    at = np.searchsorted(figure.days, days, side="right") - 1
    return np.where(at >= 0, figure.values[np.maximum(at, 0)], np.nan)
