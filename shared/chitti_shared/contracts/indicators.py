"""The declaration of each indicator: inputs, parameters with bounds, outputs, source.

Request and reply structs, routes, `list_indicators`, docs and tests are generated from
this table; mojo-compute attaches a kernel to each entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_PERIOD = 100_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its default, and the closed interval it must lie in.

    `shorthand` names a key that sets this parameter, and every other one with the same
    shorthand, where the parameter itself is not given (`std_dev`: both bands).
    """

    name: str
    kind: type[int | float]
    default: int | float
    ge: int | float
    le: int | float
    shorthand: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Parameters
    ----------
    name : str
        TA-Lib's name in lower case where TA-Lib has it; the action is `compute_<name>`.
    label : str
        The reply's `indicator`.
    group : str
        TA-Lib's group.
    inputs : tuple of str
        Series it reads, of `open high low close volume` (`close` is sent as `prices`).
    parameters : tuple of Parameter
    outputs : tuple of str
        Reply fields, one series each.
    recursive : bool
        Missing bars: False, windowed (null while the window holds one, then recover);
        True, recursive (drop them, compute, scatter back).
    summary, source : str
        One line on what it tells, and where its formula stands.
    ordered : tuple of (str, str)
        Pairs of parameters of which the first must be less than the second.
    aliases : tuple of str
        Other names that mean the same action.
    """

    name: str
    label: str
    group: Literal["overlap", "momentum", "volume", "volatility", "price", "cycle", "statistic", "math", "pattern"]
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]
    recursive: bool
    summary: str
    source: str
    ordered: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="sma",
        label="sma",
        group="overlap",
        inputs=("close",),
        parameters=(Parameter("period", int, 30, 2, MAX_PERIOD),),
        outputs=("values",),
        recursive=False,
        summary="Mean of the last `period` bars.",
        source="TA-Lib SMA",
    ),
    Indicator(
        name="rsi",
        label="rsi",
        group="momentum",
        inputs=("close",),
        parameters=(Parameter("period", int, 14, 2, MAX_PERIOD),),
        outputs=("values",),
        recursive=True,
        summary="Wilder's relative strength on a 0-100 scale.",
        source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib RSI",
    ),
    Indicator(
        name="macd",
        label="macd",
        group="momentum",
        inputs=("close",),
        parameters=(
            Parameter("fast_period", int, 12, 2, MAX_PERIOD),
            Parameter("slow_period", int, 26, 2, MAX_PERIOD),
            Parameter("signal_period", int, 9, 1, MAX_PERIOD),
        ),
        outputs=("macd_line", "signal_line", "histogram"),
        recursive=True,
        summary="Difference of a fast and a slow EMA, with its own EMA as signal.",
        source="G. Appel, 1979; TA-Lib MACD",
        ordered=(("fast_period", "slow_period"),),
    ),
    Indicator(
        name="bollinger",
        label="bollinger_bands",
        group="overlap",
        inputs=("close",),
        parameters=(
            Parameter("period", int, 20, 2, MAX_PERIOD),
            Parameter("std_dev_up", float, 2.0, -3e37, 3e37, shorthand="std_dev"),
            Parameter("std_dev_down", float, 2.0, -3e37, 3e37, shorthand="std_dev"),
        ),
        outputs=("upper_band", "middle_band", "lower_band"),
        recursive=False,
        summary="Moving average with bands so many population deviations away.",
        source="J. Bollinger, Bollinger on Bollinger Bands, 2001; TA-Lib BBANDS",
        aliases=("bbands",),
    ),
)

BY_NAME: dict[str, Indicator] = {
    name: indicator for indicator in INDICATORS for name in (indicator.name, *indicator.aliases)
}
