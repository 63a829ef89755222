"""What a window of values is like, and how two series move together."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, Parameter, Parameters, period

_DEVIATIONS = Parameter("std_dev", float, 1.0, -3e37, 3e37)


def _last(p: Parameters) -> int:
    return int(p["period"]) - 1


def _of_window(
    name: str, parameters: tuple[Parameter, ...], summary: str, *, streams: bool = True, cost_ns: float
) -> Indicator:
    """What is true of the last `period` values, whatever was before."""
    return Indicator(
        name=name,
        group="statistic",
        inputs=("close",),
        parameters=parameters,
        outputs=("values",),
        lookback=_last,
        fits="period <= len(prices)",
        positive=False,
        streams=streams,
        cost_ns=cost_ns,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


INDICATORS: tuple[Indicator, ...] = (
    _of_window(
        "linearreg",
        (period(14),),
        "End of the straight line of least squares through the last `period` values.",
        cost_ns=1.3,
    ),
    _of_window(
        "linearreg_angle",
        (period(14),),
        "Angle of that line in degrees; it depends on the unit of the values.",
        cost_ns=2.1,
    ),
    _of_window("linearreg_intercept", (period(14),), "Beginning of that line, at the oldest bar.", cost_ns=1.3),
    _of_window("linearreg_slope", (period(14),), "Rise of that line from bar to bar.", cost_ns=1.3),
    _of_window("tsf", (period(14),), "That line carried on by one bar: a forecast.", cost_ns=1.3),
    _of_window(
        "stddev",
        (period(5), _DEVIATIONS),
        "Population standard deviation of the last `period` values, times `std_dev`.",
        cost_ns=1.1,
    ),
    _of_window(
        "var",
        (period(5, 1), _DEVIATIONS),
        "Population variance of the last `period` values; TA-Lib takes a `std_dev` that changes nothing: so does this.",
        cost_ns=1.0,
    ),
    _of_window(
        "percentile",
        (period(30), Parameter("percentile", float, 50.0, 0.0, 100.0)),
        "The least of the last `period` values that so many percent of them don't exceed.",
        streams=False,
        cost_ns=14.5,
    ),
    Indicator(
        name="percentrank",
        group="statistic",
        inputs=("close",),
        parameters=(period(100),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        positive=False,
        cost_ns=7.0,
        summary="How many percent of the `period` values before are below the value.",
        source="TA-Lib PERCENTRANK",
    ),
    Indicator(
        name="beta",
        group="statistic",
        inputs=("close", "other"),
        parameters=(period(5, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        positive=False,
        cost_ns=2.6,
        summary="Slope of the other series' last `period` returns over the first one's; 0 where that doesn't move.",
        source="TA-Lib BETA",
    ),
    Indicator(
        name="correl",
        group="statistic",
        inputs=("close", "other"),
        parameters=(period(30, 1),),
        outputs=("values",),
        lookback=_last,
        fits="period <= len(prices)",
        positive=False,
        cost_ns=2.6,
        summary="Pearson's correlation of two series over the last `period` bars; 0 where one of them doesn't move.",
        source="TA-Lib CORREL",
    ),
)
