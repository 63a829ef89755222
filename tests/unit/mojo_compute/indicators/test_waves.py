"""Oscillators that step from bar to bar equal pandas-ta's, or what their authors wrote where it differs."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from mojo_compute.indicators import Stream
from support.indicators import ENGINES, run
from support.markets import MARKETS, bars_about, flat_bars, walk
from support.oracles import ORDINARY, check_against
from support.pandas_ta import pandas_ta_classic as pandas_ta


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "signal"), [(9, 1), (4, 3), (30, 5)])
def test_the_fisher_transform_equals_pandas_ta(period, signal, engine):
    def oracle(bars):
        frame = pandas_ta.fisher(bars.high, bars.low, length=period, signal=signal)
        line, delayed = (frame[name] for name in frame.columns)
        return [line.where(delayed.notna()), delayed]  # ours begin together

    # Ranges of pennies are below the 0.001 that pandas-ta takes for the least of them
    markets = [market for market in ORDINARY if market != "pennies"]
    check_against("fisher", {"period": period, "signal_period": signal}, oracle, engine, markets=markets)


@pytest.mark.parametrize("engine", ENGINES)
def test_prices_without_a_range_leave_the_fisher_transform_at_nothing(engine):
    # Ehlers divides by the range; pandas-ta takes 0.001 for it and falls to the lower end
    for values in run("fisher", MARKETS["constant"], {}, engine):
        assert not values[9:].any()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 14, 40])
def test_rsx_equals_pandas_ta_from_the_first_bar_on(period, engine):
    # pandas-ta begins at bar `period`: as many bars are put in front, which it never looks at. Where the first bars
    # don't move it begins again, and answers 50 for as many bars as its warm-up has; ours answers at once
    def oracle(bars):
        padded = pd.Series(np.concatenate([np.full(period, 1.0), bars.close.to_numpy()]))
        values = pandas_ta.rsx(padded, length=period).to_numpy()[period:]
        return [np.where(np.arange(len(values)) < max(period - 1, 5), np.nan, values)]

    check_against("rsx", {"period": period}, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_rsx_of_a_market_that_never_moved_is_fifty(engine):
    assert (run("rsx", MARKETS["constant"], {}, engine)[0][13:] == 50.0).all()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "smooth"), [(40, 10), (20, 5)])
def test_the_sine_wave_filters_by_angles_in_degrees_as_its_author_does(period, smooth, engine):
    # pandas-ta hands degrees to sine and cosine of radians: its high pass is another one. Here both filters are
    # sums over their impulse responses, without recursion.
    angle = np.deg2rad(360.0 / period)
    kept = (1.0 - np.sin(angle)) / np.cos(angle)
    pole = np.exp((-1.0 + 1.0j) * np.sqrt(2.0) * np.pi / smooth)
    bars = np.arange(700)
    high_pass = (1.0 + kept) / 2.0 * kept**bars
    low_pass = abs(1.0 - pole) ** 2 * (pole ** (bars + 1)).imag / pole.imag

    def oracle(bars):
        passed = np.convolve(np.diff(bars.close), high_pass)[: len(bars) - 1]
        means = (passed + np.concatenate([[0.0], passed[:-1]])) / 2.0
        smoothed = np.concatenate([[0.0, 0.0], np.convolve(means, low_pass)[: len(means)]])
        parts = np.array([smoothed[2:], smoothed[1:-1], smoothed[:-2]])
        wave = parts.mean(axis=0) / np.sqrt((parts**2).mean(axis=0))
        return [np.concatenate([np.full(period, np.nan), wave[period - 1 :]])]

    check_against("ebsw", {"period": period, "smooth_period": smooth}, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sine_wave_follows_a_sine(engine):
    close = 100.0 + np.sin(2.0 * np.pi * np.arange(400) / 30.0)
    (values,) = run("ebsw", flat_bars(close), {}, engine)
    crossings = np.flatnonzero((values[200:-1] < 0) & (values[201:] >= 0))
    assert (np.diff(crossings) == 30).all()
    assert np.abs(values[40:]).max() <= 1.0 + 1e-12


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("channel", "average", "signal"), [(10, 21, 4), (3, 5, 1)])
def test_the_wave_trend_is_made_of_pandas_tas_averages(channel, average, signal, engine):
    def oracle(bars):
        price = (bars.high + bars.low + bars.close) / 3.0
        away = price - pandas_ta.ema(price, length=channel)
        index = away / (0.015 * pandas_ta.ema(away.abs(), length=channel))
        line = pandas_ta.ema(index, length=average)
        mean = line.rolling(signal).mean()
        return [line.where(mean.notna()), mean]

    given = {"channel_period": channel, "average_period": average, "signal_period": signal}
    check_against("wavetrend", given, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "smooth", "factor"), [(14, 5, 4.236), (5, 3, 2.0), (20, 1, 1.0)])
def test_qqe_equals_pandas_ta(period, smooth, factor, engine):
    def oracle(bars):
        frame = pandas_ta.qqe(bars.close, length=period, smooth=smooth, factor=factor)
        there = frame.iloc[:, 0].notna()
        return [frame.iloc[:, at].where(there) for at in (0, 1, -1)]

    check_against("qqe", {"period": period, "smooth_period": smooth, "factor": factor}, oracle, engine)


def climbing(seed):
    """Bars that rise and speed up so steadily that the fast average stays above the slow one."""
    time = np.arange(500)
    noise = np.random.default_rng(seed).normal(0.0, 0.002, 500)
    return bars_about(100.0 * np.exp(0.004 * time + 0.03 * np.sin(time / 6.0) + noise), seed)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "fast", "slow", "factor"), [(10, 23, 50, 0.5), (5, 12, 26, 0.3)])
def test_the_trend_cycle_equals_pandas_ta_where_the_fast_average_leads(period, fast, slow, factor, engine):
    # pandas-ta skips bars whose least difference of the averages is not above 0 instead of those without a range,
    # starts from 0 and rounds to eight decimals: so compared in a climbing market, behind the start
    def oracle(bars):
        return [pandas_ta.stc(bars.close, tclength=period, fast=fast, slow=slow, factor=factor).iloc[:, 0]]

    given = {"period": period, "fast_period": fast, "slow_period": slow, "factor": factor}
    check_against("stc", given, oracle, engine, behind=250, markets=(climbing(1), climbing(2)), bound=2e-8)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_trend_cycle_of_known_bars_matches_hand_calculation(engine):
    # Averages of two and three bars, ranges of two: differences .5, 1, -.5, -.5625 and so on
    close = [1.0, 2.0, 3.0, 5.0, 2.0, 1.0, 4.0]
    fast, slow = [1.5], [2.0]
    for price in close[2:]:
        fast.append(fast[-1] + 2.0 / 3.0 * (price - fast[-1]))
    for price in close[3:]:
        slow.append((slow[-1] + price) / 2.0)
    difference = np.array(fast[1:]) - np.array(slow)
    place = [100.0 if now > before else 0.0 for before, now in itertools.pairwise(difference)]
    first = [place[0]]
    for one in place[1:]:
        first.append((first[-1] + one) / 2.0)
    second = [100.0 if now > before else 0.0 for before, now in itertools.pairwise(first)]
    expected = [second[0]]
    for one in second[1:]:
        expected.append((expected[-1] + one) / 2.0)
    given = {"period": 2, "fast_period": 2, "slow_period": 3, "factor": 0.5}
    (values,) = run("stc", flat_bars(np.array(close)), given, engine)
    np.testing.assert_allclose(values[4:], expected, rtol=1e-12)
    assert np.isnan(values[:4]).all()


def test_the_trend_cycle_stays_within_its_scale():
    for market in MARKETS.values():
        if len(market["close"]) > 68:
            (values,) = run("stc", market, {})
            assert np.nanmin(values) >= 0.0
            assert np.nanmax(values) <= 100.0 + 1e-9


SQUEEZE = ("bb_period", "bb_std_dev", "kc_period", "kc_scalar", "momentum_period", "smooth_period")
PRO = (*SQUEEZE[:3], "kc_scalar_wide", "kc_scalar_normal", "kc_scalar_narrow", *SQUEEZE[4:])


def theirs(names, numbers):
    """Our numbers under pandas-ta's names."""
    called = {"bb_period": "bb_length", "bb_std_dev": "bb_std", "kc_period": "kc_length"}
    called |= {"momentum_period": "mom_length", "smooth_period": "mom_smooth"}
    return {called.get(name, name): number for name, number in zip(names, numbers, strict=True)}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("numbers", [(20, 2.0, 20, 1.5, 12, 6), (10, 1.5, 30, 1.0, 5, 3), (25, 1.0, 8, 2.0, 40, 1)])
def test_the_squeeze_equals_pandas_ta(numbers, engine):
    def oracle(bars):
        frame = pandas_ta.squeeze(bars.high, bars.low, bars.close, **theirs(SQUEEZE, numbers))
        return [frame[name] for name in frame.columns]

    first = max(numbers[0] - 1, numbers[2], numbers[4] + numbers[5] - 1)
    check_against("squeeze", dict(zip(SQUEEZE, numbers, strict=True)), oracle, engine, behind=first)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("numbers", [(20, 2.0, 20, 2.0, 1.5, 1.0, 12, 6), (10, 1.0, 15, 1.8, 1.2, 0.7, 5, 3)])
def test_the_pro_squeeze_equals_pandas_ta(numbers, engine):
    def oracle(bars):
        frame = pandas_ta.squeeze_pro(bars.high, bars.low, bars.close, **theirs(PRO, numbers))
        return [frame[name] for name in frame.columns]

    first = max(numbers[0] - 1, numbers[2], numbers[6] + numbers[7] - 1)
    check_against("squeeze_pro", dict(zip(PRO, numbers, strict=True)), oracle, engine, behind=first)


@pytest.mark.parametrize("engine", ENGINES)
def test_bands_of_equal_prices_are_not_squeezed(engine):
    _, on, off, neither = run("squeeze", MARKETS["constant"], {}, engine)
    assert not on[20:].any()
    assert not off[20:].any()
    assert neither[20:].all()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("fisher", (7, 5)), ("wavetrend", (4, 6, 9)), ("stc", (7, 9, 17, 0.25)), ("qqe", (6, 3, 2.5)), ("rsx", (30,))],
)
def test_streams_of_other_parameters_equal_the_series(name, numbers):
    bars = bars_about(walk(31, 300), seed=31)
    stream = Stream(name, *numbers)
    inputs = [bars[one] for one in stream.indicator.inputs]
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs, strict=True)]).T
    for values, expected in zip(fed, run(name, bars, stream.parameters), strict=True):
        np.testing.assert_array_equal(values, expected)
