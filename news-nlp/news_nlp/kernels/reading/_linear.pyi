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
        records: tuple[type, type, type],
    ) -> None: ...
    def decisions(self, text: str, read: Any) -> tuple[float, float, float]: ...
    def judge(self, text: str, read: Any, own: float, name: str) -> Any: ...

def grams(text: str, read: Any) -> list[int]: ...
def signs(text: str, read: Any) -> list[float]: ...
