"""What a report draws and tables, taken from a run's curves and trades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chitti_cli.report.result import Result, Trade

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
COLUMNS = 700  # a plot is not wider, in places where two values can be told apart


def floats(values: Iterable[float | None]) -> Floats:
    """Numbers with NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def places(dates: list[str] | None, count: int) -> npt.NDArray[np.generic]:
    """Where each bar stands on the axis: its date, or its number where bars have none."""
    if not dates:
        return np.arange(count)
    return np.array(dates, dtype="datetime64[s]")


def thinned(values: Floats) -> Numbers:
    """Bars enough to draw the curve: of each column of the plot the lowest and the highest, and both ends."""
    count = len(values)
    if count <= 4 * COLUMNS:
        return np.arange(count)
    edges = np.linspace(0, count, COLUMNS + 1).astype(int).tolist()
    chosen = {0, count - 1}
    for first, end in pairwise(edges):
        part = values[first:end]
        if not np.isnan(part).all():
            chosen |= {first + int(np.nanargmin(part)), first + int(np.nanargmax(part))}
    return np.array(sorted(chosen))


def returns_of(result: Result) -> Floats:
    """Return of each bar, the first one's of what was paid in; bars after ruin have none."""
    before = np.concatenate([[result.capital], result.equity_curve[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(result.equity_curve) / before - 1.0
    return np.where(before > 0.0, found, np.nan)


def window_of(count: int) -> int:
    """Bars of the rolling ratio: half a year's, or a third of a shorter run; 0: too few for one."""
    return min(126, count // 3) if count >= 60 else 0


def rolling_sharpe(returns: Floats, window: int, yearly: float) -> Floats:
    """Annual Sharpe ratio of each bar's newest `window` returns, over no rate; NaN where there is none."""
    found = np.full(len(returns), np.nan)
    parts = np.lib.stride_tricks.sliding_window_view(returns, window)
    deviations = parts.std(axis=1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = parts.mean(axis=1) / deviations * np.sqrt(yearly)
    found[window - 1 :] = np.where(deviations > 1e-14, ratios, np.nan)
    return found


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch under water, as bars: from the peak before it to its end (None: it lasts)."""

    peak: int
    trough: int
    end: int | None
    depth: float
    bars: int


def worst_spells(below: Floats, count: int = 6) -> list[Spell]:
    """The deepest stretches under water, the deepest first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], below < 0.0, [False]])))
    found = []
    for first, end in edges.reshape(-1, 2).tolist():
        trough = first + int(np.argmin(below[first:end]))
        lasts = end == len(below)
        last = end - 1 if lasts else end
        found.append(Spell(first - 1, trough, None if lasts else end, float(below[trough]), last - first + 1))
    return sorted(found, key=lambda spell: spell.depth)[:count]


def held_spans(trades: Iterable[Trade], last: int) -> list[tuple[int, int]]:
    """Stretches of bars with a position, first and last, one behind the other."""
    spans: list[tuple[int, int]] = []
    ends = ((one.entry_bar, last if one.exit_bar is None or one.exit_bar < 0 else one.exit_bar) for one in trades)
    for first, end in sorted(ends):
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((first, end))
    return spans


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months, NaN where the run has none, and what they came to together."""

    name: str
    months: Floats
    total: float


def years_of(months: Mapping[str, float]) -> list[Year]:
    """Returns by month (`2025-09`) as years."""
    table: dict[str, Floats] = {}
    for month, gain in months.items():
        year, _, number = month.partition("-")
        table.setdefault(year, np.full(12, np.nan))[int(number) - 1] = gain
    return [Year(name, found, float(np.nanprod(1.0 + found) - 1.0)) for name, found in sorted(table.items())]
