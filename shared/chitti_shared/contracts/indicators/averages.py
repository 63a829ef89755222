"""Moving averages."""

from __future__ import annotations

from collections.abc import Callable

from chitti_shared.contracts.indicators.average_types import (
    DEMA,
    EMA,
    HMA,
    KAMA,
    MAMA_LOOKBACK,
    RMA,
    SMA,
    T3,
    TEMA,
    TRIMA,
    WMA,
    ZLEMA,
    average_lookback,
    average_settling,
    ma_type,
)
from chitti_shared.contracts.indicators.declaration import Bars, Indicator, Parameter, Parameters, decay, period

_RECURSIVE = frozenset({EMA, DEMA, TEMA, KAMA, T3, ZLEMA, RMA})


def _lookback(kind: int) -> Bars:
    return lambda p: average_lookback(kind, p["period"])


def _settling(kind: int) -> Bars | None:
    return (lambda p: average_settling(kind, p["period"])) if kind in _RECURSIVE else None


def _average(
    name: str,
    kind: int,
    summary: str,
    source: str,
    cost_ns: float,
    *,
    default: int = 30,
    further: tuple[Parameter, ...] = (),
) -> Indicator:
    """An average of one series over `period` bars."""
    return Indicator(
        name=name,
        group="overlap",
        inputs=("close",),
        parameters=(period(default), *further),
        outputs=("values",),
        lookback=_lookback(kind),
        recursive=kind in _RECURSIVE,
        settling=_settling(kind),
        transparent=kind not in (KAMA, HMA),
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=source,
    )


def _of_type(kind: str, longest: str, bars: Callable[[float, float], int]) -> Callable[[Parameters], int]:
    return lambda p: bars(p[kind], p[longest])


INDICATORS: tuple[Indicator, ...] = (
    _average("ema", EMA, "Exponential average: each bar weighs 2 / (period + 1).", "TA-Lib EMA", 0.4),
    _average("wma", WMA, "Mean that weighs the newest bar `period` times, the oldest once.", "TA-Lib WMA", 0.7),
    _average(
        "dema", DEMA, "Twice an EMA less the EMA of it, which takes off its lag.",
        "P. G. Mulloy, Stocks & Commodities 12:1, 1994; TA-Lib DEMA", 0.7,
    ),
    _average(
        "tema", TEMA, "Three EMAs of one another, put together so that their lags cancel.",
        "P. G. Mulloy, Stocks & Commodities 12:1, 1994; TA-Lib TEMA", 1.0,
    ),
    _average("trima", TRIMA, "Mean of means: the middle of the window weighs most.", "TA-Lib TRIMA", 0.8),
    _average(
        "kama", KAMA, "Exponential average that is quick when prices go straight, slow when they waver.",
        "P. J. Kaufman, Smarter Trading, 1995; TA-Lib KAMA", 2.0,
    ),
    _average(
        "t3", T3, "Six EMAs of one another, blended by `volume_factor`.",
        "T. Tillson, Stocks & Commodities 16:1, 1998; TA-Lib T3", 2.1, default=5,
        further=(Parameter("volume_factor", float, 0.7, 0.0, 1.0),),
    ),
    _average(
        "rma", RMA, "Wilder's average: each bar weighs 1 / period.",
        "J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib RMA", 0.4,
    ),
    _average(
        "hma", HMA, "Hull's average: twice a WMA of half the period less one of all of it, smoothed once more.",
        "A. Hull, 2005; TA-Lib HMA", 1.8, default=20,
    ),
    _average(
        "zlema", ZLEMA, "EMA of prices carried forward by what they gained in half a period.",
        "J. Ehlers and R. Way, Zero Lag, 2010; TA-Lib ZLEMA", 0.4,
    ),
    Indicator(
        name="vwma",
        group="overlap",
        inputs=("close", "volume"),
        parameters=(period(30),),
        outputs=("values",),
        lookback=_lookback(SMA),
        sparse=True,
        streams=True,
        cost_ns=1.1,
        summary="Mean of the last `period` bars, each weighed by its volume; null where nothing was traded.",
        source="TA-Lib VWMA",
    ),
    Indicator(
        name="ma",
        group="overlap",
        inputs=("close",),
        parameters=(period(30, 1), ma_type()),
        outputs=("values",),
        lookback=_of_type("ma_type", "period", average_lookback),
        recursive_by=("ma_type",),
        settling=_of_type("ma_type", "period", average_settling),
        streams=True,
        cost_ns=2.0,
        summary="Average by type: 0 SMA, 1 EMA, 2 WMA, 3 DEMA, 4 TEMA, 5 TRIMA, 6 KAMA, 7 MAMA, 8 T3, 9 HMA, 10 none, "
        "11 the default (SMA), 12 ZLEMA, 13 RMA.",
        source="TA-Lib MA",
    ),
    Indicator(
        name="mavp",
        group="overlap",
        inputs=("close", "other"),
        parameters=(period(2, 1, name="min_period"), period(30, 1, name="max_period"), ma_type()),
        outputs=("values",),
        lookback=_of_type("ma_type", "max_period", average_lookback),
        ordered=(("min_period", "max_period"),),
        recursive_by=("ma_type",),
        settling=_of_type("ma_type", "max_period", average_settling),
        cost_ns=18.0,
        summary="Average over as many bars as the other series says for each bar, of a type as in `ma`.",
        source="TA-Lib MAVP",
    ),
    Indicator(
        name="mama",
        group="overlap",
        inputs=("close",),
        parameters=(
            Parameter("fast_limit", float, 0.5, 0.01, 0.99),
            Parameter("slow_limit", float, 0.05, 0.01, 0.99),
        ),
        outputs=("mama", "fama"),
        lookback=lambda p: MAMA_LOOKBACK,
        recursive=True,
        settling=lambda p: decay(p["slow_limit"]) + decay(0.5 * p["slow_limit"]),
        streams=True,
        cost_ns=57.0,
        summary="Exponential average that follows the turn of the price cycle's phase, and a slower one of it.",
        source="J. Ehlers, MESA and Trading Market Cycles, 2001; TA-Lib MAMA",
    ),
)  # fmt: skip
