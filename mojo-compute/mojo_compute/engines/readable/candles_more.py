"""Candlestick patterns of four and five candles, and hikkakes, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.candles import BODY, NEAR, SHADOW_TINY, Bars, Candle, pattern, signal
from mojo_compute.kernels.arrays import Floats


def _four(bars: Bars) -> tuple[Candle, Candle, Candle, Candle]:
    return bars.ago(3), bars.ago(2), bars.ago(1), bars.ago(0)


def _five(bars: Bars) -> tuple[Candle, Candle, Candle, Candle, Candle]:
    return bars.ago(4), *_four(bars)


@pattern("cdl3blackcrows", 13)
def three_black_crows(bars: Bars) -> Floats:
    first, second, third, last = _four(bars)
    found = first.white & (first.high > second.close) & (second.close > third.close) & (third.close > last.close)
    for ago, candle in ((2, second), (1, third), (0, last)):
        found &= candle.black & (candle.lower < bars.bound(SHADOW_TINY, ago))
    for before, candle in ((second, third), (third, last)):
        found &= (candle.open < before.open) & (candle.open > before.close)
    return signal(-100.0, found)


@pattern("cdl3linestrike", 8)
def three_line_strike(bars: Bars) -> Floats:
    first, second, third, last = _four(bars)
    found = (first.sign == second.sign) & (second.sign == third.sign) & (third.sign != last.sign)
    for before, candle, ago in ((first, second, 3), (second, third, 2)):
        near = bars.bound(NEAR, ago)
        found &= (candle.open >= before.bottom - near) & (candle.open <= before.top + near)
        found &= third.sign * candle.close > third.sign * before.close
    strikes = (third.sign * last.open > third.sign * third.close) & (third.sign * last.close < third.sign * first.open)
    return signal(100 * third.sign, found & strikes)


@pattern("cdlconcealbabyswall", 13)
def concealbabyswall(bars: Bars) -> Floats:
    first, second, third, last = _four(bars)
    found = first.black & second.black & third.black & last.black
    for ago, candle in ((3, first), (2, second)):
        tiny = bars.bound(SHADOW_TINY, ago)
        found &= (candle.lower < tiny) & (candle.upper < tiny)
    reaches_up = (third.upper > bars.bound(SHADOW_TINY, 1)) & (third.high > second.close)
    engulfs = (last.high > third.high) & (last.low < third.low)
    return signal(100.0, found & third.gaps_down(second) & reaches_up & engulfs)


@pattern("cdlbreakaway", 14)
def breakaway(bars: Bars) -> Floats:
    first, second, third, fourth, last = _five(bars)
    way = first.sign
    found = (first.body > bars.bound(BODY, 4)) & (second.sign == way) & (fourth.sign == way) & (last.sign != way)
    found &= np.where(first.white, second.gaps_up(first), second.gaps_down(first))
    for before, candle in ((second, third), (third, fourth)):
        found &= (way * candle.high > way * before.high) & (way * candle.low > way * before.low)
    in_the_gap = (way * last.close < way * second.open) & (way * last.close > way * first.close)
    return signal(100 * last.sign, found & in_the_gap)


@pattern("cdlladderbottom", 14)
def ladderbottom(bars: Bars) -> Floats:
    first, second, third, fourth, last = _five(bars)
    found = first.black & second.black & third.black & fourth.black & last.white
    for before, candle in ((first, second), (second, third)):
        found &= (candle.open < before.open) & (candle.close < before.close)
    leaves = (last.open > fourth.open) & (last.close > fourth.high)
    return signal(100.0, found & (fourth.upper > bars.bound(SHADOW_TINY, 1)) & leaves)


@pattern("cdlmathold", 14)
def mathold(bars: Bars, penetration: float) -> Floats:
    first, second, third, fourth, last = _five(bars)
    found = first.white & (first.body > bars.bound(BODY, 4)) & second.black & second.gaps_up(first) & last.white
    for ago, candle in ((3, second), (2, third), (1, fourth)):
        found &= (candle.body < bars.bound(BODY, ago)) & (last.close > candle.high)
    for candle in (third, fourth):
        found &= (candle.bottom < first.close) & (candle.bottom > first.close - first.body * penetration)
    return signal(100.0, found & (third.top < second.open) & (fourth.top < third.top) & (last.open > fourth.close))


@pattern("cdlrisefall3methods", 14)
def risefall_three_methods(bars: Bars) -> Floats:
    first, second, third, fourth, last = _five(bars)
    way = first.sign
    found = (first.body > bars.bound(BODY, 4)) & (last.body > bars.bound(BODY, 0)) & (last.sign == way)
    for ago, candle in ((3, second), (2, third), (1, fourth)):
        found &= (candle.sign != way) & (candle.body < bars.bound(BODY, ago))
        found &= (candle.bottom < first.high) & (candle.top > first.low)
    found &= (way * third.close < way * second.close) & (way * fourth.close < way * third.close)
    return signal(100 * way, found & (way * last.open > way * fourth.close) & (way * last.close > way * first.close))


def _left(before: Candle, candle: Candle) -> Floats:
    """100: both ends of the range fell, -100: both rose."""
    fell = (candle.high < before.high) & (candle.low < before.low)
    rose = (candle.high > before.high) & (candle.low > before.low)
    return signal(100.0, fell) + signal(-100.0, rose)


def _inside(before: Candle, candle: Candle) -> Floats:
    return ((candle.high < before.high) & (candle.low > before.low)).astype(float)


def _confirmed(found: Floats, inside: Candle, last: Candle) -> Floats:
    """Twice the newest pattern's value at the first close beyond the inside bar's other end, within three bars."""
    answers = found.copy()
    for at in np.flatnonzero(found).tolist():
        for later in range(at + 1, min(at + 4, len(found))):
            if found[later]:
                break
            if last.close[later] > inside.high[at] if found[at] > 0 else last.close[later] < inside.low[at]:
                answers[later] = 2 * found[at]
                break
    return answers


@pattern("cdlhikkake", 5, start=2)
def hikkake(bars: Bars) -> Floats:
    first, second, last = bars.ago(2), bars.ago(1), bars.ago(0)
    return _confirmed(_inside(first, second) * _left(second, last), second, last)


@pattern("cdlhikkakemod", 10, start=7)
def hikkakemod(bars: Bars) -> Floats:
    first, second, third, last = _four(bars)
    near = bars.bound(NEAR, 2)
    left = _left(third, last)
    at_the_end = np.where(left > 0, second.close <= second.low + near, second.close >= second.high - near)
    return _confirmed(_inside(first, second) * _inside(second, third) * left * at_the_end, third, last)
