"""Buying against selling, read from the bodies and the ranges of bars."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="bop",
        group="momentum",
        inputs=("open", "high", "low", "close"),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        streams=True,
        cost_ns=0.3,
        summary="Balance of power: the body as a share of the bar's range, 0 for a bar without one.",
        source="I. Livshin, Technical Analysis of Stocks and Commodities, 2001; TA-Lib BOP",
    ),
    Indicator(
        name="imi",
        group="momentum",
        inputs=("open", "close"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        streams=True,
        cost_ns=1.5,
        summary="Rising bodies in per cent of all bodies of `period` bars; 50 where no bar has one.",
        source="T. Chande and S. Kroll, The New Technical Trader, 1994; TA-Lib IMI",
    ),
    Indicator(
        name="mfi",
        group="momentum",
        inputs=("high", "low", "close", "volume"),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        streams=True,
        cost_ns=1.7,
        summary="Money that flowed at rising typical prices in per cent of all that flowed in `period` bars.",
        source="G. Quong and A. Soudack, Technical Analysis of Stocks and Commodities 7:3, 1989; TA-Lib MFI",
    ),
)
