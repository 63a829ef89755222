from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats, Integers

SIDES: dict[str, int]
BASES: dict[str, int]

class Compiled:
    names: int
    def __new__(
        cls,
        periods: Sequence[tuple[int, Sequence[tuple[int, float, str | tuple[int, ...], str, float, float]]]],
        names: int,
    ) -> Self: ...
    def cost(self, day: int, buys: bool, quantity: float, price: float) -> float: ...
    def linear(self) -> bool: ...
    def add_charges(self, days: Integers, quantities: Floats, prices: Floats, out: npt.NDArray[np.float64]) -> None: ...
