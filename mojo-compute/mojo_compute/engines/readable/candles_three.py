"""Candlestick patterns of three candles, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.candles import (
    BODY,
    DOJI,
    EQUAL,
    FAR,
    NEAR,
    SHADOW_SHORT,
    SHADOW_TINY,
    Bars,
    Candle,
    Flags,
    Setting,
    pattern,
    signal,
    within,
)
from mojo_compute.kernels.arrays import Floats


def _three(bars: Bars) -> tuple[Candle, Candle, Candle]:
    return bars.ago(2), bars.ago(1), bars.ago(0)


def _long_first(bars: Bars) -> Flags:
    return bars.ago(2).body > bars.bound(BODY, 2)


def _bare(bars: Bars, side: str) -> Flags:
    """None of the three has more than a tiny shadow on that side."""
    first, second, last = (getattr(bars.ago(ago), side) < bars.bound(SHADOW_TINY, ago) for ago in (2, 1, 0))
    bare: Flags = first & second & last
    return bare


@pattern("cdl2crows", 12)
def two_crows(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    opens = (last.open < second.open) & (last.open > second.close)
    closes = (last.close > first.open) & (last.close < first.close)
    crows = second.black & second.gaps_up(first) & last.black
    return signal(-100.0, first.white & _long_first(bars) & crows & opens & closes)


@pattern("cdlupsidegap2crows", 12)
def upside_gap_two_crows(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    engulfs = (last.open > second.open) & (last.close < second.close) & (last.close > first.close)
    crows = second.black & (second.body <= bars.bound(BODY, 1)) & second.gaps_up(first) & last.black
    return signal(-100.0, first.white & _long_first(bars) & crows & engulfs)


@pattern("cdlidentical3crows", 12)
def identical_three_crows(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    falls = first.black & second.black & last.black & (first.close > second.close) & (second.close > last.close)
    opens = within(second.open, first.close, bars.bound(EQUAL, 2)) & within(
        last.open, second.close, bars.bound(EQUAL, 1)
    )
    return signal(-100.0, falls & _bare(bars, "lower") & opens)


@pattern("cdl3inside", 12)
def three_inside(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    held = (second.body <= bars.bound(BODY, 1)) & (second.top < first.top) & (second.bottom > first.bottom)
    turns = np.where(first.white, last.black & (last.close < first.open), last.white & (last.close > first.open))
    return signal(-100 * first.sign, _long_first(bars) & held & turns)


@pattern("cdl3outside", 3)
def three_outside(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    engulfs = (first.sign != second.sign) & (second.top > first.top) & (second.bottom < first.bottom)
    return signal(100 * second.sign, engulfs & (second.sign * last.close > second.sign * second.close))


@pattern("cdl3starsinsouth", 12)
def three_stars_in_south(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    tiny = bars.bound(SHADOW_TINY, 0)
    one = _long_first(bars) & (first.lower > first.body)
    two = (second.body < first.body) & (second.open > first.close) & (second.open <= first.high)
    two &= (second.low < first.close) & (second.low >= first.low) & (second.lower > bars.bound(SHADOW_TINY, 1))
    three = (last.body < bars.bound(BODY, 0)) & (last.lower < tiny) & (last.upper < tiny)
    three &= (last.low > second.low) & (last.high < second.high)
    return signal(100.0, first.black & second.black & last.black & one & two & three)


def _rises(bars: Bars) -> Flags:
    """Three white candles to higher closes."""
    first, second, last = _three(bars)
    return first.white & second.white & last.white & (last.close > second.close) & (second.close > first.close)


def _opens_near(bars: Bars, ago: int) -> Flags:
    """That candle opens above the open before, in or near that body."""
    before, candle = bars.ago(ago + 1), bars.ago(ago)
    return (candle.open > before.open) & (candle.open <= before.close + bars.bound(NEAR, ago + 1))


@pattern("cdl3whitesoldiers", 12)
def three_white_soldiers(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    sizes = (second.body > first.body - bars.bound(FAR, 2)) & (last.body > second.body - bars.bound(FAR, 1))
    sizes &= last.body > bars.bound(BODY, 0)
    return signal(100.0, _rises(bars) & _bare(bars, "upper") & _opens_near(bars, 1) & _opens_near(bars, 0) & sizes)


@pattern("cdladvanceblock", 12)
def advanceblock(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    begins = _rises(bars) & _long_first(bars) & (first.upper < bars.bound(SHADOW_SHORT, 2))
    shrinks = last.body < second.body
    much_then_some = (second.body < first.body - bars.bound(FAR, 2)) & (last.body < second.body + bars.bound(NEAR, 1))
    much_at_last = last.body < second.body - bars.bound(FAR, 1)
    shadowed = (last.upper > bars.bound(SHADOW_SHORT, 0)) | (second.upper > bars.bound(SHADOW_SHORT, 1))
    ever_less = shrinks & (second.body < first.body) & shadowed
    weakens = much_then_some | much_at_last | ever_less | (shrinks & (last.upper > last.body))
    return signal(-100.0, begins & _opens_near(bars, 1) & _opens_near(bars, 0) & weakens)


@pattern("cdlstalledpattern", 12)
def stalledpattern(bars: Bars) -> Floats:
    _, second, last = _three(bars)
    long = _long_first(bars) & (second.body > bars.bound(BODY, 1)) & (second.upper < bars.bound(SHADOW_TINY, 1))
    rides = (last.body < bars.bound(BODY, 0)) & (last.open >= second.close - last.body - bars.bound(NEAR, 1))
    return signal(-100.0, _rises(bars) & long & _opens_near(bars, 1) & rides)


@pattern("cdlabandonedbaby", 12)
def abandonedbaby(bars: Bars, penetration: float) -> Floats:
    first, second, last = _three(bars)
    sizes = _long_first(bars) & (second.body <= bars.bound(DOJI, 1)) & (last.body > bars.bound(BODY, 0))
    deep = first.body * penetration
    down = first.white & last.black & (last.close < first.close - deep)
    down &= (second.low > first.high) & (last.high < second.low)
    up = first.black & last.white & (last.close > first.close + deep)
    up &= (second.high < first.low) & (last.low > second.high)
    return signal(100.0, sizes & up) + signal(-100.0, sizes & down)


def _evening(bars: Bars, small: Setting, penetration: float) -> Floats:
    first, second, last = _three(bars)
    star = (second.body <= bars.bound(small, 1)) & second.gaps_up(first)
    falls = last.black & (last.body > bars.bound(BODY, 0)) & (last.close < first.close - first.body * penetration)
    return signal(-100.0, first.white & _long_first(bars) & star & falls)


def _morning(bars: Bars, small: Setting, penetration: float) -> Floats:
    first, second, last = _three(bars)
    star = (second.body <= bars.bound(small, 1)) & second.gaps_down(first)
    rises = last.white & (last.body > bars.bound(BODY, 0)) & (last.close > first.close + first.body * penetration)
    return signal(100.0, first.black & _long_first(bars) & star & rises)


@pattern("cdleveningdojistar", 12)
def eveningdojistar(bars: Bars, penetration: float) -> Floats:
    return _evening(bars, DOJI, penetration)


@pattern("cdleveningstar", 12)
def eveningstar(bars: Bars, penetration: float) -> Floats:
    return _evening(bars, BODY, penetration)


@pattern("cdlmorningdojistar", 12)
def morningdojistar(bars: Bars, penetration: float) -> Floats:
    return _morning(bars, DOJI, penetration)


@pattern("cdlmorningstar", 12)
def morningstar(bars: Bars, penetration: float) -> Floats:
    return _morning(bars, BODY, penetration)


@pattern("cdltristar", 12)
def tristar(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    most = bars.bound(DOJI, 2)
    dojis = (first.body <= most) & (second.body <= most) & (last.body <= most)
    up = second.gaps_down(first) & (last.bottom > second.bottom)
    down = second.gaps_up(first) & (last.top < second.top)
    return signal(100.0, dojis & up) + signal(-100.0, dojis & down)


@pattern("cdlgapsidesidewhite", 7)
def gapsidesidewhite(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    alike = within(last.body, second.body, bars.bound(NEAR, 1)) & within(last.open, second.open, bars.bound(EQUAL, 1))
    alike &= second.white & last.white
    up = second.gaps_up(first) & last.gaps_up(first)
    down = second.gaps_down(first) & last.gaps_down(first)
    return signal(100.0, alike & up) + signal(-100.0, alike & down)


@pattern("cdlsticksandwich", 7)
def sticksandwich(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    colours = first.black & second.white & last.black
    return signal(100.0, colours & (second.low > first.close) & within(last.close, first.close, bars.bound(EQUAL, 2)))


@pattern("cdltasukigap", 7)
def tasukigap(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    opens = (last.open < second.top) & (last.open > second.bottom)
    alike = (second.sign != last.sign) & (np.abs(second.body - last.body) < bars.bound(NEAR, 1))
    up = second.white & second.gaps_up(first) & (last.close < second.open) & (last.close > first.top)
    down = second.black & second.gaps_down(first) & (last.close > second.open) & (last.close < first.bottom)
    return signal(100.0, opens & alike & up) + signal(-100.0, opens & alike & down)


@pattern("cdlunique3river", 12)
def unique_three_river(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    river = second.black & (second.close > first.close) & (second.open <= first.open) & (second.low < first.low)
    small = last.white & (last.body < bars.bound(BODY, 0)) & (last.open > second.low)
    return signal(100.0, first.black & _long_first(bars) & river & small)


@pattern("cdlxsidegap3methods", 2)
def xside_gap_three_methods(bars: Bars) -> Floats:
    first, second, last = _three(bars)
    colours = (first.sign == second.sign) & (second.sign != last.sign)
    spans = (last.open < second.top) & (last.open > second.bottom)
    spans &= (last.close < first.top) & (last.close > first.bottom)
    gap = np.where(first.white, second.gaps_up(first), second.gaps_down(first))
    return signal(100 * first.sign, colours & spans & gap)
