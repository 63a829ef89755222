"""Counts over a panel, and the indicators of breadth, equal their definitions; averages equal TA-Lib's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from chitti_shared.errors import InvalidInput
from mojo_compute import indicators as ta
from support.indicators import ENGINES, cases, check_on_markets, run
from support.markets import bars_about, walk

PARAMETERS = {
    "advance_decline": [{}],
    "trin": [{}],
    "mcclellan": [{}, {"fast_period": 2, "slow_period": 3}, {"fast_period": 10, "slow_period": 100}],
    "new_highs_lows": [{}, {"period": 1}, {"period": 60}],
}


def trin(advances, declines, advancing_volume, declining_volume):
    counted = (advances > 0) & (declines > 0) & (advancing_volume > 0) & (declining_volume > 0)
    with np.errstate(all="ignore"):
        return np.where(counted, (advances / declines) / (advancing_volume / declining_volume), np.nan)


def mcclellan(advances, declines, fast_period, slow_period):
    oscillator = talib.EMA(advances - declines, fast_period) - talib.EMA(advances - declines, slow_period)
    return oscillator, pd.Series(oscillator).cumsum().to_numpy()


def new_highs_lows(new_highs, new_lows, period):
    net, both = pd.Series(new_highs - new_lows), pd.Series(new_highs + new_lows)
    share = (100 * new_highs / both.where(both > 0)).fillna(50.0)
    net[: period - 1] = np.nan
    return net.to_numpy(), share.rolling(period).mean().to_numpy()


ORACLES = {
    "advance_decline": lambda advances, declines: np.cumsum(advances - declines),
    "trin": trin,
    "mcclellan": mcclellan,
    "new_highs_lows": new_highs_lows,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_its_definition(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(engine):
    counts = {
        "close": np.ones(3),
        "advances": np.array([30.0, 10.0, 20.0]),
        "declines": np.array([10.0, 20.0, 0.0]),
        "advancing_volume": np.array([600.0, 100.0, 5.0]),
        "declining_volume": np.array([100.0, 100.0, 5.0]),
        "new_highs": np.array([3.0, 0.0, 0.0]),
        "new_lows": np.array([1.0, 0.0, 5.0]),
    }
    np.testing.assert_array_equal(run("advance_decline", counts, {}, engine)[0], [20.0, 10.0, 30.0])
    np.testing.assert_array_equal(run("trin", counts, {}, engine)[0], [0.5, 0.5, np.nan])
    net, index = run("new_highs_lows", counts, {"period": 2}, engine)
    np.testing.assert_array_equal(net, [np.nan, 0.0, -5.0])
    np.testing.assert_array_equal(index, [np.nan, 62.5, 25.0])
    # A fast average over 2 bars and a slow one over 3, of 20, -10, 20: 2/3 * 20 + 1/3 * 5 - 10
    oscillator, summation = run("mcclellan", counts, {"fast_period": 2, "slow_period": 3}, engine)
    assert oscillator[-1] == summation[-1] == pytest.approx(5.0)


MISSING = float("nan")


def test_counts_of_a_small_market():
    counted = ta.breadth(
        [
            [1.0, 2.0, 3.0, 2.5],
            [5.0, MISSING, 4.0, 4.0],  # falls from its last bar, not from the market's
            [MISSING, MISSING, 7.0, 9.0],  # counts nowhere on its first bar
        ],
        [[10, 20, 30, 40], [1, MISSING, 2, 3], [MISSING, MISSING, 100, MISSING]],
        period=2,
    )
    np.testing.assert_array_equal(counted.advances, [0, 1, 1, 1])
    np.testing.assert_array_equal(counted.declines, [0, 0, 1, 1])
    np.testing.assert_array_equal(counted.unchanged, [0, 0, 0, 1])
    np.testing.assert_array_equal(counted.advancing_volume, [0, 20, 30, 0])  # a missing volume is none
    np.testing.assert_array_equal(counted.declining_volume, [0, 0, 2, 40])
    np.testing.assert_array_equal(counted.new_highs, [0, 1, 1, 1])
    np.testing.assert_array_equal(counted.new_lows, [0, 0, 1, 1])


def panel(symbols=12, bars=300):
    """Symbols of different age, some of which miss bars."""
    rng = np.random.default_rng(4)
    rows = [bars_about(np.round(walk(seed, bars), 0), seed) for seed in range(symbols)]
    close, volume = (np.array([row[name] for row in rows]) for name in ("close", "volume"))
    close[rng.random(close.shape) < 0.05] = np.nan
    for symbol in range(symbols // 2):
        close[symbol, : 40 * symbol] = np.nan
    close[3] = np.nan
    return close, volume


@pytest.mark.parametrize("period", [2, 3, 20, 252])
def test_counts_equal_those_of_pandas(period):
    close, volume = panel()
    counted = ta.breadth(close, volume, period)
    expected = {name: np.zeros(close.shape[1]) for name in counted._fields}
    for prices, traded in zip(close, volume, strict=True):
        own = pd.Series(prices).dropna()
        change, sizes = own.diff(), pd.Series(traded)[own.index]
        high, low = own.rolling(period - 1).max().shift(), own.rolling(period - 1).min().shift()
        for name, found in {
            "advances": change > 0,
            "declines": change < 0,
            "unchanged": change == 0,
            "advancing_volume": sizes.where(change > 0, 0.0),
            "declining_volume": sizes.where(change < 0, 0.0),
            "new_highs": own > high,
            "new_lows": own < low,
        }.items():
            expected[name][own.index] += found.to_numpy()
    for name, values in expected.items():
        np.testing.assert_array_equal(getattr(counted, name), values, err_msg=name)
    assert counted.new_highs.sum() > 0 or period == 252


def test_later_bars_change_no_earlier_count():
    close, volume = panel()
    for whole, part in zip(ta.breadth(close, volume, 20), ta.breadth(close[:, :200], volume[:, :200], 20), strict=True):
        np.testing.assert_array_equal(whole[:200], part)


def test_counts_feed_the_indicators_of_breadth():
    counted = ta.breadth(*panel(), period=20)
    line = ta.advance_decline(counted.advances, counted.declines)
    assert line[-1] == counted.advances.sum() - counted.declines.sum()
    assert np.isfinite(ta.mcclellan(counted.advances, counted.declines).summation_index[-1])
    assert np.isfinite(ta.new_highs_lows(counted.new_highs, counted.new_lows).high_low_index[-1])
    ta.trin(counted.advances, counted.declines, counted.advancing_volume, counted.declining_volume)


def test_a_market_without_symbols_or_bars_counts_nothing():
    assert [len(values) for values in ta.breadth(np.empty((3, 0)), np.empty((3, 0)))] == [0] * 7
    np.testing.assert_array_equal(ta.breadth(np.empty((0, 5)), np.empty((0, 5))).advances, np.zeros(5))


@pytest.mark.parametrize(
    ("close", "volume", "period", "field"),
    [
        ([1.0, 2.0], [1.0, 2.0], 2, "close"),
        ([[1.0, 2.0]], [[1.0]], 2, "close"),
        ([[1.0, 0.0]], [[1.0, 1.0]], 2, "close"),
        ([[1.0, float("inf")]], [[1.0, 1.0]], 2, "close"),
        ([[1.0, 2.0]], [[1.0, -1.0]], 2, "volume"),
        ([[1.0, 2.0]], [[1.0, float("inf")]], 2, "volume"),
        ([["a", "b"]], [[1.0, 2.0]], 2, "close"),
        ([[1.0, 2.0]], [[1.0, 2.0]], 1, "period"),
        ([[1.0, 2.0]], [[1.0, 2.0]], 2.5, "period"),
        ([[1.0, 2.0]], [[1.0, 2.0]], True, "period"),
    ],
)
def test_bad_panels_are_refused(close, volume, period, field):
    with pytest.raises(InvalidInput) as refused:
        ta.breadth(close, volume, period)
    assert refused.value.details["field"] == field
