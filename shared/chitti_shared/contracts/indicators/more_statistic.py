"""Statistics of the newest bars that TA-Lib does not have."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, Parameter, Parameters, period

LONGEST = 10_000  # bars of a window that is looked at as a whole for each bar


def _window(p: Parameters) -> int:
    return int(p["period"]) - 1


def _statistic(
    name: str,
    summary: str,
    source: str,
    parameters: tuple[Parameter, ...],
    *,
    sparse: bool = False,
    cost_ns: float,
) -> Indicator:
    """One number from the last `period` closes."""
    return Indicator(
        name=name,
        group="statistic",
        inputs=("close",),
        parameters=parameters,
        outputs=("values",),
        lookback=_window,
        fits="period <= len(prices)",
        positive=False,
        sparse=sparse,
        cost_ns=cost_ns,
        summary=summary,
        source=source,
    )


INDICATORS: tuple[Indicator, ...] = (
    _statistic(
        "entropy",
        "Shannon entropy of each price's share of the window's sum; log(period) where all are equal. Null while"
        " the window holds a value that is not above 0.",
        "C. E. Shannon, A Mathematical Theory of Communication, 1948; pandas-ta entropy",
        (period(10, most=LONGEST), Parameter("base", float, 2.0, 1.0001, 1e6)),
        sparse=True,
        cost_ns=7.0,
    ),
    _statistic(
        "kurtosis",
        "Excess kurtosis, corrected for the sample's size; null for a flat window.",
        "R. A. Fisher, Statistical Methods for Research Workers, 1925 (G2); pandas-ta kurtosis",
        (period(30, 4, most=LONGEST),),
        sparse=True,
        cost_ns=8.0,
    ),
    _statistic(
        "skew",
        "Skewness, corrected for the sample's size; null for a flat window.",
        "R. A. Fisher, Statistical Methods for Research Workers, 1925 (G1); pandas-ta skew",
        (period(30, 3, most=LONGEST),),
        sparse=True,
        cost_ns=7.9,
    ),
    _statistic(
        "mad",
        "Mean absolute deviation from the window's mean.",
        "C. F. Gauss, Bestimmung der Genauigkeit der Beobachtungen, 1816; pandas-ta mad",
        (period(30, most=LONGEST),),
        cost_ns=7.0,
    ),
    _statistic(
        "median",
        "The middle value of the window; between the two middle ones where their number is even.",
        "F. Galton, Statistics by Intercomparison, 1875; pandas-ta median",
        (period(30, most=LONGEST),),
        cost_ns=39.0,
    ),
    _statistic(
        "quantile",
        "The value below which `share` of the window lies, between neighbours in proportion.",
        "R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, 1996 (type 7); pandas-ta quantile",
        (period(30, most=LONGEST), Parameter("share", float, 0.5, 0.0, 1.0)),
        cost_ns=38.0,
    ),
    _statistic(
        "zscore",
        "How many sample deviations the close is above the window's mean; null for a flat window.",
        "R. A. Fisher, Statistical Methods for Research Workers, 1925 (standard score); pandas-ta zscore (ddof 1)",
        (period(30, most=LONGEST),),
        sparse=True,
        cost_ns=7.7,
    ),
    Indicator(
        name="covariance",
        group="statistic",
        inputs=("close", "other"),
        parameters=(period(30, most=LONGEST),),
        outputs=("values",),
        lookback=_window,
        fits="period <= len(close)",
        positive=False,
        cost_ns=13.0,
        summary="Sample covariance of two series over the window.",
        source="F. Galton, Co-relations and their Measurement, 1888; pandas rolling.cov (ddof 1)",
    ),
    Indicator(
        name="autocorr",
        group="statistic",
        inputs=("close",),
        parameters=(period(30, most=LONGEST), period(1, 1, name="lag", most=LONGEST)),
        outputs=("values",),
        lookback=lambda p: int(p["period"] + p["lag"]) - 1,
        fits="period + lag <= len(prices)",
        positive=False,
        sparse=True,
        cost_ns=21.0,
        summary="Correlation of the window with the one `lag` bars before; null where one of them is flat.",
        source="G. U. Yule, Time-Correlation Problem, 1921; pandas rolling.corr with Series.shift",
    ),
    Indicator(
        name="hurst",
        group="statistic",
        inputs=("close",),
        parameters=(period(100, 16, most=1000),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        positive=False,
        sparse=True,
        cost_ns=130.0,
        summary="Hurst exponent of log returns by rescaled range: 0.5 a random walk, above: trends, below: returns."
        " Null while the window holds a value that is not above 0.",
        source="H. E. Hurst, Long-Term Storage Capacity of Reservoirs, 1951; B. Mandelbrot and J. Wallis, 1969",
    ),
)
