"""Candlestick patterns of two candles, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.candles import (
    BODY,
    DOJI,
    EQUAL,
    NEAR,
    SHADOW_TINY,
    Bars,
    Flags,
    Setting,
    pattern,
    signal,
    within,
)
from mojo_compute.kernels.arrays import Floats


@pattern("cdlcounterattack", 11)
def counterattack(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    long = (first.body > bars.bound(BODY, 1)) & (last.body > bars.bound(BODY, 0))
    return signal(
        100 * last.sign, long & (first.sign != last.sign) & within(last.close, first.close, bars.bound(EQUAL, 1))
    )


@pattern("cdldarkcloudcover", 11)
def darkcloudcover(bars: Bars, penetration: float) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    long = first.white & (first.body > bars.bound(BODY, 1))
    covered = (last.close > first.open) & (last.close < first.close - first.body * penetration)
    return signal(-100.0, long & last.black & (last.open > first.high) & covered)


@pattern("cdldojistar", 11)
def dojistar(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    star = np.where(first.white, last.gaps_up(first), last.gaps_down(first))
    return signal(-100 * first.sign, (first.body > bars.bound(BODY, 1)) & (last.body <= bars.bound(DOJI, 0)) & star)


@pattern("cdlengulfing", 2)
def engulfing(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    shared = (last.top == first.top).astype(int) + (last.bottom == first.bottom)
    engulfs = (last.sign != first.sign) & (last.top >= first.top) & (last.bottom <= first.bottom) & (shared < 2)
    return signal(np.where(shared == 0, 100, 80) * last.sign, engulfs)


def _lone_shadow(bars: Bars, above: bool) -> Flags:
    """A small body with a long shadow on one side and none on the other."""
    last, tiny = bars.ago(0), bars.bound(SHADOW_TINY, 0)
    long, none = (last.upper, last.lower) if above else (last.lower, last.upper)
    return (last.body < bars.bound(BODY, 0)) & (long > last.body) & (none < tiny)


@pattern("cdlhammer", 11)
def hammer(bars: Bars) -> Floats:
    low = bars.ago(0).bottom <= bars.ago(1).low + bars.bound(NEAR, 1)
    return signal(100.0, _lone_shadow(bars, above=False) & low)


@pattern("cdlhangingman", 11)
def hangingman(bars: Bars) -> Floats:
    high = bars.ago(0).bottom >= bars.ago(1).high - bars.bound(NEAR, 1)
    return signal(-100.0, _lone_shadow(bars, above=False) & high)


@pattern("cdlinvertedhammer", 11)
def invertedhammer(bars: Bars) -> Floats:
    return signal(100.0, _lone_shadow(bars, above=True) & bars.ago(0).gaps_down(bars.ago(1)))


@pattern("cdlshootingstar", 11)
def shootingstar(bars: Bars) -> Floats:
    return signal(-100.0, _lone_shadow(bars, above=True) & bars.ago(0).gaps_up(bars.ago(1)))


def _inside(bars: Bars, small: Setting) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    held = (last.top <= first.top) & (last.bottom >= first.bottom)
    shares = (last.top == first.top) | (last.bottom == first.bottom)
    sizes = (first.body > bars.bound(BODY, 1)) & (last.body <= bars.bound(small, 0))
    return signal(-first.sign * np.where(shares, 80, 100), held & sizes)


@pattern("cdlharami", 11)
def harami(bars: Bars) -> Floats:
    return _inside(bars, BODY)


@pattern("cdlharamicross", 11)
def haramicross(bars: Bars) -> Floats:
    return _inside(bars, DOJI)


@pattern("cdlhomingpigeon", 11)
def homingpigeon(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    sizes = (first.body > bars.bound(BODY, 1)) & (last.body <= bars.bound(BODY, 0))
    return signal(100.0, first.black & last.black & sizes & (last.open < first.open) & (last.close > first.close))


def _rebound(bars: Bars) -> Flags:
    """A long black candle, and a white one that opens below its low."""
    first, last = bars.ago(1), bars.ago(0)
    return first.black & (first.body > bars.bound(BODY, 1)) & last.white & (last.open < first.low)


@pattern("cdlinneck", 11)
def inneck(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    at_the_close = (last.close <= first.close + bars.bound(EQUAL, 1)) & (last.close >= first.close)
    return signal(-100.0, _rebound(bars) & at_the_close)


@pattern("cdlonneck", 11)
def onneck(bars: Bars) -> Floats:
    return signal(-100.0, _rebound(bars) & within(bars.ago(0).close, bars.ago(1).low, bars.bound(EQUAL, 1)))


@pattern("cdlpiercing", 11)
def piercing(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    upper_half = (last.close < first.open) & (last.close > first.close + 0.5 * first.body)
    return signal(100.0, _rebound(bars) & (last.body > bars.bound(BODY, 0)) & upper_half)


@pattern("cdlthrusting", 11)
def thrusting(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    lower_half = (last.close > first.close + bars.bound(EQUAL, 1)) & (last.close <= first.close + 0.5 * first.body)
    return signal(-100.0, _rebound(bars) & lower_half)


def _kicks(bars: Bars) -> Flags:
    first, last = bars.ago(1), bars.ago(0)
    bare = np.ones(len(last.open), dtype=np.bool_)
    for ago, candle in ((1, first), (0, last)):
        tiny = bars.bound(SHADOW_TINY, ago)
        bare &= (candle.body > bars.bound(BODY, ago)) & (candle.upper < tiny) & (candle.lower < tiny)
    up = first.black & last.white & (last.low > first.high)
    down = first.white & last.black & (last.high < first.low)
    return bare & (up | down)


@pattern("cdlkicking", 11)
def kicking(bars: Bars) -> Floats:
    return signal(100 * bars.ago(0).sign, _kicks(bars))


@pattern("cdlkickingbylength", 11)
def kickingbylength(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    return signal(100 * np.where(last.body > first.body, last.sign, first.sign), _kicks(bars))


@pattern("cdlmatchinglow", 6)
def matchinglow(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    return signal(100.0, first.black & last.black & within(last.close, first.close, bars.bound(EQUAL, 1)))


@pattern("cdlseparatinglines", 11)
def separatinglines(bars: Bars) -> Floats:
    first, last = bars.ago(1), bars.ago(0)
    at_its_open = np.where(last.white, last.lower, last.upper)
    belt = (last.body > bars.bound(BODY, 0)) & (at_its_open < bars.bound(SHADOW_TINY, 0))
    return signal(
        100 * last.sign, belt & (first.sign != last.sign) & within(last.open, first.open, bars.bound(EQUAL, 1))
    )
