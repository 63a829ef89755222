"""How straight prices go."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="er",
        group="momentum",
        inputs=("close",),
        parameters=(period(10),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=0.6,
        summary="Kaufman's efficiency ratio: net change as a share of the way gone; 1 where nothing moved.",
        source="P. Kaufman, Smarter Trading, 1995; TA-Lib ER",
    ),
    Indicator(
        name="cmou",
        group="momentum",
        inputs=("close",),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=0.7,
        summary="Chande's momentum without smoothing: rises less falls in per cent of both.",
        source="T. Chande and S. Kroll, The New Technical Trader, 1994; TA-Lib CMOU",
    ),
    Indicator(
        name="vhf",
        group="momentum",
        inputs=("close",),
        parameters=(period(28),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=1.4,
        summary="Vertical horizontal filter: the range of `period` closes as a share of the way gone.",
        source="A. White, Futures, August 1991; TA-Lib VHF",
    ),
    Indicator(
        name="vortex",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(period(14, 1),),
        outputs=("plusvi", "minusvi"),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=1.7,
        summary="Ways from the last low to the high and from the last high to the low, as shares of the true range.",
        source="E. Botes and D. Siepman, Technical Analysis of Stocks and Commodities 28:1, 2010; TA-Lib VORTEX",
    ),
)
