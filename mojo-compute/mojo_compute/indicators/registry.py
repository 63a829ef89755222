"""What mojo-compute adds to the declaration of each indicator: warm-up, settling, cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chitti_shared.contracts.indicators import INDICATORS, Indicator

Parameters = Mapping[str, int | float]

_SETTLED = 1e-6  # share of a value that may still come from the start of history


@dataclass(frozen=True, slots=True)
class Entry:
    """An indicator as mojo-compute serves it.

    Parameters
    ----------
    declared : Indicator
        Inputs, parameters, outputs.
    lookback : callable
        Parameters -> bars before the first value.
    constraint : str
        The least length, in words of the request.
    cost_ns : float
        Time of the Cython kernel for each bar.
    settling : callable or None
        Parameters -> further bars until the start of history counts for less than 1e-6;
        None: windowed, settled at once.
    positive : bool
        Whether the inputs are prices, which must be above 0.
    """

    declared: Indicator
    lookback: Callable[[Parameters], int]
    constraint: str
    cost_ns: float
    settling: Callable[[Parameters], int] | None = None
    positive: bool = True


def _decay(weight: float) -> int:
    """Bars until an exponential average has forgotten its seed."""
    return 0 if weight >= 1.0 else math.ceil(math.log(_SETTLED) / math.log1p(-weight))


def _ema_decay(period: float) -> int:
    return _decay(2.0 / (period + 1.0))


def _entries() -> dict[str, Entry]:
    declared = {indicator.name: indicator for indicator in INDICATORS}
    table = (
        Entry(
            declared["sma"],
            lookback=lambda p: int(p["period"]) - 1,
            constraint="period <= len(prices)",
            cost_ns=1.3,
        ),
        Entry(
            declared["rsi"],
            lookback=lambda p: int(p["period"]),
            constraint="period < len(prices)",
            cost_ns=2.0,
            settling=lambda p: _decay(1.0 / p["period"]),
        ),
        Entry(
            declared["macd"],
            lookback=lambda p: int(p["slow_period"] + p["signal_period"]) - 2,
            constraint="slow_period + signal_period - 1 <= len(prices)",
            cost_ns=2.0,
            settling=lambda p: _ema_decay(p["slow_period"]) + _ema_decay(p["signal_period"]),
        ),
        Entry(
            declared["bollinger"],
            lookback=lambda p: int(p["period"]) - 1,
            constraint="period <= len(prices)",
            cost_ns=6.5,
        ),
    )
    if left := declared.keys() - {entry.declared.name for entry in table}:
        raise TypeError(f"declared but not attached: {', '.join(sorted(left))}")
    return {name: entry for entry in table for name in (entry.declared.name, *entry.declared.aliases)}


ENTRIES: dict[str, Entry] = _entries()
"""Every indicator by its name and its aliases."""
