"""Candlestick patterns: names for what the `cdl...` indicators answer with a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.contracts.signals.pattern_kinds import PatternKind


@dataclass(frozen=True, slots=True)
class Candlestick:
    """Which values of an indicator a pattern is.

    Parameters
    ----------
    indicator : str
        `cdlhammer`, ...
    sign : {1, -1, 0}
        Of the values that are this pattern; 0: any but zero.
    candles : int
        How many bars make it, the last one included.
    """

    kind: PatternKind
    indicator: str
    sign: Literal[1, -1, 0]
    candles: int


# name without `cdl`, title, candles, what it says: up or down by itself, both by its sign, or neither
_TABLE: tuple[tuple[str, str, int, Literal["up", "down", "both", "neither"]], ...] = (
    ("2crows", "Two crows", 3, "down"),
    ("3blackcrows", "Three black crows", 4, "down"),
    ("3inside", "Three inside", 3, "both"),
    ("3linestrike", "Three-line strike", 4, "both"),
    ("3outside", "Three outside", 3, "both"),
    ("3starsinsouth", "Three stars in the south", 3, "up"),
    ("3whitesoldiers", "Three white soldiers", 3, "up"),
    ("abandonedbaby", "Abandoned baby", 3, "both"),
    ("advanceblock", "Advance block", 3, "down"),
    ("belthold", "Belt hold", 1, "both"),
    ("breakaway", "Breakaway", 5, "both"),
    ("closingmarubozu", "Closing marubozu", 1, "both"),
    ("concealbabyswall", "Concealing baby swallow", 4, "up"),
    ("counterattack", "Counterattack", 2, "both"),
    ("darkcloudcover", "Dark cloud cover", 2, "down"),
    ("doji", "Doji", 1, "neither"),
    ("dojistar", "Doji star", 2, "both"),
    ("dragonflydoji", "Dragonfly doji", 1, "up"),
    ("engulfing", "Engulfing", 2, "both"),
    ("eveningdojistar", "Evening doji star", 3, "down"),
    ("eveningstar", "Evening star", 3, "down"),
    ("gapsidesidewhite", "Side-by-side white lines", 3, "both"),
    ("gravestonedoji", "Gravestone doji", 1, "down"),
    ("hammer", "Hammer", 2, "up"),
    ("hangingman", "Hanging man", 2, "down"),
    ("harami", "Harami", 2, "both"),
    ("haramicross", "Harami cross", 2, "both"),
    ("highwave", "High wave", 1, "neither"),
    ("hikkake", "Hikkake", 3, "both"),
    ("hikkakemod", "Modified hikkake", 4, "both"),
    ("homingpigeon", "Homing pigeon", 2, "up"),
    ("identical3crows", "Identical three crows", 3, "down"),
    ("inneck", "In-neck", 2, "down"),
    ("invertedhammer", "Inverted hammer", 2, "up"),
    ("kicking", "Kicking", 2, "both"),
    ("kickingbylength", "Kicking, by length", 2, "both"),
    ("ladderbottom", "Ladder bottom", 5, "up"),
    ("longleggeddoji", "Long-legged doji", 1, "neither"),
    ("longline", "Long line", 1, "both"),
    ("marubozu", "Marubozu", 1, "both"),
    ("matchinglow", "Matching low", 2, "up"),
    ("mathold", "Mat hold", 5, "up"),
    ("morningdojistar", "Morning doji star", 3, "up"),
    ("morningstar", "Morning star", 3, "up"),
    ("onneck", "On-neck", 2, "down"),
    ("piercing", "Piercing line", 2, "up"),
    ("rickshawman", "Rickshaw man", 1, "neither"),
    ("risefall3methods", "Rising or falling three methods", 5, "both"),
    ("separatinglines", "Separating lines", 2, "both"),
    ("shootingstar", "Shooting star", 2, "down"),
    ("shortline", "Short line", 1, "neither"),
    ("spinningtop", "Spinning top", 1, "neither"),
    ("stalledpattern", "Stalled pattern", 3, "down"),
    ("sticksandwich", "Stick sandwich", 3, "up"),
    ("takuri", "Takuri", 1, "up"),
    ("tasukigap", "Tasuki gap", 3, "both"),
    ("thrusting", "Thrusting", 2, "down"),
    ("tristar", "Tristar", 3, "both"),
    ("unique3river", "Unique three river", 3, "up"),
    ("upsidegap2crows", "Upside gap two crows", 3, "down"),
    ("xsidegap3methods", "Upside or downside gap three methods", 3, "both"),
)


def _candlesticks() -> list[Candlestick]:
    made = []
    for short, title, candles, says in _TABLE:
        indicator = f"cdl{short}"
        summary = BY_NAME[indicator].summary.partition(" Values:")[0].removesuffix(".")
        summary = summary[0].lower() + summary[1:]
        if says == "both":
            up = PatternKind(f"{indicator}_up", f"{title}, bullish", "candlestick", "bullish", summary)
            down = PatternKind(f"{indicator}_down", f"{title}, bearish", "candlestick", "bearish", summary)
            made += [Candlestick(up, indicator, 1, candles), Candlestick(down, indicator, -1, candles)]
        elif says == "neither":
            kind = PatternKind(indicator, title, "candlestick", "neutral", summary)
            made.append(Candlestick(kind, indicator, 0, candles))
        else:
            kind = PatternKind(indicator, title, "candlestick", "bullish" if says == "up" else "bearish", summary)
            made.append(Candlestick(kind, indicator, 0, candles))
    return made


CANDLESTICKS: tuple[Candlestick, ...] = tuple(_candlesticks())
BY_PATTERN: dict[str, Candlestick] = {one.kind.name: one for one in CANDLESTICKS}
INDICATORS_READ: tuple[str, ...] = tuple(f"cdl{short}" for short, *_ in _TABLE)
