"""How far prices move, whichever way."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period, wilder_decay

_BAR = ("high", "low", "close")
_WILDER = "J. W. Wilder, New Concepts in Technical Trading Systems, 1978"

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="trange",
        group="volatility",
        inputs=_BAR,
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 1,
        streams=True,
        cost_ns=1.0,
        summary="True range: high to low, widened to the close before.",
        source=f"{_WILDER}; TA-Lib TRANGE",
    ),
    Indicator(
        name="atr",
        group="volatility",
        inputs=_BAR,
        parameters=(period(14, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=lambda p: wilder_decay(p["period"]),
        streams=True,
        cost_ns=1.5,
        summary="Wilder's average of the true range.",
        source=f"{_WILDER}; TA-Lib ATR",
    ),
    Indicator(
        name="natr",
        group="volatility",
        inputs=_BAR,
        parameters=(period(14, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=lambda p: wilder_decay(p["period"]),
        streams=True,
        cost_ns=2.0,
        summary="Average true range in percent of the close; with period 1 the true range itself, as TA-Lib has it.",
        source="J. Forman, Stocks & Commodities, May 2006; TA-Lib NATR",
    ),
)
