"""The history that patterns are looked for in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from chitti_shared.errors import InvalidInput
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Bars:
    """One symbol's bars, oldest first: contiguous float64 arrays of one length; NaN where a value is missing."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.close)


def bars_of(open: ArrayLike, high: ArrayLike, low: ArrayLike, close: ArrayLike, volume: ArrayLike) -> Bars:  # noqa: A002
    """Five columns as bars, checked once; a column that already fits is not copied.

    Raises
    ------
    InvalidInput
        A column isn't one-dimensional numbers, or not as long as the close.
    """
    given = zip(COLUMNS, (open, high, low, close, volume), strict=True)
    columns = {name: _column(name, values) for name, values in given}
    count = len(columns["close"])
    for name, values in columns.items():
        if len(values) != count:
            raise InvalidInput(
                f"{name} has {len(values)} bars, close has {count}: all columns must have one length",
                field=name,
                constraint=f"{count} values",
            )
    return Bars(**columns)


def _column(name: str, values: ArrayLike) -> Floats:
    try:
        column = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name} must be numbers: {error}", field=name, constraint="numbers") from error
    if np.ndim(values) != 1:
        shape = np.shape(values)
        raise InvalidInput(f"{name} must be one row of numbers, found shape {shape}", field=name, constraint="1-D")
    return column
