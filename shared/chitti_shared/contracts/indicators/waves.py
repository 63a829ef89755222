"""Oscillators that step from bar to bar, and squeezes of the bands."""

from __future__ import annotations

import itertools
import math

from chitti_shared.contracts.indicators.declaration import (
    NEVER,
    Indicator,
    Parameter,
    Parameters,
    decay,
    ema_decay,
    period,
)

_WINDOW = 10_000  # bars: what looks at whole windows


def _ebsw_decay(p: Parameters) -> int:
    angle = 2.0 * math.pi / p["period"]
    passed = (1.0 - math.sin(angle)) / math.cos(angle)
    smooth = math.exp(-math.sqrt(2.0) * math.pi / p["smooth_period"])
    return decay(1.0 - abs(passed)) + decay(1.0 - smooth) + 2 * int(p["smooth_period"])


def _squeeze_lookback(p: Parameters) -> int:
    return int(max(p["bb_period"] - 1, p["kc_period"], p["momentum_period"] + p["smooth_period"] - 1))


def _scalar(name: str, default: float) -> Parameter:
    return Parameter(name, float, default, 0.0, 1000.0)


def _squeeze(
    name: str, scalars: tuple[Parameter, ...], states: tuple[str, ...], cost_ns: float, summary: str, source: str
) -> Indicator:
    return Indicator(
        name=name,
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(20, name="bb_period", most=_WINDOW),
            _scalar("bb_std_dev", 2.0),
            period(20, name="kc_period", most=_WINDOW),
            *scalars,
            period(12, 1, name="momentum_period"),
            period(6, 1, name="smooth_period"),
        ),
        outputs=("momentum", *states),
        integers=states,
        lookback=_squeeze_lookback,
        fits="kc_period < len(close), as well as bb_period <= and momentum_period + smooth_period <= it",
        ordered=tuple((less.name, more.name) for more, less in itertools.pairwise(scalars)),
        cost_ns=cost_ns,
        summary=summary,
        source=source,
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="fisher",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(9), period(1, 1, name="signal_period", most=_WINDOW)),
        outputs=("fisher", "signal_line"),
        lookback=lambda p: int(p["period"] + p["signal_period"]) - 1,
        fits="period + signal_period <= len(high)",
        recursive=True,
        settling=lambda p: decay(0.33) + decay(0.5) + 20,
        streams=True,
        cost_ns=25.0,
        summary="Fisher transform of the middle price's place in its range, and the same `signal_period` bars before.",
        source="J. F. Ehlers, Using the Fisher Transform, Stocks & Commodities, November 2002",
    ),
    Indicator(
        name="rsx",
        group="momentum",
        inputs=("close",),
        parameters=(period(14),),
        outputs=("values",),
        lookback=lambda p: max(int(p["period"]) - 1, 5),
        fits="period <= len(prices), which is above 5",
        recursive=True,
        settling=lambda p: 6 * decay(3.0 / (p["period"] + 2.0)),
        streams=True,
        cost_ns=8.9,
        summary="Jurik's relative strength, 0 to 100: smoothed changes over their smoothed sizes; 50 if flat.",
        source="M. Jurik, Jurik Research, 1998; the unpublished formula as reconstructed in pandas-ta",
    ),
    Indicator(
        name="ebsw",
        group="momentum",
        inputs=("close",),
        parameters=(period(40, 5), period(10, name="smooth_period")),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=_ebsw_decay,
        streams=True,
        cost_ns=7.4,
        summary="Even better sine wave: the filtered price over the root of its power, -1 to 1.",
        source="J. F. Ehlers, Cycle Analytics for Traders, 2013, chapter 12",
    ),
    Indicator(
        name="wavetrend",
        group="momentum",
        inputs=("high", "low", "close"),
        parameters=(
            period(10, name="channel_period"),
            period(21, name="average_period"),
            period(4, 1, name="signal_period", most=100),
        ),
        outputs=("wt1", "wt2"),
        lookback=lambda p: int(2 * p["channel_period"] + p["average_period"] + p["signal_period"]) - 4,
        fits="2 * channel_period + average_period + signal_period - 3 <= len(close)",
        recursive=True,
        settling=lambda p: 2 * ema_decay(p["channel_period"]) + ema_decay(p["average_period"]),
        streams=True,
        cost_ns=5.4,
        summary="Wave trend: the typical price's distance from its EMA in usual distances, averaged; and its mean.",
        source="LazyBear, WaveTrend Oscillator, TradingView, 2014",
    ),
    Indicator(
        name="qqe",
        group="momentum",
        inputs=("close",),
        parameters=(period(14), period(5, 1, name="smooth_period"), Parameter("factor", float, 4.236, 0.0, 1000.0)),
        outputs=("qqe", "rsi_line", "trend"),
        integers=("trend",),
        lookback=lambda p: int(5 * p["period"] + p["smooth_period"]) - 4,
        fits="5 * period + smooth_period - 3 <= len(prices)",
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=9.4,
        summary="Quantitative qualitative estimation: a smoothed RSI with a trailing line, and the trend: 1 or -1.",
        source="R. Ignatov, QQE for MetaTrader 4, 2006; crossings as in pandas-ta",
    ),
    Indicator(
        name="stc",
        group="momentum",
        inputs=("close",),
        parameters=(
            period(10),
            period(23, name="fast_period"),
            period(50, name="slow_period"),
            Parameter("factor", float, 0.5, 0.01, 1.0),
        ),
        outputs=("values",),
        lookback=lambda p: int(p["slow_period"] + 2 * p["period"]) - 3,
        fits="slow_period + 2 * period - 2 <= len(prices)",
        ordered=(("fast_period", "slow_period"),),
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=19.0,
        summary="Schaff's trend cycle: a stochastic, twice over, of the difference of two EMAs, 0 to 100.",
        source="D. Schaff, Schaff Trend Cycle, 1999; Stocks & Commodities, April 2010",
    ),
    _squeeze(
        "squeeze",
        (_scalar("kc_scalar", 1.5),),
        ("squeeze_on", "squeeze_off", "no_squeeze"),
        12.0,
        "Smoothed momentum, and 1 where Bollinger's bands lie inside Keltner's (on), around them (off), or neither.",
        "J. F. Carter, Mastering the Trade, 2005; bands of simple averages",
    ),
    _squeeze(
        "squeeze_pro",
        (_scalar("kc_scalar_wide", 2.0), _scalar("kc_scalar_normal", 1.5), _scalar("kc_scalar_narrow", 1.0)),
        ("on_wide", "on_normal", "on_narrow", "squeeze_off", "no_squeeze"),
        13.0,
        "Momentum, and 1 where Bollinger's bands lie inside Keltner's of three widths (off and none: the wide).",
        "J. F. Carter, Mastering the Trade, 2005, chapter 11, with Squeeze Pro's widths; bands of simple averages",
    ),
)
