"""Candlestick patterns, with TA-Lib's integers: 100 up, -100 down, 0 where there is none."""

from __future__ import annotations

from typing import Literal

from chitti_shared.contracts.indicators.declaration import Indicator, Parameter

_VALUES = {"up": "100", "down": "-100", "both": "100 or -100"}
_SOURCES = {
    "cdlhikkake": "D. L. Chesler, Trading False Moves with the Hikkake Pattern, 2004; ",
    "cdlhikkakemod": "D. L. Chesler, Trading False Moves with the Hikkake Pattern, 2004; ",
}


def _pattern(
    name: str,
    lookback: int,
    says: Literal["up", "down", "both"],
    cost_ns: float,
    summary: str,
    *,
    penetration: float | None = None,
) -> Indicator:
    """`penetration`: how far into the first body the last candle must close, as a share of it."""
    taken = () if penetration is None else (Parameter("penetration", float, penetration, 0.0, 3e37),)
    return Indicator(
        name=f"cdl{name}",
        group="pattern",
        inputs=("open", "high", "low", "close"),
        parameters=taken,
        outputs=("values",),
        integers=("values",),
        lookback=lambda p: lookback,
        streams=True,
        cost_ns=cost_ns,
        summary=f"{summary} Values: {_VALUES[says]}.",
        source=f"{_SOURCES.get(f'cdl{name}', '')}TA-Lib CDL{name.upper()}",
    )


# fmt: off
# name, lookback, what it says, ns per bar
INDICATORS: tuple[Indicator, ...] = (
    _pattern(
        "2crows", 12, "down", 1.1,
        "Two black candles over a long white one: the first gaps up, the second opens in its body "
        "and closes in the white one's.",
    ),
    _pattern(
        "3blackcrows", 13, "down", 1.4,
        "Three black candles without lower shadows behind a white one, each opening in the body "
        "before, closing lower.",
    ),
    _pattern("3inside", 12, "both", 1.8, "A harami whose third candle closes beyond the first one's open."),
    _pattern(
        "3linestrike", 8, "both", 1.2,
        "Three candles of one colour, each closing further, and one of the other colour that takes "
        "all of it back.",
    ),
    _pattern("3outside", 3, "both", 0.5, "An engulfing whose third candle closes further."),
    _pattern(
        "3starsinsouth", 12, "up", 2.2,
        "Three black candles, each smaller and within the one before, the last without shadows.",
    ),
    _pattern(
        "3whitesoldiers", 12, "up", 5.5,
        "Three white candles without upper shadows, each opening in or near the body before, closing higher.",
    ),
    _pattern(
        "abandonedbaby", 12, "both", 1.8,
        "A doji that whole gaps, shadows and all, part from a long candle and from one that turns back.",
        penetration=0.3,
    ),
    _pattern("advanceblock", 12, "down", 8.1, "Three white candles that rise with ever less strength."),
    _pattern(
        "belthold", 10, "both", 1.5,
        "A long candle that opens at its end: white without a lower, black without an upper shadow.",
    ),
    _pattern(
        "breakaway", 14, "both", 1.6,
        "A long candle, a gap, two further candles the same way, and one that closes in the gap.",
    ),
    _pattern(
        "closingmarubozu", 10, "both", 1.5,
        "A long candle that closes at its end: white without an upper, black without a lower shadow.",
    ),
    _pattern(
        "concealbabyswall", 13, "up", 1.8,
        "Four black candles: two marubozus, one that gaps down with an upper shadow into the body "
        "before, one that engulfs it.",
    ),
    _pattern("counterattack", 11, "both", 2.1, "A long candle against a long one, closing where that closed."),
    _pattern(
        "darkcloudcover", 11, "down", 1.2,
        "A long white candle and a black one that opens above its high and closes deep in its body.",
        penetration=0.5,
    ),
    _pattern("doji", 10, "up", 1.0, "Open and close nearly the same."),
    _pattern("dojistar", 11, "both", 1.4, "A long candle and a doji that gaps away from it."),
    _pattern("dragonflydoji", 10, "up", 1.2, "A doji with a lower but no upper shadow."),
    _pattern(
        "engulfing", 2, "both", 0.5,
        "A body that engulfs the one before, of the other colour; 80 where they share an end.",
    ),
    _pattern(
        "eveningdojistar", 12, "down", 1.6,
        "A long white candle, a doji that gaps up, and a black candle deep into the first body.",
        penetration=0.3,
    ),
    _pattern(
        "eveningstar", 12, "down", 1.6,
        "A long white candle, a small body that gaps up, and a black candle deep into the first body.",
        penetration=0.3,
    ),
    _pattern(
        "gapsidesidewhite", 7, "both", 1.6,
        "Two white candles side by side, of one size and one open, behind a gap.",
    ),
    _pattern("gravestonedoji", 10, "up", 1.1, "A doji with an upper but no lower shadow."),
    _pattern("hammer", 11, "up", 1.9, "A small body over a long lower shadow, near the low of the bar before."),
    _pattern("hangingman", 11, "down", 1.9, "A small body over a long lower shadow, near the high of the bar before."),
    _pattern("harami", 11, "both", 1.6, "A small body within the long one before; 80 where they share an end."),
    _pattern("haramicross", 11, "both", 1.6, "A doji within the long body before; 80 where they share an end."),
    _pattern("highwave", 10, "both", 1.1, "A small body between two very long shadows."),
    _pattern(
        "hikkake", 5, "both", 0.7,
        "An inside bar that is left to one side; twice that where one of the next three bars "
        "closes beyond the other side.",
    ),
    _pattern(
        "hikkakemod", 10, "both", 1.2,
        "An inside bar within an inside bar that is left to one side; twice that where one of the "
        "next three bars closes beyond the other.",
    ),
    _pattern("homingpigeon", 11, "up", 1.5, "A small black body within a long black one."),
    _pattern(
        "identical3crows", 12, "down", 2.0,
        "Three black candles without lower shadows, each opening where the one before closed.",
    ),
    _pattern(
        "inneck", 11, "down", 1.6,
        "A long black candle and a white one that opens below its low and closes at its close.",
    ),
    _pattern("invertedhammer", 11, "up", 1.5, "A small body under a long upper shadow, gapping down."),
    _pattern("kicking", 11, "both", 2.0, "A marubozu and one of the other colour, a gap between them."),
    _pattern(
        "kickingbylength", 11, "both", 2.0,
        "A marubozu and one of the other colour, a gap between them; the longer says which way.",
    ),
    _pattern(
        "ladderbottom", 14, "up", 1.4,
        "Three black candles down, a black one with an upper shadow, and a white one that opens "
        "above it and closes higher.",
    ),
    _pattern("longleggeddoji", 10, "up", 1.1, "A doji with a long shadow."),
    _pattern("longline", 10, "both", 1.8, "A long body with short shadows."),
    _pattern("marubozu", 10, "both", 1.5, "A long body without shadows."),
    _pattern("matchinglow", 6, "up", 1.1, "Two black candles with one close."),
    _pattern(
        "mathold", 14, "up", 1.8,
        "A long white candle, a gap up, small bodies that fall back into part of it, and a white "
        "one to a new high.",
        penetration=0.5,
    ),
    _pattern(
        "morningdojistar", 12, "up", 1.7,
        "A long black candle, a doji that gaps down, and a white candle deep into the first body.",
        penetration=0.3,
    ),
    _pattern(
        "morningstar", 12, "up", 1.6,
        "A long black candle, a small body that gaps down, and a white candle deep into the first body.",
        penetration=0.3,
    ),
    _pattern(
        "onneck", 11, "down", 1.6,
        "A long black candle and a white one that opens below its low and closes at that low.",
    ),
    _pattern(
        "piercing", 11, "up", 1.4,
        "A long black candle and a long white one that opens below its low and closes in the upper "
        "half of its body.",
    ),
    _pattern("rickshawman", 10, "up", 1.6, "A doji in the middle of its range, with two long shadows."),
    _pattern(
        "risefall3methods", 14, "both", 1.8,
        "A long candle, three small ones against it within its range, and a long one to a new close.",
    ),
    _pattern(
        "separatinglines", 11, "both", 2.1,
        "A candle and one of the other colour with the same open, long, without a shadow at that end.",
    ),
    _pattern("shootingstar", 11, "down", 1.5, "A small body under a long upper shadow, gapping up."),
    _pattern("shortline", 10, "both", 1.9, "A small body with short shadows."),
    _pattern("spinningtop", 10, "both", 1.1, "A small body with two shadows longer than it."),
    _pattern(
        "stalledpattern", 12, "down", 2.3,
        "Two long white candles and a small white one that rides on the second's shoulder.",
    ),
    _pattern("sticksandwich", 7, "up", 1.0, "A white candle between two black ones with one close."),
    _pattern("takuri", 10, "up", 1.1, "A doji over a very long lower shadow."),
    _pattern(
        "tasukigap", 7, "both", 1.2,
        "A gap, a candle on its far side, and one of the other colour, as large, that closes in the gap.",
    ),
    _pattern(
        "thrusting", 11, "down", 1.6,
        "A long black candle and a white one that opens below its low and closes below the middle "
        "of its body.",
    ),
    _pattern("tristar", 12, "both", 1.2, "Three dojis, the second a star."),
    _pattern(
        "unique3river", 12, "up", 1.3,
        "A long black candle, a black one to a new low within its body, and a small white one.",
    ),
    _pattern(
        "upsidegap2crows", 12, "down", 1.2,
        "A long white candle, a small black one that gaps up, and a black one that engulfs it "
        "above the first.",
    ),
    _pattern(
        "xsidegap3methods", 2, "both", 0.5,
        "Two candles of one colour with a gap between them, and one of the other colour that closes it.",
    ),
)
# fmt: on
