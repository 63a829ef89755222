from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_Floats: TypeAlias = NDArray[np.float64]
_Whole: TypeAlias = NDArray[np.int64]
_Bytes: TypeAlias = NDArray[np.uint8]
_Classes: TypeAlias = NDArray[np.int8]

def moves_into(close: _Floats, horizon: int, moves: _Floats) -> None: ...
def usual_into(moves: _Floats, horizon: int, usual: _Floats) -> None: ...
def classes_into(volume: _Floats, classes: _Classes) -> None: ...
def cases_into(holds: _Bytes, rule: int, cooldown: int, bars: _Whole) -> int: ...
def tally_into(
    holds: _Bytes,
    signs: _Floats,
    cooldowns: _Whole,
    horizons: _Whole,
    rows: _Whole,
    moves: _Floats,
    usual: _Floats,
    shares: _Floats,
    classes: _Classes,
    judged: int,
    out: _Floats,
) -> None: ...
def sizes_into(moves: _Floats, usual: _Floats, classes: _Classes, until: int, out: _Floats) -> None: ...
