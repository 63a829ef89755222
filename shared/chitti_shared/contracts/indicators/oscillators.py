"""Where a price stands in the range of its window."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period

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
        cost_ns=1.5,
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
        cost_ns=4.0,
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
        cost_ns=4.0,
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
        cost_ns=6.0,
        summary="Buying pressure over true range in three windows, the shortest counting most, 0 to 100.",
        source="L. Williams, The Ultimate Oscillator, 1985; TA-Lib ULTOSC",
    ),
)
