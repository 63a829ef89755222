"""Where a price stands in the range of its window."""

from __future__ import annotations

from collections.abc import Callable

from chitti_shared.contracts.indicators.average_types import (
    DEFAULT,
    RMA,
    SMA,
    average_lookback,
    average_settling,
    ma_type,
)
from chitti_shared.contracts.indicators.declaration import Indicator, Parameters, period, wilder_decay


def slow_lookback(p: Parameters) -> int:
    slow_k = average_lookback(p["slowk_ma_type"], p["slowk_period"])
    return int(p["fastk_period"]) - 1 + slow_k + average_lookback(p["slowd_ma_type"], p["slowd_period"])


def fast_lookback(p: Parameters) -> int:
    return int(p["fastk_period"]) - 1 + average_lookback(p["fastd_ma_type"], p["fastd_period"])


def smoothing_of(*names: str, own: int) -> Callable[[Parameters], int]:
    """Settling of averages in a row, each with a period and a type; a type that is left open is `own`."""

    def settling(p: Parameters) -> int:
        kinds = [int(p[f"{name}_ma_type"]) for name in names]
        return sum(
            average_settling(own if kind == DEFAULT else kind, p[f"{name}_period"])
            for name, kind in zip(names, kinds, strict=True)
        )

    return settling


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="willr",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=1.0,
        summary="Williams' %R: how far the close is below the highest high, in percent of the range, -100 to 0.",
        source="L. Williams, How I Made One Million Dollars, 1973; TA-Lib WILLR",
    ),
    Indicator(
        name="aroon",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(14),),
        outputs=("aroondown", "aroonup"),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        streams=True,
        cost_ns=1.8,
        summary="How long ago the lowest low and the highest high were, 100: now, 0: `period` bars ago.",
        source="T. Chande, 1995; TA-Lib AROON",
    ),
    Indicator(
        name="aroonosc",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        streams=True,
        cost_ns=1.9,
        summary="Aroon up less Aroon down.",
        source="T. Chande, 1995; TA-Lib AROONOSC",
    ),
    Indicator(
        name="ultosc",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(7, 1, name="period1"),
            period(14, 1, name="period2"),
            period(28, 1, name="period3"),
        ),
        outputs=("values",),
        lookback=lambda p: int(max(p["period1"], p["period2"], p["period3"])),
        fits="max(period1, period2, period3) < len(prices)",
        streams=True,
        cost_ns=2.1,
        summary="Buying pressure over true range in three windows, the shortest counting most, 0 to 100.",
        source="L. Williams, The Ultimate Oscillator, 1985; TA-Lib ULTOSC",
    ),
    Indicator(
        name="stoch",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(5, 1, name="fastk_period"),
            period(3, 1, name="slowk_period"),
            ma_type(name="slowk_ma_type"),
            period(3, 1, name="slowd_period"),
            ma_type(name="slowd_ma_type"),
        ),
        outputs=("slowk", "slowd"),
        lookback=slow_lookback,
        recursive_by=("slowk_ma_type", "slowd_ma_type"),
        settling=smoothing_of("slowk", "slowd", own=SMA),
        streams=True,
        cost_ns=1.4,
        summary="Where the close stands in the range of its window, averaged once and twice, 0 to 100.",
        source="G. Lane, Lane's Stochastics, 1984; TA-Lib STOCH",
    ),
    Indicator(
        name="stochf",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(5, 1, name="fastk_period"),
            period(3, 1, name="fastd_period"),
            ma_type(name="fastd_ma_type"),
        ),
        outputs=("fastk", "fastd"),
        lookback=fast_lookback,
        recursive_by=("fastd_ma_type",),
        settling=smoothing_of("fastd", own=SMA),
        streams=True,
        cost_ns=1.1,
        summary="Where the close stands in the range of its window, and its average, 0 to 100.",
        source="G. Lane, Lane's Stochastics, 1984; TA-Lib STOCHF",
    ),
    Indicator(
        name="stochrsi",
        group="momentum",
        inputs=("close",),
        parameters=(
            period(14),
            period(5, 1, name="fastk_period"),
            period(3, 1, name="fastd_period"),
            ma_type(name="fastd_ma_type"),
        ),
        outputs=("fastk", "fastd"),
        lookback=lambda p: int(p["period"]) + fast_lookback(p),
        recursive=True,
        settling=lambda p: wilder_decay(p["period"]) + smoothing_of("fastd", own=SMA)(p),
        streams=True,
        cost_ns=1.5,
        summary="Where the RSI stands in the range of its window, and its average, 0 to 100.",
        source="T. Chande, S. Kroll, The New Technical Trader, 1994; TA-Lib STOCHRSI",
    ),
    Indicator(
        name="kdj",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(9, 1, name="fastk_period"),
            period(3, 1, name="slowk_period"),
            ma_type(RMA, name="slowk_ma_type"),
            period(3, 1, name="slowd_period"),
            ma_type(RMA, name="slowd_ma_type"),
        ),
        outputs=("k", "d", "j"),
        lookback=slow_lookback,
        recursive=True,
        recursive_by=("slowk_ma_type", "slowd_ma_type"),
        settling=smoothing_of("slowk", "slowd", own=RMA),
        streams=True,
        cost_ns=1.6,
        summary="The stochastic oscillator with Wilder's averages, and J, which runs ahead of both: 3 K less 2 D.",
        source="G. Lane's stochastics as charted in China; TA-Lib KDJ",
    ),
)
