"""What a strategy answers: for each bar, what it wants after that bar's close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signals:
    """Decisions of bar t, made of data up to t; arrays of shape (m, n), as the bars. None: never.

    Either entries and exits, or `weights`.

    Parameters
    ----------
    entries, exits, short_entries, short_exits : ndarray of bool
        Open and close long and short positions. An exit and an entry of one side on one bar: the exit holds.
    limit, stop : ndarray
        Prices of the entry order of bar t; NaN: none. A limit alone is a limit order, a stop alone a stop
        order, both a stop-limit order, neither a market order.
    stop_distance, target_distance, trail_distance : ndarray
        Rupees between the entry price and the stop loss, the target, the trailing stop of the position that is
        opened by the order of bar t; NaN: as `Execution` has it.
    priority : ndarray
        Where several symbols enter on one bar: the highest first, equal ones by row.
    weights : ndarray
        Target shares of equity, negative: short. A bar whose column holds a number in any row is a rebalance,
        NaN in the other rows leaves those positions as they are; a column of NaN is none.
    """

    entries: Flags | None = None
    exits: Flags | None = None
    short_entries: Flags | None = None
    short_exits: Flags | None = None
    limit: Floats | None = None
    stop: Floats | None = None
    stop_distance: Floats | None = None
    target_distance: Floats | None = None
    trail_distance: Floats | None = None
    priority: Floats | None = None
    weights: Floats | None = None
