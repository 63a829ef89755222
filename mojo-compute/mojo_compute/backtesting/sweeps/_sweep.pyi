from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting._costs import Compiled
from mojo_compute.backtesting._engine import Prices, Settings
from mojo_compute.kernels.arrays import Floats, Integers, Marks

def try_crossings(
    prices: Prices,
    times: npt.NDArray[np.int64] | None,
    rows: Sequence[Floats],
    left: Integers,
    right: Integers,
    over: Marks,
    under: Marks,
    setups: Sequence[tuple[Settings, Compiled, float, float, float, bool]],
    which: Integers,
    fields: Integers,
    distribution: bool,
    out: Floats,
) -> None: ...
def mark_codes(line: Floats, other: Floats, over: int, under: int, codes: Marks) -> None: ...
