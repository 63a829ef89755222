"""Oscillators of windows and counts equal pandas-ta's, or what their authors wrote where it differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from support.indicators import ENGINES, run
from support.markets import MARKETS, flat_bars
from support.oracles import ORDINARY, check_against
from support.pandas_ta import pandas_ta_classic as pandas_ta


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 26, 90])
def test_bias_equals_pandas_ta(period, engine):
    check_against("bias", {"period": period}, lambda bars: pandas_ta.bias(bars.close, length=period), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 9, 60])
def test_the_forecast_oscillator_equals_pandas_ta(period, engine):
    check_against("cfo", {"period": period}, lambda bars: pandas_ta.cfo(bars.close, length=period), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 10, 60])
def test_the_centre_of_gravity_equals_pandas_ta(period, engine):
    check_against("cg", {"period": period}, lambda bars: pandas_ta.cg(bars.close, length=period), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [1, 12, 60])
def test_the_psychological_line_equals_pandas_ta_which_counts_the_first_bar_as_a_fall(period, engine):
    # Its value one bar before ours rests on a change that nobody knows
    check_against(
        "psl", {"period": period}, lambda bars: pandas_ta.psl(bars.close, length=period), engine, behind=period
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 14, 60])
def test_the_pretty_good_oscillator_divides_by_one_average_of_the_true_range(period, engine):
    # Johnson: an EMA of the true range. pandas-ta's pgo() takes the EMA of Wilder's average of it
    def oracle(bars):
        away = bars.close - pandas_ta.sma(bars.close, length=period)
        return away / pandas_ta.ema(pandas_ta.true_range(bars.high, bars.low, bars.close), length=period)

    check_against("pgo", {"period": period}, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [1, 14, 60])
def test_demarker_equals_the_formula_in_pandas(period, engine):
    def oracle(bars):
        up = bars.high.diff().clip(lower=0).rolling(period).mean()
        down = (-bars.low.diff()).clip(lower=0).rolling(period).mean()
        return (up / (up + down)).where(up + down > 0, 0.0).where(up.notna())

    check_against("demarker", {"period": period}, oracle, engine, markets=("INFY", "walk", "billions", "rising"))


def test_demarker_of_known_bars_matches_hand_calculation():
    bars = flat_bars(np.array([10.0, 12.0, 11.0, 14.0]))  # highs 10 12 12 14, lows 10 10 11 11
    assert run("demarker", bars, {"period": 3})[0][-1] == 1.0
    bars = {"high": np.array([10.0, 13.0, 12.0]), "low": np.array([9.0, 8.0, 8.0])}
    assert run("demarker", bars | {"close": bars["low"]}, {"period": 2})[0][-1] == pytest.approx(3.0 / 4.0)


KST = ("roc1_period", "roc2_period", "roc3_period", "roc4_period", "sma1_period", "sma2_period", "sma3_period")
KST += ("sma4_period", "signal_period")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("periods", [(10, 15, 20, 30, 10, 10, 10, 15, 9), (3, 1, 2, 5, 4, 9, 1, 2, 3)])
def test_the_know_sure_thing_is_a_hundredth_of_pandas_tas(periods, engine):
    # Pring sums rates in percent; pandas-ta takes a hundred times rates that are percentages already
    def oracle(bars):
        names = ("roc1", "roc2", "roc3", "roc4", "sma1", "sma2", "sma3", "sma4", "signal")
        frame = pandas_ta.kst(bars.close, **dict(zip(names, periods, strict=True))) / 100.0
        line, signal = (frame[name] for name in frame.columns)
        return [line.where(signal.notna()), signal]  # ours begin together

    check_against("kst", dict(zip(KST, periods, strict=True)), oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "smooth"), [(14, 4), (10, 4), (5, 7)])
def test_relative_vigor_equals_pandas_ta(period, smooth, engine):
    def oracle(bars):
        frame = pandas_ta.rvgi(bars.open, bars.high, bars.low, bars.close, length=period, swma_length=smooth)
        histogram, line, signal = (frame[name] for name in frame.columns)
        return [line.where(signal.notna()), signal, histogram]

    given = {"period": period, "smooth_period": smooth}
    # A bar that neither opened nor closed elsewhere counts as one of the float's epsilon there, as 0 here
    check_against("rvgi", given, oracle, engine, markets=("INFY", "TATAMOTORS", "walk", "wild walk", "billions"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [1, 6, 30])
def test_the_trend_equals_pandas_ta(period, engine):
    def oracle(bars):
        trend = pandas_ta.ttm_trend(bars.high, bars.low, bars.close, length=period).iloc[:, 0]
        return trend.where(trend.index >= period - 1)  # its warm-up says -1

    # A close at the mean, as it happens in paise, may there be above it by the last bit
    markets = [market for market in ORDINARY if market != "in paise"]
    check_against("ttm_trend", {"period": period}, oracle, engine, markets=markets)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_close_at_the_mean_is_not_above_it(engine):
    assert (run("ttm_trend", MARKETS["constant"], {}, engine)[0][5:] == -1.0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_setups_equal_pandas_ta_which_stops_counting_at_thirteen(engine):
    for market in ORDINARY:
        bars = MARKETS[market]
        frame = pandas_ta.td_seq(pd.Series(bars["close"]), asint=True)
        for values, other in zip(run("td_sequential", bars, {}, engine), frame.to_numpy().T, strict=False):
            np.testing.assert_array_equal(np.minimum(values[4:], 13), other[4:])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_countdown_follows_a_setup_of_nine_and_ends_at_thirteen(engine):
    close = np.arange(100.0, 130.0)
    bars = {"open": close, "high": close + 0.5, "low": close - 0.5, "close": close, "volume": close}
    sell, buy, down, other = run("td_sequential", bars, {}, engine)
    # The ninth close above the fourth before it is bar 12, and every close is above the high two bars before
    np.testing.assert_array_equal(sell[4:], np.arange(1, 27))
    np.testing.assert_array_equal(down[12:26], [*range(1, 14), 0])
    assert not down[4:12].any()
    assert not down[26:].any()
    assert not buy[4:].any()
    assert not other[4:].any()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_setup_of_the_other_side_ends_a_countdown(engine):
    close = np.concatenate([np.arange(100.0, 116.0), np.arange(114.0, 95.0, -1.0)])
    bars = {"open": close, "high": close + 0.5, "low": close - 0.5, "close": close, "volume": close}
    _, buy, down, other = run("td_sequential", bars, {}, engine)
    turned = int(np.flatnonzero(buy == 9)[0])
    assert down[turned - 1] == 4.0
    assert not down[turned:].any()
    np.testing.assert_array_equal(other[turned : turned + 3], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("periods", [(3, 2, 100), (14, 5, 20)])
def test_connors_rsi_is_the_mean_of_its_parts(periods, engine):
    def oracle(bars):
        direction = np.sign(bars.close.diff().fillna(0.0))
        runs = (direction != direction.shift()).cumsum()
        streaks = (direction.groupby(runs).cumcount() + 1) * direction
        rates = bars.close.pct_change()
        below = rates.rolling(periods[2] + 1).apply(lambda part: (part[:-1] < part[-1]).mean() * 100.0, raw=True)
        parts = talib.RSI(bars.close, periods[0]) + talib.RSI(streaks.astype(float), periods[1])
        return (parts + below) / 3.0

    check_against(
        "crsi", dict(zip(("rsi_period", "streak_period", "rank_period"), periods, strict=True)), oracle, engine
    )
