"""Candlestick patterns of one candle, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.candles import BODY, DOJI, NEAR, SHADOW_SHORT, SHADOW_TINY, Bars, pattern, signal
from mojo_compute.kernels.arrays import Floats


@pattern("cdlbelthold", 10)
def belthold(bars: Bars) -> Floats:
    last = bars.ago(0)
    at_its_open = np.where(last.white, last.lower, last.upper)
    return signal(100 * last.sign, (last.body > bars.bound(BODY, 0)) & (at_its_open < bars.bound(SHADOW_TINY, 0)))


@pattern("cdlclosingmarubozu", 10)
def closingmarubozu(bars: Bars) -> Floats:
    last = bars.ago(0)
    at_its_close = np.where(last.white, last.upper, last.lower)
    return signal(100 * last.sign, (last.body > bars.bound(BODY, 0)) & (at_its_close < bars.bound(SHADOW_TINY, 0)))


@pattern("cdldoji", 10)
def doji(bars: Bars) -> Floats:
    return signal(100.0, bars.ago(0).body <= bars.bound(DOJI, 0))


@pattern("cdldragonflydoji", 10)
def dragonflydoji(bars: Bars) -> Floats:
    last, tiny = bars.ago(0), bars.bound(SHADOW_TINY, 0)
    return signal(100.0, (last.body <= bars.bound(DOJI, 0)) & (last.upper < tiny) & (last.lower > tiny))


@pattern("cdlgravestonedoji", 10)
def gravestonedoji(bars: Bars) -> Floats:
    last, tiny = bars.ago(0), bars.bound(SHADOW_TINY, 0)
    return signal(100.0, (last.body <= bars.bound(DOJI, 0)) & (last.lower < tiny) & (last.upper > tiny))


@pattern("cdlhighwave", 10)
def highwave(bars: Bars) -> Floats:
    last = bars.ago(0)
    shadows = (last.upper > 2 * last.body) & (last.lower > 2 * last.body)
    return signal(100 * last.sign, (last.body < bars.bound(BODY, 0)) & shadows)


@pattern("cdllongleggeddoji", 10)
def longleggeddoji(bars: Bars) -> Floats:
    last = bars.ago(0)
    legged = (last.lower > last.body) | (last.upper > last.body)
    return signal(100.0, (last.body <= bars.bound(DOJI, 0)) & legged)


@pattern("cdllongline", 10)
def longline(bars: Bars) -> Floats:
    last, short = bars.ago(0), bars.bound(SHADOW_SHORT, 0)
    return signal(100 * last.sign, (last.body > bars.bound(BODY, 0)) & (last.upper < short) & (last.lower < short))


@pattern("cdlmarubozu", 10)
def marubozu(bars: Bars) -> Floats:
    last, tiny = bars.ago(0), bars.bound(SHADOW_TINY, 0)
    return signal(100 * last.sign, (last.body > bars.bound(BODY, 0)) & (last.upper < tiny) & (last.lower < tiny))


@pattern("cdlrickshawman", 10)
def rickshawman(bars: Bars) -> Floats:
    last, near = bars.ago(0), bars.bound(NEAR, 0)
    middle = last.low + last.range / 2
    legged = (last.lower > last.body) & (last.upper > last.body)
    central = (last.bottom <= middle + near) & (last.top >= middle - near)
    return signal(100.0, (last.body <= bars.bound(DOJI, 0)) & legged & central)


@pattern("cdlshortline", 10)
def shortline(bars: Bars) -> Floats:
    last, short = bars.ago(0), bars.bound(SHADOW_SHORT, 0)
    return signal(100 * last.sign, (last.body < bars.bound(BODY, 0)) & (last.upper < short) & (last.lower < short))


@pattern("cdlspinningtop", 10)
def spinningtop(bars: Bars) -> Floats:
    last = bars.ago(0)
    shadows = (last.upper > last.body) & (last.lower > last.body)
    return signal(100 * last.sign, (last.body < bars.bound(BODY, 0)) & shadows)


@pattern("cdltakuri", 10)
def takuri(bars: Bars) -> Floats:
    last = bars.ago(0)
    shadows = (last.upper < bars.bound(SHADOW_TINY, 0)) & (last.lower > 2 * last.body)
    return signal(100.0, (last.body <= bars.bound(DOJI, 0)) & shadows)
