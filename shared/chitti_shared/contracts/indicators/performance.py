"""Returns, and what they were worth for the risk."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameter, period
from chitti_shared.contracts.indicators.more_statistic import LONGEST
from chitti_shared.contracts.indicators.more_volatility import BARS_PER_YEAR

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="log_return",
        group="performance",
        inputs=("close",),
        parameters=(period(1, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        streams=True,
        cost_ns=4.1,
        summary="Natural logarithm of the close over the one `period` bars ago.",
        source="J. Campbell, A. Lo and C. MacKinlay, Econometrics of Financial Markets, 1997; pandas-ta log_return",
    ),
    Indicator(
        name="pct_return",
        group="performance",
        inputs=("close",),
        parameters=(period(1, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        streams=True,
        cost_ns=0.2,
        summary="Change of the close over `period` bars as a fraction: 0.1 for 10 %.",
        source="J. Campbell, A. Lo and C. MacKinlay, Econometrics of Financial Markets, 1997; pandas-ta percent_return",
    ),
    Indicator(
        name="drawdown",
        group="performance",
        inputs=("close",),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=1.2,
        summary="How far the close is below the highest so far, as a fraction of that, 0 or less.",
        source="S. Grossman and Z. Zhou, Optimal Investment Strategies for Controlling Drawdowns, 1993",
    ),
    Indicator(
        name="rolling_sharpe",
        group="performance",
        inputs=("close",),
        parameters=(
            period(126, most=LONGEST),
            Parameter("risk_free", float, 0.0, -0.99, 10.0),
            BARS_PER_YEAR,
        ),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        sparse=True,
        cost_ns=31.0,
        summary="Mean return beyond the yearly `risk_free` rate per sample deviation, of a year; null without risk.",
        source="W. F. Sharpe, The Sharpe Ratio, 1994",
    ),
    Indicator(
        name="rolling_sortino",
        group="performance",
        inputs=("close",),
        parameters=(
            period(126, most=LONGEST),
            Parameter("required_return", float, 0.0, -0.99, 10.0),
            BARS_PER_YEAR,
        ),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        sparse=True,
        cost_ns=22.0,
        summary="Mean return beyond the yearly required one per downside deviation, of a year; null without a fall.",
        source="F. Sortino and R. van der Meer, Downside Risk, 1991",
    ),
)
