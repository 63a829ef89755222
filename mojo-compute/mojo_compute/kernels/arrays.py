"""The array types that kernels read and fill."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Starts = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]
