"""Rows of a file before they are judged: texts of whose they are, days, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import PRICES, Bars, Days, Identity, day_of
from mojo_compute.market_data.layouts import Layout

NUMBERS = (*PRICES, "volume")
SLICE_ROWS = 4_096  # few enough that no step holds the interpreter's lock for long

_NOT_A_TIME = np.datetime64("NaT", "D")
_SHOWN = 40  # characters of a bad value that a reason quotes

_cached_day = lru_cache(maxsize=4096)(day_of)


@dataclass(slots=True)
class Slice:
    """Some rows of a file as columns; `faults` holds what could not even be read.

    `broken` are the rows that have no columns at all (too few fields, too many). `until` is
    the fraction of the file that is read with it.
    """

    lines: npt.NDArray[np.int64]
    day: Days
    numbers: dict[str, Floats]
    symbols: Sequence[str | None] | None
    isins: Sequence[str | None] | None
    series: Sequence[str | None] | None
    faults: dict[int, str] = field(default_factory=dict)
    broken: frozenset[int] = frozenset()
    until: float = 1.0

    @property
    def rows(self) -> int:
        return len(self.lines)

    @property
    def has_series(self) -> bool:
        return self.series is not None

    def identities(self, fallback: str | None) -> Iterator[Identity]:
        """Whose each row is; rows that name no symbol are `fallback`'s."""
        none = (None,) * self.rows
        for symbol, isin, series in zip(self.symbols or none, self.isins or none, self.series or none, strict=True):
            yield Identity(
                (symbol or "").strip().upper() or fallback or "",
                (isin or "").strip().upper() or None,
                (series or "").strip().upper() if self.series is not None else "EQ",
            )

    def bars(self, chosen: npt.NDArray[np.int64], identity: npt.NDArray[np.int64], file: int) -> Bars:
        """The chosen rows as a table whose identities are filled in later."""
        numbers = {name: self.numbers[name][chosen] for name in NUMBERS}
        files = np.full(len(chosen), file, dtype=np.int64)
        return Bars([], identity, self.day[chosen], **numbers, file=files, line=self.lines[chosen])


@dataclass(frozen=True, slots=True)
class Table:
    """A file of bars: its format, whether rows name their symbol, and its rows in slices."""

    layout: Layout
    has_symbols: bool
    slices: Iterator[Slice]


def days_of(texts: Sequence[str], faults: dict[int, str]) -> Days:
    """Texts as days; one that is none becomes NaT and a fault."""
    days = np.full(len(texts), _NOT_A_TIME, dtype="datetime64[D]")
    for index, text in enumerate(texts):
        day = _cached_day(text)
        if day is not None:
            days[index] = day
        elif text.strip():
            faults.setdefault(index, f"date: not a day: {text.strip()[:_SHOWN]!r}")
    return days


def numbers_of(name: str, texts: Sequence[str], faults: dict[int, str]) -> Floats:
    """Texts as numbers; one that is none becomes NaN and a fault. An empty text is just NaN."""
    try:
        values = np.array([_number(text) for text in texts], dtype=np.float64)
    except ValueError:
        values = np.array([_number_or_fault(name, index, text, faults) for index, text in enumerate(texts)])
    return values


def _number(text: str) -> float:
    if "_" in text:  # Python's own notation
        raise ValueError(text)
    return float(text)


def _number_or_fault(name: str, index: int, text: str, faults: dict[int, str]) -> float:
    try:
        return _number(text)
    except ValueError:
        if text.strip():
            faults.setdefault(index, f"{name}: not a number: {text.strip()[:_SHOWN]!r}")
        return np.nan
