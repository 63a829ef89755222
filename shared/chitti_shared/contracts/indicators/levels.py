"""Levels of support, resistance and exit that lie over the prices."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameter, period, wilder_decay

_ALLIGATOR = ("jaw", "teeth", "lips")


def _pivots(kind: str, levels: int, summary: str, source: str) -> Indicator:
    resistances = tuple(f"r{level}" for level in range(1, levels + 1))
    supports = tuple(f"s{level}" for level in range(1, levels + 1))
    return Indicator(
        name=f"pivots_{kind}",
        group="overlap",
        inputs=("high", "low", "close"),
        parameters=(),
        outputs=("pivot", *resistances, *supports),
        lookback=lambda p: 1,
        fits="2 <= len(close)",
        streams=True,
        cost_ns=2.5,
        summary=summary,
        source=source,
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="ichimoku",
        group="overlap",
        inputs=("high", "low"),
        parameters=(
            period(9, 1, name="tenkan_period"),
            period(26, 1, name="kijun_period"),
            period(52, 1, name="senkou_period"),
        ),
        outputs=("tenkan", "kijun", "senkou_a", "senkou_b"),
        lookback=lambda p: int(max(p.values()) - 1 + p["kijun_period"]),
        fits="the longest period + kijun_period <= len(high)",
        streams=True,
        cost_ns=3.6,
        summary=(
            "Ichimoku's lines, and the cloud as it lies over each bar (drawn `kijun_period` bars before); "
            "the lagging span is the close itself, drawn as many bars back, and not given: it would look ahead."
        ),
        source="G. Hosoda, Ichimoku Kinko Hyo, 1969",
    ),
    Indicator(
        name="alligator",
        group="overlap",
        inputs=("high", "low"),
        parameters=(
            period(13, 1, name="jaw_period"),
            period(8, 1, name="teeth_period"),
            period(5, 1, name="lips_period"),
            period(8, 1, name="jaw_shift", most=10_000),
            period(5, 1, name="teeth_shift", most=10_000),
            period(3, 1, name="lips_shift", most=10_000),
        ),
        outputs=_ALLIGATOR,
        lookback=lambda p: max(int(p[f"{line}_period"] + p[f"{line}_shift"]) - 1 for line in _ALLIGATOR),
        fits="each period + its shift <= len(high)",
        recursive=True,
        settling=lambda p: wilder_decay(max(p[f"{line}_period"] for line in _ALLIGATOR)),
        streams=True,
        cost_ns=4.9,
        summary="Three smoothed averages of the middle price, each drawn some bars later.",
        source="B. Williams, Trading Chaos, 1995",
    ),
    Indicator(
        name="chandelier",
        group="overlap",
        inputs=("high", "low", "close"),
        parameters=(period(22, 1), Parameter("multiplier", float, 3.0, 0.0, 1000.0)),
        outputs=("long_stop", "short_stop"),
        lookback=lambda p: int(p["period"]),
        fits="period < len(close)",
        recursive=True,
        settling=lambda p: wilder_decay(p["period"]),
        streams=True,
        cost_ns=3.1,
        summary="Stops that hang so many average true ranges from the window's highest high and lowest low.",
        source="C. Le Beau; A. Elder, Come Into My Trading Room, 2002",
    ),
    Indicator(
        name="ma_envelope",
        group="overlap",
        inputs=("close",),
        parameters=(period(20), Parameter("percent", float, 2.5, 0.0, 100.0)),
        outputs=("upper_band", "middle_band", "lower_band"),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=1.0,
        summary="Simple moving average with bands so many percent away.",
        source="J. J. Murphy, Technical Analysis of the Financial Markets, 1999, chapter 9",
    ),
    Indicator(
        name="anchored_vwap",
        group="overlap",
        inputs=("high", "low", "close", "volume"),
        parameters=(Parameter("anchor", int, 0, 0, 1_000_000),),
        outputs=("values",),
        lookback=lambda p: int(p["anchor"]),
        fits="anchor < len(close)",
        recursive=True,
        settling=lambda p: NEVER,
        sparse=True,
        streams=True,
        cost_ns=3.2,
        summary="Mean price paid since bar `anchor` (0: the first); null until something was traded.",
        source="P. Levine, MIDAS, 1995, and B. Shannon: VWAP, of typical prices, from a chosen bar on",
    ),
    Indicator(
        name="zigzag",
        group="overlap",
        inputs=("high", "low"),
        parameters=(Parameter("deviation", float, 5.0, 0.01, 99.0),),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: NEVER,
        sparse=True,
        repaints=True,
        cost_ns=1.2,
        summary=(
            "Highs and lows at the turns of at least `deviation` percent, null between them; "
            "the last one moves on until a turn confirms it."
        ),
        source="A. Merrill, Filtered Waves, 1977",
    ),
    _pivots(
        "classic",
        3,
        "Pivot (high + low + close) / 3 of the bar before, with three resistances and supports.",
        "Floor traders' pivots: J. L. Person, A Complete Guide to Technical Trading Tactics, 2004",
    ),
    _pivots(
        "fibonacci",
        3,
        "The classic pivot of the bar before, and levels 38.2, 61.8 and 100 percent of its range away.",
        "Classic pivots with Fibonacci's retracements for distances, as in pandas-ta",
    ),
    _pivots(
        "camarilla",
        4,
        "The classic pivot of the bar before, and levels 1.1/12, 1.1/6, 1.1/4 and 1.1/2 of its range from its close.",
        "N. Scott, Camarilla equation, 1989",
    ),
    _pivots(
        "woodie",
        3,
        "Pivot (high + low + 2 close) / 4 of the bar before, with three resistances and supports.",
        "K. Wood's variant of the floor traders' pivots, with the close of the bar before",
    ),
)
