"""Returns equal pandas-ta-classic's; Sharpe and Sortino ratios equal their definitions worked out with pandas."""

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
    "log_return": [{}, {"period": 5}, {"period": 200}],
    "pct_return": [{}, {"period": 5}, {"period": 200}],
    "drawdown": [{}],
    "rolling_sharpe": [{}, {"period": 2}, {"period": 20, "risk_free": 0.065, "bars_per_year": 247.0}],
    "rolling_sortino": [{}, {"period": 2}, {"period": 20, "required_return": 0.065, "bars_per_year": 247.0}],
}


def excess(close, yearly, bars_per_year, period):
    """The windows of returns beyond the rate."""
    values = pd.Series(close).pct_change() - ((1 + yearly) ** (1 / bars_per_year) - 1)
    return np.lib.stride_tricks.sliding_window_view(values.to_numpy()[1:], period)


def behind(values, period):
    return np.concatenate([np.full(period, np.nan), values])


def rolling_sharpe(close, period, risk_free, bars_per_year):
    windows = excess(close, risk_free, bars_per_year, period)
    spread = windows.std(axis=1, ddof=1)
    # of equal returns the deviation is rounding noise here
    spread[np.ptp(excess(close, 0.0, 1.0, period), axis=1) == 0.0] = np.nan
    return behind(windows.mean(axis=1) / spread * np.sqrt(bars_per_year), period)


def rolling_sortino(close, period, required, bars_per_year):
    windows = excess(close, required, bars_per_year, period)
    below = np.sqrt(np.mean(np.minimum(windows, 0.0) ** 2, axis=1))
    below[below == 0.0] = np.nan
    return behind(windows.mean(axis=1) * bars_per_year / (below * np.sqrt(bars_per_year)), period)


ORACLES = {
    "log_return": lambda close, period: pta.log_return(pd.Series(close), length=period).to_numpy(),
    "pct_return": lambda close, period: pta.percent_return(pd.Series(close), length=period).to_numpy(),
    "drawdown": lambda close: -pta.drawdown(pd.Series(close))["DD_PCT"].to_numpy(),  # ours is 0 or less
    "rolling_sharpe": rolling_sharpe,
    "rolling_sortino": rolling_sortino,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library_on_fifty_stocks(name, given):
    check_on_markets(name, given, ORACLES[name], "cython", thorough=True)


# Fractions and ratios are held to 1e-9 of themselves, not of the prices they come from
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", PARAMETERS)
def test_fractions_keep_their_digits(name, engine):
    for market in ("INFY", "TATAMOTORS", "walk", "wild walk", "pennies", "billions"):
        close = MARKETS[market]["close"]
        (found,) = run(name, MARKETS[market], {}, engine)
        oracle = ORACLES[name](close, *[one.default for one in ta.BY_NAME[name].parameters])
        np.testing.assert_allclose(found, oracle, rtol=1e-9, atol=1e-12, err_msg=market)


@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(engine):
    bars = {"close": np.array([100.0, 110.0, 99.0, 132.0])}
    np.testing.assert_allclose(run("drawdown", bars, {}, engine)[0], [0.0, 0.0, -0.1, 0.0], atol=1e-15)
    # Returns 0.1, -0.1 and 1/3: mean 1/9; deviations -1/90, -19/90, 20/90
    (sharpe,) = run("rolling_sharpe", bars, {"period": 3, "bars_per_year": 1.0}, engine)
    assert sharpe[-1] == pytest.approx((1 / 9) / np.sqrt((1 + 19**2 + 20**2) / 90**2 / 2))
    (sortino,) = run("rolling_sortino", bars, {"period": 3, "bars_per_year": 1.0}, engine)
    assert sortino[-1] == pytest.approx((1 / 9) / np.sqrt(0.01 / 3))


@pytest.mark.parametrize("engine", ENGINES)
def test_no_risk_no_ratio(engine):
    assert np.isnan(run("rolling_sharpe", MARKETS["constant"], {}, engine)[0]).all()
    assert np.isnan(run("rolling_sortino", MARKETS["rising"], {}, engine)[0]).all()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("pct_return", {"period": 0}),
        ("rolling_sharpe", {"period": 1}),
        ("rolling_sharpe", {"risk_free": -1.0}),
        ("rolling_sortino", {"bars_per_year": 0.0}),
    ],
)
def test_parameters_out_of_bounds_are_refused(name, given):
    with pytest.raises(InvalidInput):
        getattr(ta, name)(MARKETS["walk"]["close"], **given)
