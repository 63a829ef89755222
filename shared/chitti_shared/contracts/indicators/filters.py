"""Averages with other weights than the usual ones, and filters, that lie over the prices."""

from __future__ import annotations

import math
from functools import lru_cache

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameter, Parameters, decay, period


@lru_cache(maxsize=64)
def _holt_winters_decay(level: float, trend: float, bend: float) -> int:
    """Bars until a start that was off by one counts for less than 1e-6, found by letting it run out."""
    state = (1.0, 0.0, 0.0)
    for bar in range(20_000):
        a = (1 - level) * (state[0] + state[1] + state[2] / 2)
        b = (1 - trend) * (state[1] + state[2]) + trend * (a - state[0])
        state = (a, b, (1 - bend) * state[2] + bend * (b - state[1]))
        if sum(map(abs, state)) < 1e-6:
            return bar + 1
    return NEVER


def _supersmoother_decay(p: Parameters) -> int:
    pole = math.exp(-math.pi * (math.sqrt(2.0) if p["poles"] == 2 else 1.0) / p["period"])
    return decay(1.0 - pole) + 2 * int(p["period"])  # its poles come in pairs, which first swell


def _weighted(name: str, default: int, summary: str, source: str, *more: Parameter, most: int = 10_000) -> Indicator:
    return Indicator(
        name=name,
        group="overlap",
        inputs=("close",),
        parameters=(period(default, most=most), *more),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        cost_ns=1.0,
        summary=summary,
        source=source,
    )


INDICATORS: tuple[Indicator, ...] = (
    _weighted(
        "alma",
        10,
        "Average whose weights are a bell curve of `period / sigma` bars, its peak at `offset` (1: the newest bar).",
        "A. Legoux and D. Kouzis-Loukas, Arnaud Legoux Moving Average, 2009",
        Parameter("sigma", float, 6.0, 0.01, 100.0),
        Parameter("offset", float, 0.85, 0.0, 1.0),
    ),
    _weighted(
        "fwma",
        10,
        "Average weighted by Fibonacci's numbers, the newest bar the most.",
        "K. Johnson, pandas-ta, 2019: weights 1, 1, 2, 3, 5, ... over their sum",
        most=1000,
    ),
    _weighted(
        "pwma",
        10,
        "Average weighted by a row of Pascal's triangle, the middle of the window the most.",
        "K. Johnson, pandas-ta, 2019: weights C(period - 1, i) over their sum",
        most=1000,
    ),
    _weighted(
        "sinwma",
        14,
        "Average weighted by half a sine wave, the middle of the window the most.",
        "Everget, Sine Weighted Moving Average, TradingView script 6MWFvnPO: weights sin(i pi / (period + 1))",
    ),
    _weighted(
        "swma",
        10,
        "Average weighted by a symmetric triangle.",
        "J. F. Ehlers, Cybernetic Analysis for Stocks and Futures, 2004 (1 2 2 1), of any period as in pandas-ta",
    ),
    Indicator(
        name="ssf",
        group="overlap",
        inputs=("close",),
        parameters=(period(10), Parameter("poles", int, 2, 2, 3)),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=_supersmoother_decay,
        streams=True,
        cost_ns=5.0,
        summary="Ehlers' super smoother of two or three poles: takes out waves shorter than `period`.",
        source="J. F. Ehlers, Cybernetic Analysis for Stocks and Futures, 2004, chapter 13",
    ),
    Indicator(
        name="mcgd",
        group="overlap",
        inputs=("close",),
        parameters=(period(10, 1), Parameter("factor", float, 1.0, 0.01, 1.0)),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=11.0,
        summary="McGinley's dynamic: an average that hurries after falling prices and never leaps past them.",
        source="J. R. McGinley, Market Technicians Association Journal 47, 1997 (factor 0.6 there, 1 in pandas-ta)",
    ),
    Indicator(
        name="vidya",
        group="overlap",
        inputs=("close",),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=3.0,
        summary="EMA whose weight shrinks with the absolute momentum oscillator: it stands still in a sideways market.",
        source="T. S. Chande, Adapting Moving Averages to Market Volatility, Stocks & Commodities, March 1992",
    ),
    Indicator(
        name="jma",
        group="overlap",
        inputs=("close",),
        parameters=(period(7), Parameter("phase", float, 0.0, -100.0, 100.0)),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=53.0,
        summary="Jurik's average in three stages, quicker where prices leave their adaptive bands.",
        source="M. Jurik, Jurik Research, 1998; the unpublished formula as reconstructed in pandas-ta",
    ),
    Indicator(
        name="hwma",
        group="overlap",
        inputs=("close",),
        parameters=(
            Parameter("na", float, 0.2, 0.001, 1.0),
            Parameter("nb", float, 0.1, 0.001, 1.0),
            Parameter("nc", float, 0.1, 0.001, 1.0),
        ),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: _holt_winters_decay(p["na"], p["nb"], p["nc"]),
        streams=True,
        cost_ns=9.8,
        summary="Holt-Winters forecast from level, trend and bend, of the weights `na`, `nb` and `nc`.",
        source="C. C. Holt, 1957, P. R. Winters, 1960; with a second trend as in MetaTrader HWMA, mql5 20856",
    ),
    Indicator(
        name="frama",
        group="overlap",
        inputs=("high", "low"),
        parameters=(period(16),),
        outputs=("values",),
        lookback=lambda p: 2 * ((int(p["period"]) + 1) // 2) - 1,
        fits="period, rounded up to even, <= len(high)",
        recursive=True,
        settling=lambda p: decay(0.01),
        streams=True,
        cost_ns=14.0,
        summary="EMA of the middle price whose weight falls with the fractal dimension; an odd period counts one more.",
        source="J. F. Ehlers, Fractal Adaptive Moving Averages, Stocks & Commodities, October 2005",
    ),
)
