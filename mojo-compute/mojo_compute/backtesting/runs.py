"""What a simulated run leaves behind, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

Table = npt.NDArray[Any]  # structured

# Why a position was opened, changed or closed; the numbers are the kernel's
REASONS = (
    "entry",
    "exit",
    "reversal",
    "stop_loss",
    "trailing_stop",
    "take_profit",
    "time_stop",
    "rebalance",
    "margin_call",
)
# Why an order was not filled, or not whole
SKIPS = ("size_zero", "no_cash", "max_entries", "no_volume", "volume_limit", "expired", "end_of_data", "ruined")

# `quantity` is signed: above 0 bought. `pnl` is what the closed part made, net of all its costs; NaN: it opened
FILL = np.dtype(
    [
        ("bar", "<i4"),
        ("row", "<i4"),
        ("quantity", "<f8"),
        ("price", "<f8"),
        ("cost", "<f8"),
        ("pnl", "<f8"),
        ("reason", "<i4"),
        ("whole", "<i4"),  # 0: the position was not closed by it
    ]
)
# One for each fill that closes a position or part of it. `entry_price` is the average of its entries, `costs` are
# its share of the entries' and the exit's; `pnl` is net, `gain` = pnl / (quantity * entry_price). `mae` <= 0 <= `mfe`
# are the worst and the best price since entry, as fractions of the entry price. `side`: 1 long, -1 short.
# A trade that is still open has exit_bar -1, the last close as exit_price and no exit costs.
ROUND_TRIP = np.dtype(
    [
        ("row", "<i4"),
        ("side", "<i4"),
        ("entry_bar", "<i4"),
        ("exit_bar", "<i4"),
        ("quantity", "<f8"),
        ("entry_price", "<f8"),
        ("exit_price", "<f8"),
        ("costs", "<f8"),
        ("pnl", "<f8"),
        ("gain", "<f8"),
        ("mae", "<f8"),
        ("mfe", "<f8"),
        ("reason", "<i4"),
        ("entries", "<i4"),
    ]
)
SKIPPED = np.dtype([("bar", "<i4"), ("row", "<i4"), ("reason", "<i4"), ("count", "<i4")])


@dataclass(frozen=True, slots=True)
class Run:
    """One simulated run over n bars of m symbols.

    Parameters
    ----------
    equity, cash : ndarray, shape (n,)
        At each close. What was paid in is `initial_capital`, before bar 0.
    exposure : ndarray, shape (n,)
        Worth of all positions at each close, short ones counted as positive, rupees.
    positions : ndarray, shape (m, n), or None
        Shares held at each close; None: not asked for.
    fills : ndarray of FILL
        In the order they happened.
    round_trips, open_trades : ndarray of ROUND_TRIP
        Closed trades in the order of their exits; what is open at the end.
    skipped : ndarray of SKIPPED
        Orders that were not filled, and why.
    ambiguous_bars : int
        Bars on which a stop and a target were both in reach, so that the order of the two is not known.
    initial_capital : float
    """

    equity: Floats
    cash: Floats
    exposure: Floats
    positions: Floats | None
    fills: Table
    round_trips: Table
    open_trades: Table
    skipped: Table
    ambiguous_bars: int
    initial_capital: float
