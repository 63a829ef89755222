"""Averages, bands and stops that lie over the prices."""

from __future__ import annotations

from chitti_shared.contracts.indicators.average_types import average_lookback, average_settling, ma_type
from chitti_shared.contracts.indicators.declaration import Indicator, Parameter, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="sma",
        group="overlap",
        inputs=("close",),
        parameters=(period(30),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        transparent=True,
        streams=True,
        cost_ns=0.3,
        summary="Mean of the last `period` bars.",
        source="TA-Lib SMA",
    ),
    Indicator(
        name="bollinger",
        label="bollinger_bands",
        group="overlap",
        inputs=("close",),
        parameters=(
            period(20),
            Parameter("std_dev_up", float, 2.0, -3e37, 3e37, shorthand="std_dev"),
            Parameter("std_dev_down", float, 2.0, -3e37, 3e37, shorthand="std_dev"),
            ma_type(),
        ),
        outputs=("upper_band", "middle_band", "lower_band"),
        lookback=lambda p: max(average_lookback(p["ma_type"], p["period"]), int(p["period"]) - 1),
        fits="period <= len(prices)",
        recursive_by=("ma_type",),
        settling=lambda p: average_settling(p["ma_type"], p["period"]),
        aliases=("bbands",),
        transparent=True,
        streams=True,
        cost_ns=0.8,
        summary="Moving average (`ma_type` as in `ma`, the mean by default) with bands so many population deviations "
        "away.",
        source="J. Bollinger, Bollinger on Bollinger Bands, 2001; TA-Lib BBANDS",
    ),
    Indicator(
        name="midpoint",
        group="overlap",
        inputs=("close",),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=0.9,
        summary="Middle between the highest and the lowest close of the last `period` bars.",
        source="TA-Lib MIDPOINT",
    ),
    Indicator(
        name="midprice",
        group="overlap",
        inputs=("high", "low"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        streams=True,
        cost_ns=0.9,
        summary="Middle between the highest high and the lowest low of the last `period` bars.",
        source="TA-Lib MIDPRICE",
    ),
)
