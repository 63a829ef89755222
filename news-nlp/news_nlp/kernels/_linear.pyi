from typing import Any, Final

import numpy as np
import numpy.typing as npt

BITS: Final[int]
SIGNS: Final[int]
LOUDNESS: Final[float]

class Linear:
    def __init__(
        self,
        buckets: npt.NDArray[np.float32],
        signs: npt.NDArray[np.float64],
        intercepts: npt.NDArray[np.float64],
    ) -> None: ...
    def decide(
        self, text: str, read: Any, most: int
    ) -> tuple[tuple[float, float, float], list[tuple[int, int, float]]]: ...

def grams(text: str, read: Any) -> list[int]: ...
def signs(text: str, read: Any) -> list[float]: ...
