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
        cost_ns=1.7,
        summary="Commodity channel index: the typical price's distance from its mean, in mean distances by 0.015.",
        source="D. Lambert, Commodities, October 1980; TA-Lib CCI",
    ),
)
