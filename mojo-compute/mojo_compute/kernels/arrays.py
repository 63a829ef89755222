"""The array types that kernels read and fill."""

from typing import cast

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.indicators import Indicator

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]
Values = Floats | Integers  # of an output
Starts = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]

FLOAT = np.dtype(np.float64)
INTEGER = np.dtype(np.int32)


def dtypes_of(declared: Indicator) -> tuple[np.dtype[np.float64] | np.dtype[np.int32], ...]:
    """What each output is made of."""
    return tuple(INTEGER if name in declared.integers else FLOAT for name in declared.outputs)


def as_floats(values: npt.ArrayLike) -> Floats:
    """What a caller gave as kernels read it, a masked value as a missing one.

    Raises
    ------
    OverflowError, TypeError, ValueError
        It is no array of numbers.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    found = np.asarray(values)
    if found.dtype.kind in "cmM":  # complex numbers and times would lose what they mean
        raise TypeError(f"found {found.dtype}")
    return cast("Floats", np.require(found, np.float64, ["C_CONTIGUOUS", "ALIGNED"]))


def leave_empty(values: Values) -> None:
    """Say that there is no value anywhere."""
    values.fill(0 if values.dtype == INTEGER else np.nan)
