"""A sweep in pieces: what is asked of whoever runs one, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting.sweeps.grids import Numbers
from mojo_compute.kernels.arrays import Floats

PIECE_S = 0.010  # enough that its own cost is nothing beside it, short enough to cancel
_MOST = 4096  # trials of a piece


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some combinations of one series.

    Parameters
    ----------
    series : int
        Which of the sweep's data.
    first, last : int
        Numbers of combinations; `numbers` in their place where they don't follow each other.
    numbers : ndarray of int64, or None
    """

    series: int
    first: int = 0
    last: int = 0
    numbers: Numbers | None = None

    @property
    def combinations(self) -> Numbers:
        """Their numbers."""
        return np.arange(self.first, self.last, dtype=np.int64) if self.numbers is None else self.numbers

    def __len__(self) -> int:
        return self.last - self.first if self.numbers is None else len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The trials of one piece.

    Parameters
    ----------
    series : int
    numbers : ndarray of int64, shape (k,)
        The combinations that were tried, in the order of the piece.
    values : ndarray, shape (metrics, k)
        NaN: undefined.
    invalid : int
        Combinations that were left out: parameters out of order.
    failed : int
        Combinations that a backtest refuses, such as a period beyond the data.
    reason : str
        Of the first of these.
    """

    series: int
    numbers: Numbers
    values: Floats
    invalid: int = 0
    failed: int = 0
    reason: str = ""


class Job(Protocol):
    """Everything that the pieces of one sweep have in common; it can be sent to another process."""

    def run(self, piece: Piece) -> Part:
        """Try the combinations of one piece; the same ones give the same bits anywhere."""
        ...

    def seconds(self, piece: Piece) -> float:
        """About how long a piece takes, from the sizes alone."""
        ...


def pieces_of(size: int, series: int, trial_s: float) -> Iterator[Piece]:
    """All combinations of each series, in pieces that depend on nothing but the arguments."""
    each = piece_size(trial_s)
    for one in range(series):
        for first in range(0, size, each):
            yield Piece(one, first, min(first + each, size))


def pieces_of_numbers(numbers: Numbers, series: Sequence[int], trial_s: float) -> Iterator[Piece]:
    """The given combinations of each series, in pieces."""
    each = piece_size(trial_s)
    for one in series:
        for first in range(0, len(numbers), each):
            yield Piece(one, numbers=numbers[first : first + each])


def piece_size(trial_s: float) -> int:
    """Trials of a piece."""
    return int(min(max(PIECE_S / trial_s, 1), _MOST))


def empty_values(metrics: int, trials: int) -> npt.NDArray[np.float64]:
    """Room for the figures of some trials."""
    return np.full((metrics, trials), np.nan)
