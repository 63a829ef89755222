from typing import Any

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

FIGURES: tuple[str, ...]
COUNTS: frozenset[str]
DISTRIBUTION: tuple[str, ...]

def measure(
    equity: Floats,
    initial: float,
    exposure: Floats | None,
    closed: npt.NDArray[Any],
    opened: npt.NDArray[Any],
    times: npt.NDArray[np.int64] | None,
    periods_per_year: float,
    risk_free_rate: float,
    minimum_return: float,
    gaussian: bool,
    distribution: bool,
) -> dict[str, float | int | None]: ...
