"""How far a price is from where it has been lately."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="cci",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        streams=True,
        cost_ns=1.3,
        summary="Commodity channel index: the typical price's distance from its mean, in mean distances by 0.015.",
        source="D. Lambert, Commodities, October 1980; TA-Lib CCI",
    ),
    Indicator(
        name="dpo",
        group="momentum",
        inputs=("close",),
        parameters=(period(20),),
        outputs=("values",),
        lookback=lambda p: max(int(p["period"]) - 1, int(p["period"]) // 2 + 1),
        streams=True,
        cost_ns=0.6,
        summary="Detrended price: the close period / 2 + 1 bars ago, less the mean of the last `period` bars.",
        source="S. Achelis, Technical Analysis from A to Z, 2000; TA-Lib DPO",
    ),
    Indicator(
        name="fosc",
        group="momentum",
        inputs=("close",),
        parameters=(period(5),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=0.8,
        summary="By how many per cent the close missed what a line through the bars before it forecast.",
        source="T. Chande and S. Kroll, The New Technical Trader, 1994; TA-Lib FOSC",
    ),
    Indicator(
        name="coppock",
        group="momentum",
        inputs=("close",),
        parameters=(
            period(10, 1, name="wma_period"),
            period(11, 1, name="roc1_period"),
            period(14, 1, name="roc2_period"),
        ),
        outputs=("values",),
        lookback=lambda p: int(max(p["roc1_period"], p["roc2_period"]) + p["wma_period"]) - 1,
        streams=True,
        cost_ns=1.2,
        summary="Coppock's curve: weighted average of two rates of change together, in per cent.",
        source="E. Coppock, Barron's, October 1962; TA-Lib COPPOCK",
    ),
)
