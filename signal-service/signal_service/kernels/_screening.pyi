import numpy as np
from numpy.typing import NDArray

def select_into(
    values: NDArray[np.float64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    ops: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    members: NDArray[np.float64],
    starts: NDArray[np.int64],
    all_of: int,
    bits: NDArray[np.uint64],
) -> int: ...
def first_of(
    bits: NDArray[np.uint64],
    keys: NDArray[np.float64],
    descending: bool,
    most: int,
    resumed: bool,
    key: float,
    after: int,
) -> list[int]: ...
