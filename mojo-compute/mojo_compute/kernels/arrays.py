"""The array types that kernels read and fill."""

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


def leave_empty(values: Values) -> None:
    """Say that there is no value anywhere."""
    values.fill(0 if values.dtype == INTEGER else np.nan)
