"""What followed a condition, on the bars that a caller chose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

SIGN = {"bullish": 1.0, "bearish": -1.0}


@dataclass(frozen=True, slots=True)
class Followed:
    """Counts over some histories; two of them add up.

    Parameters
    ----------
    cases, hits : int
        Bars on which the condition began to hold and whose outcome is known; those after which the close lay in
        the direction.
    bars, right : int
        The same of all bars.
    returns : float
        Sum of the cases' returns, as fractions.
    """

    cases: int = 0
    hits: int = 0
    bars: int = 0
    right: int = 0
    returns: float = 0.0

    def __add__(self, other: Followed) -> Followed:
        return Followed(
            self.cases + other.cases,
            self.hits + other.hits,
            self.bars + other.bars,
            self.right + other.right,
            self.returns + other.returns,
        )

    @property
    def rate(self) -> float | None:
        return self.hits / self.cases if self.cases else None

    @property
    def base_rate(self) -> float | None:
        return self.right / self.bars if self.bars else None

    @property
    def mean_return(self) -> float | None:
        return self.returns / self.cases if self.cases else None


def followed(
    holds: NDArray[np.uint8], close: NDArray[np.float64], wanted: slice, direction: str, horizon: int
) -> Followed:
    """What followed on the `wanted` bars of one history.

    Parameters
    ----------
    holds : ndarray of uint8, shape (n,)
        Where the condition holds.
    close : ndarray of float64, shape (n,)
    wanted : slice
        The bars that may be cases; their outcomes lie within them too.
    direction : str
    horizon : int
        Bars after which a case is right or wrong.
    """
    began = holds.astype(np.bool_)
    began[1:] &= holds[:-1] == 0
    began, close = began[wanted], close[wanted]
    judged = len(close) - horizon
    if judged <= 0:
        return Followed()
    later = close[horizon:] / close[:judged] - 1.0
    right, began = later * SIGN[direction] > 0.0, began[:judged]
    return Followed(int(began.sum()), int((began & right).sum()), judged, int(right.sum()), float(later[began].sum()))


def together(parts: Iterable[Followed]) -> Followed:
    """Of several histories."""
    return reduce(Followed.__add__, parts, Followed())
