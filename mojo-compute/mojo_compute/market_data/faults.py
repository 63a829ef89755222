"""Why rows of a large table are kept out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Reason: TypeAlias = str | Callable[[int], str]


class Faults:
    """The fault of each row, if it has one.

    A million rows may have one: four bytes are kept for each, and a reason becomes a text when
    it is asked for.

    Parameters
    ----------
    rows : int
        How many rows the table has.
    """

    def __init__(self, rows: int) -> None:
        self._why = np.zeros(rows, dtype=np.int32)  # 0: nothing, else the number of its reason
        self._reasons: list[Reason] = []

    def __len__(self) -> int:
        return int(np.count_nonzero(self._why))

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Which rows have none."""
        good: npt.NDArray[np.bool_] = self._why == 0
        return good

    def add(self, rows: npt.NDArray[np.int64], reason: Reason) -> None:
        """Keep rows out, given by index; `reason` is a text, or makes one of a row's index."""
        self._reasons.append(reason)
        self._why[rows] = len(self._reasons)

    def first(self, count: int) -> list[tuple[int, str]]:
        """The first so many rows that have one: their indexes and reasons."""
        return [(row, self._text(row)) for row in np.flatnonzero(self._why)[:count].tolist()]

    def _text(self, row: int) -> str:
        reason = self._reasons[self._why[row] - 1]
        return reason if isinstance(reason, str) else reason(row)
