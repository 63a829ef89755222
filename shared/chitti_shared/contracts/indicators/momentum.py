"""How fast prices move, and which way."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, ema_decay, period, wilder_decay

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="rsi",
        group="momentum",
        inputs=("close",),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=lambda p: wilder_decay(p["period"]),
        streams=True,
        cost_ns=2.0,
        summary="Wilder's relative strength on a 0-100 scale.",
        source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib RSI",
    ),
    Indicator(
        name="macd",
        group="momentum",
        inputs=("close",),
        parameters=(
            period(12, name="fast_period"),
            period(26, name="slow_period"),
            period(9, 1, name="signal_period"),
        ),
        outputs=("macd_line", "signal_line", "histogram"),
        lookback=lambda p: int(p["slow_period"] + p["signal_period"]) - 2,
        fits="slow_period + signal_period - 1 <= len(prices)",
        ordered=(("fast_period", "slow_period"),),
        recursive=True,
        settling=lambda p: ema_decay(p["slow_period"]) + ema_decay(p["signal_period"]),
        cost_ns=2.0,
        summary="Difference of a fast and a slow EMA, with its own EMA as signal.",
        source="G. Appel, 1979; TA-Lib MACD",
    ),
)
