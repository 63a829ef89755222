"""Trends of averages equal pandas-ta-classic's and TA-Lib's averages; signals fade as they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from mojo_compute import indicators as ta
from support.indicators import ENGINES, cases, check_on_markets, run
from support.pandas_ta import pandas_ta_classic as pta

PARAMETERS = {
    "amat": [{}, {"fast_period": 2, "slow_period": 3, "run": 1}, {"fast_period": 10, "slow_period": 60, "run": 5}],
    "elder_impulse": [
        {},
        {"period": 2, "fast_period": 2, "slow_period": 3, "signal_period": 2},
        {"period": 90, "fast_period": 5, "slow_period": 35, "signal_period": 5},
    ],
    "decay": [{}, {"period": 1}, {"period": 250}],
}
# Averages of equal prices rise and fall by rounding noise, which the oracles take for trends
FLAT = ("constant", "a fall by a thousand, then flat", "one move, then flat")


def amat(close, fast_period, slow_period, run):
    table = pta.amat(pd.Series(close), fast=fast_period, slow=slow_period, lookback=run)
    found = [table.iloc[:, at].to_numpy(float).copy() for at in range(2)]
    for values in found:
        values[: slow_period + run - 1] = np.nan
    return tuple(found)


def elder_impulse(close, period, fast_period, slow_period, signal_period):
    average = talib.EMA(close, period)
    histogram = talib.MACD(close, fast_period, slow_period, signal_period)[2]
    change, force = (np.diff(values, prepend=np.nan) for values in (average, histogram))
    found = np.where((change > 0) & (force > 0), 1.0, np.where((change < 0) & (force < 0), -1.0, 0.0))
    return np.where(np.isnan(change + force), np.nan, found)


def decay(close, period):
    found = [float(close[0])]
    for value in close[1:]:
        found.append(max(float(value), found[-1] - 1.0 / period))
    return np.array(found)


ORACLES = {"amat": amat, "elder_impulse": elder_impulse, "decay": decay}
NOISE = {"amat": FLAT, "elder_impulse": (*FLAT, "zigzag", "rising", "falling")}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine, besides=NOISE.get(name, ()))


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library_on_fifty_stocks(name, given):
    check_on_markets(name, given, ORACLES[name], "cython", thorough=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_prices_that_stand_still_have_no_trend(engine):
    bars = {"close": np.full(200, 1234.55)}
    for values in (*run("amat", bars, {}, engine), *run("elder_impulse", bars, {}, engine)):
        assert not values[~np.isnan(values)].any()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_signal_fades_in_equal_steps(engine):
    (values,) = run("decay", {"close": np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0])}, {"period": 4}, engine)
    np.testing.assert_array_equal(values, [0.0, 1.0, 0.75, 0.5, 1.0, 0.75])


def test_one_step_of_decay_is_the_library_s():
    # the library takes the step from the input before: the same as long as that is the value before
    close = np.array([3.0, 2.0, 4.0, 2.0, 5.0, 6.0])
    np.testing.assert_array_equal(ta.decay(close, 5), pta.decay(pd.Series(close), length=5))
