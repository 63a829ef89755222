"""Patterns that are events: breakouts, gaps, extremes, levels, divergences, squeezes, crossings."""

from __future__ import annotations

from collections.abc import Iterator

from chitti_shared.contracts.signals.pattern_kinds import Leaning, PatternKind

BREAKOUT_BARS = (20, 55)
DIVERGENT = {"rsi": "RSI", "macd": "MACD", "obv": "OBV"}


def _breakouts() -> Iterator[PatternKind]:
    said = "{} of the {} bars before, the first such close in 10 bars, on 1.5 times the usual volume"
    for bars in BREAKOUT_BARS:
        above = said.format("a close above the highest high", bars)
        below = said.format("a close below the lowest low", bars)
        yield PatternKind(f"breakout_{bars}_up", f"{bars}-day breakout upwards", "level", "bullish", above)
        yield PatternKind(f"breakout_{bars}_down", f"{bars}-day breakout downwards", "level", "bearish", below)


def _divergences() -> Iterator[PatternKind]:
    forms: tuple[tuple[str, Leaning, str, str, str], ...] = (
        ("", "bullish", "lows", "lower", "higher"),
        ("", "bearish", "highs", "higher", "lower"),
        ("hidden_", "bullish", "lows", "higher", "lower"),
        ("hidden_", "bearish", "highs", "lower", "higher"),
    )
    for word, called in DIVERGENT.items():
        for hidden, leaning, swings, price, other in forms:
            title = f"{hidden.replace('_', ' ')}{leaning} {called} divergence"
            summary = f"two swing {swings}, the second {price} in price and {other} in {called}"
            name = f"{hidden}{leaning}_{word}_divergence"
            yield PatternKind(name, title[0].upper() + title[1:], "divergence", leaning, summary)


_LEVELS = (
    PatternKind("resistance_breakout", "Resistance broken", "level", "bullish",
                "a close through a level that held at least twice, on 1.5 times the usual volume"),
    PatternKind("support_breakdown", "Support broken", "level", "bearish",
                "a close down through a level that held at least twice, on 1.5 times the usual volume"),
    PatternKind("support_bounce", "Bounce from support", "level", "bullish",
                "a low at a level that held at least twice, and a close well above it"),
    PatternKind("resistance_rejection", "Rejected at resistance", "level", "bearish",
                "a high at a level that held at least twice, and a close well below it"),
    PatternKind("resistance_retest", "Broken resistance holds as support", "level", "bullish",
                "a low at a level that was broken upwards lately, and a close above it"),
    PatternKind("support_retest", "Broken support holds as resistance", "level", "bearish",
                "a high at a level that was broken downwards lately, and a close below it"),
)  # fmt: skip
_GAPS = (
    PatternKind("gap_up", "Gap up", "gap", "bullish",
                "a low above the high of the bar before, by a quarter of the ATR"),
    PatternKind("gap_down", "Gap down", "gap", "bearish",
                "a high below the low of the bar before, by a quarter of the ATR"),
    PatternKind("breakaway_gap_up", "Breakaway gap up", "gap", "bullish",
                "a gap up out of the range of the 20 bars before, on 1.5 times the usual volume"),
    PatternKind("breakaway_gap_down", "Breakaway gap down", "gap", "bearish",
                "a gap down out of the range of the 20 bars before, on 1.5 times the usual volume"),
    PatternKind("gap_up_filled", "Gap up filled", "gap", "neutral",
                "prices back at the bar before a gap up, within 60 bars"),
    PatternKind("gap_down_filled", "Gap down filled", "gap", "neutral",
                "prices back at the bar before a gap down, within 60 bars"),
)  # fmt: skip
_EXTREMES = (
    PatternKind("high_52_week", "52-week high", "extreme", "bullish",
                "the first high in 20 bars above all of the 252 bars before"),
    PatternKind("low_52_week", "52-week low", "extreme", "bearish",
                "the first low in 20 bars below all of the 252 bars before"),
)  # fmt: skip
_SQUEEZES = (
    PatternKind("squeeze", "Squeeze", "squeeze", "neutral",
                "Bollinger's bands within Keltner's for the fifth bar in a row"),
    PatternKind("squeeze_release_up", "Squeeze left upwards", "squeeze", "bullish",
                "Bollinger's bands leave Keltner's after five bars or more, with rising momentum"),
    PatternKind("squeeze_release_down", "Squeeze left downwards", "squeeze", "bearish",
                "Bollinger's bands leave Keltner's after five bars or more, with falling momentum"),
)  # fmt: skip
_CROSSINGS = (
    PatternKind("golden_cross", "Golden cross", "crossing", "bullish", "SMA(50) crosses above SMA(200)"),
    PatternKind("death_cross", "Death cross", "crossing", "bearish", "SMA(50) crosses below SMA(200)"),
    PatternKind(
        "close_above_sma_200", "Close above SMA(200)", "crossing", "bullish", "the close crosses above SMA(200)"
    ),
    PatternKind(
        "close_below_sma_200", "Close below SMA(200)", "crossing", "bearish", "the close crosses below SMA(200)"
    ),
    PatternKind("ema_20_above_50", "EMA(20) above EMA(50)", "crossing", "bullish", "EMA(20) crosses above EMA(50)"),
    PatternKind("ema_20_below_50", "EMA(20) below EMA(50)", "crossing", "bearish", "EMA(20) crosses below EMA(50)"),
    PatternKind(
        "macd_above_signal", "MACD above its signal", "crossing", "bullish", "MACD crosses above its signal line"
    ),
    PatternKind(
        "macd_below_signal", "MACD below its signal", "crossing", "bearish", "MACD crosses below its signal line"
    ),
)

EVENTS: tuple[PatternKind, ...] = (
    *_breakouts(),
    *_LEVELS,
    *_GAPS,
    *_EXTREMES,
    *_divergences(),
    *_SQUEEZES,
    *_CROSSINGS,
)
