"""How large moves are: the scale that impacts of all companies are read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from signal_service.scoring.markets import Days, Floats

YEAR_DAYS = 365
STEPS = 101  # quantiles, from the least size to the greatest
LEAST_SIZES = 20  # that a scale needs to mean anything
_SHARES = np.linspace(0.0, 1.0, STEPS)


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of all companies' moves over each horizon in a year.

    Parameters
    ----------
    quantiles : mapping of int to ndarray of float64, shape (101,)
        By horizon: the sizes (fractions) that 0, 1, … 100 percent of the moves do not exceed. A
        horizon with fewer than 20 moves has none.
    """

    quantiles: Mapping[int, Floats] = field(default_factory=dict)

    def rank(self, horizon: int, size: float) -> float | None:
        """Share of the moves that are no larger, 0 to 1; None where there is no scale."""
        known = self.quantiles.get(horizon)
        return float(np.interp(size, known, _SHARES)) if known is not None else None

    def median(self, horizon: int) -> float | None:
        """What half of the moves do not exceed; None where there is no scale."""
        known = self.quantiles.get(horizon)
        return float(known[STEPS // 2]) if known is not None else None


def scale_of(moves: Iterable[tuple[Days, Mapping[int, Floats]]], judged: int) -> Scale:
    """The scale before the day `judged`, of windows that began within a year and ended before it.

    Parameters
    ----------
    moves : iterable of (days, mapping)
        For each company: the days of its bars, and by horizon the returns from each, shape (n,), NaN where none is
        known yet.
    judged : int
        Days since 1970.
    """
    sizes: dict[int, list[Floats]] = {}
    for days, by_horizon in moves:
        first, until = np.searchsorted(days, (judged - YEAR_DAYS, judged)).tolist()
        for horizon, found in by_horizon.items():
            sizes.setdefault(horizon, []).append(np.abs(found[first : max(first, until - horizon)]))
    together = {horizon: np.concatenate(parts) for horizon, parts in sizes.items()}
    return Scale({one: np.quantile(found, _SHARES) for one, found in together.items() if len(found) >= LEAST_SIZES})
