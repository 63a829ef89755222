"""The sums that a track record is kept in: those of two companies add up to those of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VOLUMES = 5  # fifths of the year's volumes
NEWS = 4  # none, and thirds of an article's strength
CLASSES = NEWS * VOLUMES  # of a bar: 5 x its news + its volume
WIDTH = 7 + CLASSES


def news_class_of(strength: float | None) -> int:
    """0 without news, else 1 to 3 by the third of 0 to 1 that the strongest article's strength lies in."""
    return 0 if strength is None else 1 + min(int(strength * (NEWS - 1)), NEWS - 2)


@dataclass(frozen=True, slots=True)
class Sums:
    """What followed some cases of one rule in one direction.

    Parameters
    ----------
    cases, hits : int
        Bars on which the rule began to hold with the outcome known, and those of them after which
        the close lay in the rule's direction a horizon later.
    expected : float
        Hits that the same days gave all companies: the sum of the shares of companies that moved
        in the direction, over the cases where it is known.
    alone : int
        Cases on days when too few companies are known for such a share.
    returns, moves : float
        Sums of the returns over the horizon, and of their sizes, as fractions.
    relative : float
        Sum of size / usual size of the company's moves, over the cases where that is known.
    by_class : tuple of int
        Those cases by the class of the bar: 5 x that of its news (`news_class_of`, 0 to 3) + the fifth
        of the year's volumes (0 to 4).
    """

    cases: int = 0
    hits: int = 0
    expected: float = 0.0
    alone: int = 0
    returns: float = 0.0
    moves: float = 0.0
    relative: float = 0.0
    by_class: tuple[int, ...] = (0,) * CLASSES

    @classmethod
    def of(cls, row: Floats) -> Sums:
        """The sums in a row of 27 numbers, in the order of the fields."""
        cases, hits, expected, alone, returns, moves, relative, *by_class = row.tolist()
        return cls(int(cases), int(hits), expected, int(alone), returns, moves, relative, tuple(map(int, by_class)))

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.cases if self.cases else None

    @property
    def mean_return(self) -> float | None:
        return self.returns / self.cases if self.cases else None

    @property
    def mean_move(self) -> float | None:
        return self.moves / self.cases if self.cases else None
