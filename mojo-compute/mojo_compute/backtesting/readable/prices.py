"""At which price a fill happens, given the price its order met."""

from __future__ import annotations

import math
from datetime import date
from typing import Literal

from chitti_shared.contracts.strategies import Execution

# From that day on the exchange's tick goes by the price; up to each price, and above the last
NSE_SINCE = date(2025, 4, 15)
NSE_BEFORE = 0.05
NSE_TICKS = ((1000.0, 0.05), (5000.0, 0.10), (10_000.0, 0.50), (20_000.0, 1.0))
NSE_CHEAP, NSE_CHEAP_TICK, NSE_DEAR_TICK = 250.0, 0.01, 5.0

_SLACK = 1e-9  # of a tick or a lot: what is a whole one but for rounding is a whole one
_LEAST_SHARE = 0.01  # of the price met: what slippage leaves to a seller at least


def tick_of(tick_size: float | Literal["nse"], price: float, day: date | None) -> float:
    """The step of prices at a price on a day; 0: none."""
    if tick_size != "nse":
        return tick_size
    if day is not None and day < NSE_SINCE:
        return NSE_BEFORE
    if price < NSE_CHEAP:
        return NSE_CHEAP_TICK
    return next((tick for most, tick in NSE_TICKS if price <= most), NSE_DEAR_TICK)


def slipped(execution: Execution, price: float, buys: bool, quantity: float, volume: float, day: date | None) -> float:
    """The price met, moved and rounded against the trader.

    Parameters
    ----------
    execution : Execution
    price : float
        What the order met: an open, a close, a stop.
    buys : bool
    quantity : float
        Shares whose impact is counted.
    volume : float
        Of the bar; NaN: not known.
    day : date or None
    """
    tick = tick_of(execution.tick_size, price, day)
    impact = 0.0
    if execution.slippage_volume > 0:
        impact = price * execution.slippage_volume * (quantity / volume) ** 2
    against = 1 if buys else -1
    moved = price * (1 + against * execution.slippage_bps / 1e4)
    moved = moved + against * execution.slippage_ticks * tick + against * impact
    if tick > 0 and buys:
        moved = math.ceil(moved / tick - _SLACK) * tick
    elif tick > 0:
        moved = math.floor(moved / tick + _SLACK) * tick
    return moved if buys else max(moved, tick, price * _LEAST_SHARE)


def whole_lots(quantity: float, lot: float) -> float:
    """A quantity >= 0 cut to whole lots; lot 0: as it is."""
    return math.floor(quantity / lot + _SLACK) * lot if lot > 0 else quantity
