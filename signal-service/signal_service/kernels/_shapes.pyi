from typing import TypeAlias

from numpy import float64, int32
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[float64]

def prepare_into(high: Floats, low: Floats, close: Floats, volume: Floats, atr: Floats, volume_sum: Floats) -> None: ...
def shapes_into(
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    volume_sum: Floats,
    side: int,
    rows: NDArray[int32],
    numbers: Floats,
) -> int: ...
