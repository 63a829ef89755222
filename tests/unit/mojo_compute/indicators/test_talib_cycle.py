"""The Hilbert-transform indicators equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute.indicators import Stream
from support.indicators import ENGINES, by_talib, check_on_markets, run
from support.markets import bars_about, flat_bars, walk

# Prices that stand still or move in a straight line have no cycle: TA-Lib divides what rounding left of its
# parts, and so follows the bits. Here they count as nothing.
STRAIGHT = ("falling",)
STILL = ("constant", "a fall by a thousand, then flat", "one move, then flat")
BESIDES = {
    "ht_dcperiod": STRAIGHT,
    "ht_dcphase": (*STRAIGHT, *STILL, "zigzag"),
    "ht_phasor": STRAIGHT,
    "ht_sine": (*STRAIGHT, *STILL, "zigzag"),
    "ht_trendline": STRAIGHT,
    "ht_trendmode": STILL,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", BESIDES)
def test_equals_talib(name, engine):
    check_on_markets(name, {}, by_talib(name), engine, besides=BESIDES[name])


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", BESIDES)
def test_equals_talib_on_fifty_stocks(name):
    check_on_markets(name, {}, by_talib(name), "cython", thorough=True)


@pytest.mark.parametrize("length", [10, 20, 40])
def test_a_sine_wave_shows_its_period(length):
    wave = 100.0 + np.sin(2.0 * np.pi * np.arange(400) / length)
    (period,) = run("ht_dcperiod", flat_bars(wave), {})
    assert period[-1] == pytest.approx(length, rel=0.1)


def test_phases_of_prices_that_stand_still_go_round_evenly():
    (phase,) = run("ht_dcphase", flat_bars(np.full(300, 1234.55)), {})
    (period,) = run("ht_dcperiod", flat_bars(np.full(300, 1234.55)), {})
    turns = np.diff(phase[200:]) % 360.0
    assert turns == pytest.approx(90.0 + 360.0 / period[200:-1])  # a quarter, and one bar for the average's lag


def test_a_long_stream_equals_the_series():
    closes = bars_about(walk(21, 5000), seed=21)["close"]
    stream = Stream("ht_trendmode")
    fed = [stream.feed(close) for close in closes]
    np.testing.assert_array_equal(fed, run("ht_trendmode", {"close": closes}, {})[0])
