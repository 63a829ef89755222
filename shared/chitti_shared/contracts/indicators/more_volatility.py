"""Volatility that TA-Lib does not measure, and where a bar stands in its range."""

from __future__ import annotations

from collections.abc import Callable

from chitti_shared.contracts.indicators.declaration import (
    Indicator,
    Parameter,
    Parameters,
    decay,
    ema_decay,
    period,
)
from chitti_shared.contracts.indicators.more_statistic import LONGEST

BARS_PER_YEAR = Parameter("bars_per_year", float, 252.0, 1.0, 1e7)
_BAR = ("open", "high", "low", "close")


def _window(p: Parameters) -> int:
    return int(p["period"]) - 1


def _window_of_changes(p: Parameters) -> int:
    return int(p["period"])


def _estimator(
    name: str,
    summary: str,
    source: str,
    inputs: tuple[str, ...],
    lookback: Callable[[Parameters], int] = _window,
    *,
    least: int = 1,
    cost_ns: float,
) -> Indicator:
    """A year's volatility from bars: a fraction of the price, 0.2 for 20 %."""
    return Indicator(
        name=name,
        group="volatility",
        inputs=inputs,
        parameters=(period(20, least, most=LONGEST), BARS_PER_YEAR),
        outputs=("values",),
        lookback=lookback,
        sparse=inputs == _BAR,
        cost_ns=cost_ns,
        summary=summary,
        source=source,
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="ibs",
        group="volatility",
        inputs=("high", "low", "close"),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        sparse=True,
        streams=True,
        cost_ns=0.3,
        summary="Where the close stands in the bar's range, 0 the low, 1 the high; null for a bar without one.",
        source="A. Pagonidis, The IBS Effect: Mean Reversion in Equity ETFs, 2013 (internal bar strength)",
    ),
    Indicator(
        name="chop",
        group="volatility",
        inputs=("high", "low", "close"),
        parameters=(period(14, most=LONGEST),),
        outputs=("values",),
        lookback=_window_of_changes,
        sparse=True,
        cost_ns=5.6,
        summary="Choppiness: true ranges walked over the range covered, on a log scale to 100; null without a range.",
        source="E. W. Dreiss' choppiness index, as in K. Johnson, pandas-ta chop, 2019",
    ),
    Indicator(
        name="rwi",
        group="volatility",
        inputs=("high", "low", "close"),
        parameters=(period(14, most=LONGEST),),
        outputs=("rwi_high", "rwi_low"),
        lookback=_window_of_changes,
        cost_ns=4.3,
        summary="The farthest rise and fall over 2 to `period` bars, in what a random walk goes; 0: none.",
        source="M. Poulos, Of Trends and Random Walks, Stocks & Commodities 9:2, 1991",
    ),
    Indicator(
        name="ui",
        group="volatility",
        inputs=("close",),
        parameters=(period(14, most=LONGEST),),
        outputs=("values",),
        lookback=lambda p: 2 * int(p["period"]) - 2,
        cost_ns=2.1,
        summary="Ulcer index: root mean square of the percentage below the highest close of `period` bars.",
        source="P. Martin and B. McCann, The Investor's Guide to Fidelity Funds, 1989; pandas-ta ui",
    ),
    Indicator(
        name="bb_width",
        group="volatility",
        inputs=("close",),
        parameters=(period(20, most=LONGEST), Parameter("std_dev", float, 2.0, 1e-6, 1e6)),
        outputs=("values",),
        lookback=_window,
        fits="period <= len(prices)",
        cost_ns=5.6,
        summary="Width of the Bollinger bands in percent of the middle one.",
        source="J. Bollinger, Bollinger on Bollinger Bands, 2001 (BandWidth, times 100); pandas-ta bbands",
    ),
    Indicator(
        name="bb_percent",
        group="volatility",
        inputs=("close",),
        parameters=(period(20, most=LONGEST), Parameter("std_dev", float, 2.0, 1e-6, 1e6)),
        outputs=("values",),
        lookback=_window,
        fits="period <= len(prices)",
        sparse=True,
        cost_ns=9.2,
        summary="Where the close stands in the Bollinger bands, 0 the lower, 1 the upper; null between equal ones.",
        source="J. Bollinger, Bollinger on Bollinger Bands, 2001 (%b); pandas-ta bbands",
    ),
    Indicator(
        name="thermo",
        group="volatility",
        inputs=("high", "low"),
        parameters=(
            period(20),
            Parameter("long_factor", float, 2.0, 0.0, 1e6),
            Parameter("short_factor", float, 0.5, 0.0, 1e6),
        ),
        outputs=("thermo", "average", "below_long", "above_short"),
        integers=("below_long", "above_short"),
        lookback=_window_of_changes,
        recursive=True,
        settling=lambda p: ema_decay(p["period"]),
        streams=True,
        cost_ns=2.1,
        summary="How far a bar reached beyond the last; its EMA; 1 where it is below, or above, so many times that.",
        source="A. Elder, Come Into My Trading Room, 2002 (market thermometer); pandas-ta thermo",
    ),
    _estimator(
        "historical_vol",
        "Deviation of log returns, of a year, as a fraction.",
        "J. Hull, Options, Futures and Other Derivatives, 1989; pandas-ta hvol (in percent there)",
        ("close",),
        _window_of_changes,
        least=2,
        cost_ns=9.3,
    ),
    _estimator(
        "parkinson",
        "Volatility of a year from the ranges of bars, as a fraction.",
        "M. Parkinson, The Extreme Value Method for Estimating the Variance of the Rate of Return, 1980",
        ("high", "low"),
        cost_ns=5.6,
    ),
    _estimator(
        "garman_klass",
        "Volatility of a year from ranges and bodies of bars, as a fraction; null where bars contradict themselves.",
        "M. Garman and M. Klass, On the Estimation of Security Price Volatilities, 1980",
        _BAR,
        cost_ns=11.0,
    ),
    _estimator(
        "rogers_satchell",
        "Volatility of a year from bars, whatever the trend, as a fraction; null where bars contradict themselves.",
        "L. Rogers and S. Satchell, Estimating Variance from High, Low and Closing Prices, 1991",
        _BAR,
        cost_ns=18.0,
    ),
    _estimator(
        "yang_zhang",
        "Volatility of a year from bars and the gaps between, as a fraction; null where bars contradict themselves.",
        "D. Yang and Q. Zhang, Drift-Independent Volatility Estimation, 2000",
        _BAR,
        _window_of_changes,
        least=2,
        cost_ns=36.0,
    ),
    Indicator(
        name="ewma_vol",
        group="volatility",
        inputs=("close",),
        parameters=(Parameter("decay", float, 0.94, 0.0, 0.9999), BARS_PER_YEAR),
        outputs=("values",),
        lookback=lambda p: 1,
        recursive=True,
        settling=lambda p: decay(1.0 - p["decay"]),
        streams=True,
        cost_ns=5.1,
        summary="Volatility of a year from exponentially weighted squares of log returns, as a fraction.",
        source="J.P. Morgan, RiskMetrics Technical Document, 1996",
    ),
)
