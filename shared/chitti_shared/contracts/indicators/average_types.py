"""The moving averages that an `ma_type` names, by TA-Lib's numbers.

`none` leaves the values as they are, `default` is the function's own choice. A period of 1 smooths nothing,
whatever the type.
"""

from __future__ import annotations

import math

from chitti_shared.contracts.indicators.declaration import Parameter, decay, ema_decay, wilder_decay

SMA, EMA, WMA, DEMA, TEMA, TRIMA, KAMA, MAMA, T3, HMA, DISABLED, DEFAULT, ZLEMA, RMA = range(14)
NAMES = ("sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3", "hma", "none", "default", "zlema", "rma")

MAMA_LOOKBACK = 32
KAMA_SLOWEST = (2.0 / 31.0) ** 2  # the least weight of Kaufman's average
MAMA_SLOWEST = 0.05  # of MESA's, where no limit is given


def ma_type(default: int = SMA, *, name: str = "ma_type") -> Parameter:
    """A moving average, by number or by name."""
    return Parameter(name, int, default, SMA, RMA, names=NAMES)


def average_lookback(kind: float, period: float) -> int:
    """Values before the first average."""
    kind, period = int(kind), int(period)
    if period == 1 or kind == DISABLED:
        return 0
    others = {
        DEMA: 2 * (period - 1),
        TEMA: 3 * (period - 1),
        KAMA: period,
        MAMA: MAMA_LOOKBACK,
        T3: 6 * (period - 1),
        HMA: period - 1 + math.isqrt(period) - 1,
        ZLEMA: period - 1 + (period - 1) // 2,
    }
    return others.get(kind, period - 1)


def average_settling(kind: float, period: float) -> int:
    """Further values until the start of history counts for less than 1e-6; 0 for a windowed average."""
    kind, period = int(kind), int(period)
    if period == 1:
        return 0
    if kind == RMA:
        return wilder_decay(period)
    if kind == KAMA:
        return decay(KAMA_SLOWEST)
    if kind == MAMA:
        return decay(MAMA_SLOWEST)
    return {EMA: 1, ZLEMA: 1, DEMA: 2, TEMA: 3, T3: 6}.get(kind, 0) * ema_decay(period)
