"""What the declaration of an indicator holds: names, bounds, warm-up, source."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

MAX_PERIOD = 100_000
NEVER = 1 << 60  # bars: a value that the start of history moves for ever, such as a running total
_SETTLED = 1e-6  # share of a value that may still come from the start of history

Parameters = Mapping[str, int | float]
Bars = Callable[[Parameters], int]
Group = Literal[
    "overlap", "momentum", "volume", "volatility", "price", "cycle", "statistic", "math", "pattern", "performance",
    "breadth",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its default, and the closed interval it must lie in.

    `shorthand` names a key that sets this parameter, and every other one with the same
    shorthand, where the parameter itself is not given (`std_dev`: both bands). `names` are
    words for the values 0, 1, 2, ..., which say the same.
    """

    name: str
    kind: type[int | float]
    default: int | float
    ge: int | float
    le: int | float
    shorthand: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Parameters
    ----------
    name : str
        TA-Lib's name in lower case where TA-Lib has it; the action is `compute_<name>`.
    group : str
        TA-Lib's group, or the one it would have there.
    inputs : tuple of str
        Series it reads, in the order of the kernel's arguments: of `open high low close
        volume` (`close` alone is sent as `prices`), else what the formula calls them.
    parameters : tuple of Parameter
    outputs : tuple of str
        Reply fields, one series each.
    integers : tuple of str
        Outputs that are whole numbers: states, flags, counts, bar numbers. They are 0, not null, where
        there is no value: in the warm-up and on missing bars.
    positions : bool
        Whether the outputs are bar numbers, which count missing bars too. Such an indicator is recursive.
    lookback : callable
        Parameters -> bars before the first value.
    summary, source : str
        One line on what it tells, and where its formula stands.
    recursive : bool
        Missing bars: False, windowed (a value depends on the newest `lookback + 1` bars only;
        null while they hold a missing one, then recover); True, recursive (drop them,
        compute, scatter back). Of the default parameters, where others may differ.
    recursive_by : tuple of str
        The parameters, types of averages, that decide about it: recursive is what takes time to settle.
    settling : callable or None
        Parameters -> further bars until the start of history counts for less than 1e-6; None:
        settled at once.
    label : str
        The reply's `indicator`; the name where none is given.
    fits : str
        The least length, in words of the request.
    ordered : tuple of (str, str)
        Pairs of parameters of which the first must be less than the second.
    aliases : tuple of str
        Other names that mean the same action.
    positive : bool
        Whether the inputs are prices, which must be above 0 (a volume: 0 or more; `other`: any number).
    domain : str
        Of a function of each bar by itself: where its value is finite, in words of the request. Beyond
        that the input is at fault, not the kernel.
    sparse : bool
        Whether values may be null behind the warm-up too, where the formula has none.
    transparent : bool
        Whether a missing or infinite input always shows in an output of the compiled kernel.
    repaints : bool
        Whether later bars change earlier values.
    streams : bool
        Whether there is a stream form: one bar in, the next value out.
    cost_ns : float
        About the time of the Cython kernel for each bar.
    """

    name: str
    group: Group
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]
    lookback: Bars
    summary: str
    source: str
    integers: tuple[str, ...] = ()
    positions: bool = False
    recursive: bool = False
    recursive_by: tuple[str, ...] = ()
    settling: Bars | None = None
    label: str = ""
    fits: str = ""
    ordered: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    positive: bool = True
    domain: str = ""
    sparse: bool = False
    transparent: bool = False
    repaints: bool = False
    streams: bool = False
    cost_ns: float = 5.0

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", self.name)
        if not self.fits:
            object.__setattr__(self, "fits", "len(prices) > lookback")

    def is_recursive(self, parameters: Parameters) -> bool:
        """What missing bars do with these parameters."""
        if not self.recursive_by:
            return self.recursive
        return self.settling is not None and self.settling(parameters) > 0


def period(default: int, least: int = 2, *, name: str = "period", most: int = MAX_PERIOD) -> Parameter:
    """A number of bars."""
    return Parameter(name, int, default, least, most)


def decay(weight: float) -> int:
    """Bars until an exponential average whose newest bar has `weight` has forgotten its seed."""
    return 0 if weight >= 1.0 else math.ceil(math.log(_SETTLED) / math.log1p(-weight))


def ema_decay(period: float) -> int:
    """`decay` of an EMA of that period."""
    return decay(2.0 / (period + 1.0))


def wilder_decay(period: float) -> int:
    """`decay` of Wilder's average of that period."""
    return decay(1.0 / period)
