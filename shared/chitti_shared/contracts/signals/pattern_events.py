"""Patterns that are events: breakouts, gaps, extremes, levels, divergences, squeezes, crossings."""

from __future__ import annotations

from chitti_shared.contracts.signals.pattern_kinds import Leaning, PatternKind

BREAKOUT_BARS = (20, 55)
DIVERGENT = {"rsi": "RSI", "macd": "MACD", "obv": "OBV"}


def _breakouts() -> list[PatternKind]:
    kinds = []
    for bars in BREAKOUT_BARS:
        for way, leaning, side in (
            ("up", "bullish", "above the highest high"),
            ("down", "bearish", "below the lowest low"),
        ):
            summary = f"the first close in 10 bars {side} of the {bars} bars before, on 1.5 times the usual volume"
            kinds.append(
                PatternKind(
                    f"breakout_{bars}_{way}", f"{bars}-day breakout, {way}", "level", _leaning(leaning), summary
                )
            )
    return kinds


def _leaning(word: str) -> Leaning:
    return "bullish" if word == "bullish" else "bearish"


def _divergences() -> list[PatternKind]:
    kinds = []
    for word, called in DIVERGENT.items():
        for hidden in (False, True):
            for leaning in ("bullish", "bearish"):
                lows = leaning == "bullish"
                swings, price = (
                    ("lows", "higher" if hidden else "lower") if lows else ("highs", "lower" if hidden else "higher")
                )
                other = "lower" if price == "higher" else "higher"
                name = f"{'hidden_' if hidden else ''}{leaning}_{word}_divergence"
                title = f"{'Hidden ' if hidden else ''}{leaning} {called} divergence"
                summary = f"two swing {swings}, the second {price} in price and {other} in {called}"
                kinds.append(PatternKind(name, title[0].upper() + title[1:], "divergence", _leaning(leaning), summary))
    return kinds


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
    PatternKind("gap_up", "Gap up", "gap", "bullish", "a low above the high of the bar before, by a quarter of the ATR"),
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
