from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

class Code(IntEnum):
    FILL = 0
    ADD = 1
    SUBTRACT = 2
    MULTIPLY = 3
    DIVIDE = 4
    LEAST = 5
    GREATEST = 6
    MAGNITUDE = 7
    NEGATE = 8
    EARLIER = 9
    TOTAL = 10
    MEAN_SCORE = 11
    SINCE = 12
    LESS = 20
    AT_MOST = 21
    GREATER = 22
    AT_LEAST = 23
    EQUAL = 24
    DIFFERENT = 25
    SET = 30
    BOTH = 31
    EITHER = 32
    EARLIER_FLAG = 33
    ON_SOME = 34
    ON_EACH = 35
    TELL_FLAG = 40
    TELL_NUMBER = 41

def run_steps(
    steps: NDArray[np.int32],
    constants: NDArray[np.float64],
    inputs: list[NDArray[np.float64]],
    number_registers: int,
    flag_registers: int,
    truths: NDArray[np.uint8],
    values: NDArray[np.float64],
) -> None: ...
def figures_into(
    days: NDArray[np.int64], known: NDArray[np.int64], figures: NDArray[np.float64], out: NDArray[np.float64]
) -> None: ...
