"""What rules read of one symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What articles say of a symbol, oldest first by the time they were first seen.

    Parameters
    ----------
    bars : ndarray of int64, shape (m,)
        The bar from which on each article counts: the first one that closed after the article was
        first seen; n (one past the newest) where none has closed since.
    scores, confidences : ndarray of float64, shape (m,)
        -1 to 1, and 0 to 1.
    events : tuple of str, length m
        Event types of `contracts.news.EventType`.
    """

    bars: Days
    scores: Floats
    confidences: Floats
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure as it became known: `values[i]` from day `days[i]` on (days since 1970, rising)."""

    days: Days
    values: Floats


@dataclass(frozen=True, slots=True)
class SymbolFacts:
    """One symbol's history, oldest bar first; contiguous arrays, read-only, NaN where a value is not known.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since 1970, rising.
    open, high, low, close, volume : ndarray of float64, shape (n,)
        Rupees and shares, adjusted for splits.
    columns : mapping of str to ndarray of float64, shape (m,)
        Indicators by the canonical JSON of their expression, on the newest m bars (0 <= m <= n).
    patterns : mapping of str to ndarray of float64, shape (m,)
        Quality (0 to 1) of the pattern of that name that is completed on a bar, else 0; the newest m bars.
    fundamentals, sector_ranks : mapping of str to Dated
        Figures of the company, and its percentile (0 to 100) in its industry, by metric.
    """

    symbol: str
    industry: str | None
    days: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    columns: Mapping[str, Floats] = field(default_factory=dict)
    articles: ArticleFacts | None = None
    patterns: Mapping[str, Floats] = field(default_factory=dict)
    fundamentals: Mapping[str, Dated] = field(default_factory=dict)
    sector_ranks: Mapping[str, Dated] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.days)
