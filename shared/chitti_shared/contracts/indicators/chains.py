"""Ratios of averages of averages."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, ema_decay, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="trix",
        group="momentum",
        inputs=("close",),
        parameters=(period(30, 1),),
        outputs=("values",),
        lookback=lambda p: 3 * int(p["period"]) - 2,
        fits="3 * period - 2 < len(prices)",
        recursive=True,
        settling=lambda p: 3 * ema_decay(p["period"]),
        transparent=True,
        streams=True,
        cost_ns=0.7,
        summary="Change from bar to bar of an EMA of an EMA of an EMA, in percent.",
        source="J. Hutson, Good TRIX, 1983; TA-Lib TRIX",
    ),
    Indicator(
        name="tsi",
        group="momentum",
        inputs=("close",),
        parameters=(period(25, name="first_period"), period(13, name="second_period")),
        outputs=("values",),
        lookback=lambda p: int(p["first_period"] + p["second_period"]) - 1,
        fits="first_period + second_period <= len(prices)",
        recursive=True,
        settling=lambda p: ema_decay(p["first_period"]) + ema_decay(p["second_period"]),
        streams=True,
        cost_ns=0.8,
        summary="True strength: changes, twice smoothed, in percent of their sizes, twice smoothed, -100 to 100.",
        source="W. Blau, Momentum, Direction and Divergence, 1995; TA-Lib TSI",
    ),
    Indicator(
        name="smi",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(13),
            period(2, name="fast_period"),
            period(25, name="slow_period"),
            period(9, name="signal_period"),
        ),
        outputs=("smi", "smisignal"),
        lookback=lambda p: int(p["period"] + p["fast_period"] + p["slow_period"] + p["signal_period"]) - 4,
        fits="period + fast_period + slow_period + signal_period - 3 <= len(prices)",
        recursive=True,
        settling=lambda p: ema_decay(p["fast_period"]) + ema_decay(p["slow_period"]) + ema_decay(p["signal_period"]),
        streams=True,
        cost_ns=1.7,
        summary="Stochastic momentum: how far the close is from the middle of the range, in percent of half the range.",
        source="W. Blau, Stochastic Momentum, 1993; TA-Lib SMI",
    ),
)
