"""Statistics of windows equal pandas-ta-classic's or pandas' own, whichever engine computes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute import indicators as ta
from support.indicators import ENGINES, cases, check_on_markets, run
from support.markets import MARKETS
from support.pandas_ta import pandas_ta_classic as pta

PARAMETERS = {
    "entropy": [{}, {"period": 2}, {"period": 40, "base": 10.0}],
    "kurtosis": [{}, {"period": 4}, {"period": 100}],
    "skew": [{}, {"period": 3}, {"period": 100}],
    "mad": [{}, {"period": 2}, {"period": 77}],
    "median": [{}, {"period": 2}, {"period": 5}, {"period": 120}],
    "quantile": [{}, {"period": 2, "share": 0.0}, {"period": 21, "share": 0.9}, {"period": 120, "share": 1.0}],
    "zscore": [{}, {"period": 2}, {"period": 130}],
    "covariance": [{}, {"period": 2}, {"period": 150}],
    "autocorr": [{}, {"period": 2, "lag": 3}, {"period": 60, "lag": 20}],
}


def has_moved(close: np.ndarray, period: int) -> np.ndarray:
    """Whether the window of each bar holds two different values: in flat ones the oracles answer rounding noise."""
    values = pd.Series(close)
    return (values.rolling(period).max() > values.rolling(period).min()).to_numpy()


def where_moved(function):
    """The library's, but for flat windows."""

    def oracle(close, period):
        with np.errstate(all="ignore"):
            found = function(pd.Series(close), length=period).to_numpy()
        return np.where(has_moved(close, period), found, np.nan)

    return oracle


def autocorr(close, period, lag):
    here = has_moved(close, period)
    before = np.concatenate([np.zeros(lag, dtype=bool), here[:-lag]])
    out = np.full(len(close), np.nan)
    for last in np.flatnonzero(here & before):
        window = slice(last - period + 1, last + 1)
        past = slice(last - period + 1 - lag, last + 1 - lag)
        out[last] = np.corrcoef(close[window] - close[last], close[past] - close[last - lag])[0, 1]
    return out


ORACLES = {
    "entropy": lambda close, period, base: pta.entropy(pd.Series(close), length=period, base=base).to_numpy(),
    "kurtosis": where_moved(pta.kurtosis),
    "skew": where_moved(pta.skew),
    "mad": lambda close, period: pta.mad(pd.Series(close), length=period).to_numpy(),
    "median": lambda close, period: pta.median(pd.Series(close), length=period).to_numpy(),
    "quantile": lambda close, period, share: pd.Series(close).rolling(period).quantile(share).to_numpy(),
    "zscore": where_moved(pta.zscore),
    "covariance": lambda close, other, period: pd.Series(close).rolling(period).cov(pd.Series(other)).to_numpy(),
    "autocorr": autocorr,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library_on_fifty_stocks(name, given):
    check_on_markets(name, given, ORACLES[name], "cython", thorough=True)


# Numbers without a unit are held to 1e-9 of themselves, not of the prices they come from. On markets that are
# flat to the last digits of their prices the oracles' means are not exact enough for that.
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["entropy", "kurtosis", "skew", "zscore", "autocorr"])
def test_numbers_without_a_unit_keep_their_digits(name, engine):
    defaults = [one.default for one in ta.BY_NAME[name].parameters]
    for market in ("INFY", "TATAMOTORS", "walk", "wild walk", "pennies", "billions", "rising", "falling"):
        close = MARKETS[market]["close"]
        (found,) = run(name, MARKETS[market], {}, engine)
        np.testing.assert_allclose(found, ORACLES[name](close, *defaults), rtol=1e-9, atol=1e-9, err_msg=market)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["kurtosis", "skew", "zscore", "autocorr", "hurst"])
def test_a_flat_window_has_no_value(name, engine):
    (values,) = run(name, MARKETS["constant"], {}, engine)
    assert np.isnan(values).all()
    (values,) = run(name, MARKETS["a fall by a thousand, then flat"], {}, engine)
    assert np.isnan(values[-100:]).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_hurst_of_a_walk_a_trend_and_a_seesaw(engine):
    noise = np.random.default_rng(5).normal(0.0, 0.01, 700)
    walk = np.exp(np.cumsum(noise))
    trend = np.exp(np.cumsum(np.convolve(noise, np.ones(50), "valid")))
    seesaw = np.exp(noise)
    means = [np.nanmean(run("hurst", {"close": close}, {"period": 256}, engine)[0]) for close in (seesaw, walk, trend)]
    assert means[0] < 0.4 < means[1] < 0.7 < 0.9 < means[2]


@pytest.mark.parametrize("engine", ENGINES)
def test_hurst_of_sixteen_returns_by_hand(engine):
    # One unit up and one down in turn: every even piece is back where it began, range 1, deviation 1: R/S = 1
    returns = np.tile([0.01, -0.01], 8)
    (values,) = run("hurst", {"close": np.exp(np.concatenate([[0.0], np.cumsum(returns)]))}, {"period": 16}, engine)
    assert values[-1] == pytest.approx(0.0, abs=1e-9)
    # Eight up, then eight down: R/S of the whole is 8, the halves are flat: one size alone makes no line
    returns = np.repeat([0.01, -0.01], 8)
    (values,) = run("hurst", {"close": np.exp(np.concatenate([[0.0], np.cumsum(returns)]))}, {"period": 16}, engine)
    assert np.isnan(values).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_hurst_in_both_engines_for_other_periods(engine):
    for period in (16, 37, 250):
        ours, other = (run("hurst", MARKETS["INFY"], {"period": period}, one)[0] for one in (engine, "numpy"))
        np.testing.assert_allclose(ours, other, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("skew", {"period": 2}),
        ("kurtosis", {"period": 3}),
        ("quantile", {"share": 1.1}),
        ("quantile", {"share": -0.1}),
        ("entropy", {"base": 1.0}),
        ("hurst", {"period": 15}),
        ("autocorr", {"lag": 0}),
        ("median", {"period": 10_001}),
    ],
)
def test_parameters_out_of_bounds_are_refused(name, given):
    with pytest.raises(InvalidInput):
        getattr(ta, name)(MARKETS["walk"]["close"], **given)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bad", [0.0, -3.0])
@pytest.mark.parametrize(("name", "period", "held"), [("entropy", 5, 5), ("hurst", 16, 17)])
def test_windows_with_a_value_that_has_no_logarithm_are_null(name, period, held, bad, engine):
    close = MARKETS["INFY"]["close"].copy()
    (expected,) = run(name, {"close": close}, {"period": period}, engine)
    close[40:42] = bad
    (values,) = run(name, {"close": close}, {"period": period}, engine)
    inside = slice(40, 41 + held)
    assert np.isnan(values[inside]).all()
    expected[inside] = np.nan
    np.testing.assert_allclose(values, expected, rtol=1e-12)
    (values,) = run(name, {"close": -close}, {"period": period}, engine)
    assert np.isnan(values[:40]).all()
