"""The array type that kernels read and fill."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
