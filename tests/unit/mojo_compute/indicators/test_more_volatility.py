"""Volatility beyond TA-Lib's equals pandas-ta-classic's, or the published formula worked out with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute import indicators as ta
from support.indicators import ENGINES, cases, check_on_markets, run
from support.markets import MARKETS
from support.pandas_ta import pandas_ta_classic as pta

PERIODS = [{}, {"period": 2}, {"period": 90}]
PARAMETERS = {
    "chop": PERIODS,
    "ui": PERIODS,
    "bb_width": [*PERIODS, {"period": 10, "std_dev": 1.5}],
    "bb_percent": [*PERIODS, {"period": 10, "std_dev": 1.5}],
    "thermo": [{}, {"period": 2, "long_factor": 1.2}, {"period": 50, "short_factor": 1.1}],
    "historical_vol": [*PERIODS, {"period": 10, "bars_per_year": 12}],
    "parkinson": [{}, {"period": 1}, {"period": 90, "bars_per_year": 12}],
    "garman_klass": [{}, {"period": 1}, {"period": 90, "bars_per_year": 12}],
    "rogers_satchell": [{}, {"period": 1}, {"period": 90, "bars_per_year": 12}],
    "yang_zhang": [{}, {"period": 2}, {"period": 90, "bars_per_year": 12}],
    "ewma_vol": [{}, {"decay": 0.0}, {"decay": 0.97, "bars_per_year": 1}],
}


def chop(high, low, close, period):
    # the library begins with the first bar's own range; ours with the first change
    high, low, close = map(pd.Series, (high, low, close))
    with np.errstate(all="ignore"):
        found = pta.chop(high, low, close, length=period).to_numpy().copy()
    found[:period] = np.nan
    flat = (high.rolling(period).max() == low.rolling(period).min()).to_numpy()
    return np.where(flat, np.nan, found)


def bands(column):
    def oracle(close, period, std_dev):
        close = pd.Series(close)
        with np.errstate(all="ignore"):
            found = pta.bbands(close, length=period, std=std_dev).iloc[:, column].to_numpy()
        flat = (close.rolling(period).max() == close.rolling(period).min()).to_numpy()
        return np.where(flat, 0.0 if column == 3 else np.nan, found)

    return oracle


def thermo(high, low, period, long_factor, short_factor):
    # the library has values of the first and integers of the last two in the warm-up
    table = pta.thermo(pd.Series(high), pd.Series(low), length=period, long=long_factor, short=short_factor)
    found = [table.iloc[:, at].to_numpy(float).copy() for at in range(4)]
    for values in found:
        values[:period] = np.nan
    return tuple(found)


def logs(*series):
    return [np.log(pd.Series(one)) for one in series]


def yearly(variance, bars_per_year):
    """The root; what rounding leaves below 0 is 0."""
    return np.sqrt(bars_per_year * variance.clip(lower=0.0)).to_numpy()


def parkinson(high, low, period, bars_per_year):
    h, low_ = logs(high, low)
    return yearly(((h - low_) ** 2).rolling(period).mean() / (4 * np.log(2)), bars_per_year)


def garman_klass(opened, high, low, close, period, bars_per_year):
    o, h, low_, c = logs(opened, high, low, close)
    each = 0.5 * (h - low_) ** 2 - (2 * np.log(2) - 1) * (c - o) ** 2
    return yearly(each.rolling(period).mean(), bars_per_year)


def satchell(opened, high, low, close):
    o, h, low_, c = logs(opened, high, low, close)
    return (h - c) * (h - o) + (low_ - c) * (low_ - o)


def rogers_satchell(opened, high, low, close, period, bars_per_year):
    return yearly(satchell(opened, high, low, close).rolling(period).mean(), bars_per_year)


def yang_zhang(opened, high, low, close, period, bars_per_year):
    o, _h, _low, c = logs(opened, high, low, close)
    share = 0.34 / (1.34 + (period + 1) / (period - 1))
    inside = satchell(opened, high, low, close)
    inside[0] = np.nan
    night, day = (o - c.shift()).rolling(period).var(), (c - o).where(c.shift().notna()).rolling(period).var()
    return yearly(night + share * day + (1 - share) * inside.rolling(period).mean(), bars_per_year)


def ewma_vol(close, decay, bars_per_year):
    (c,) = logs(close)
    return yearly((c.diff() ** 2).ewm(alpha=1 - decay, adjust=False).mean(), bars_per_year)


ORACLES = {
    "chop": chop,
    "ui": lambda close, period: pta.ui(pd.Series(close), length=period).to_numpy(),
    "bb_width": bands(3),
    "bb_percent": bands(4),
    "thermo": thermo,
    "historical_vol": lambda close, period, year: pta.hvol(pd.Series(close), period, year).to_numpy() / 100,
    "parkinson": parkinson,
    "garman_klass": garman_klass,
    "rogers_satchell": rogers_satchell,
    "yang_zhang": yang_zhang,
    "ewma_vol": ewma_vol,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library_on_fifty_stocks(name, given):
    check_on_markets(name, given, ORACLES[name], "cython", thorough=True)


# Fractions are held to 1e-9 of themselves, not of the prices they come from
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [name for name in PARAMETERS if name != "thermo"])
def test_fractions_keep_their_digits(name, engine):
    declared = ta.BY_NAME[name]
    for market in ("INFY", "TATAMOTORS", "walk", "wild walk", "pennies", "billions", "rising", "falling"):
        inputs = [MARKETS[market][one] for one in declared.inputs]
        (found,) = run(name, MARKETS[market], {}, engine)
        oracle = ORACLES[name](*inputs, *[one.default for one in declared.parameters])
        # running sums of the oracle leave rounding noise near 0, which its root makes larger
        np.testing.assert_allclose(found, oracle, rtol=1e-9, atol=1e-9, err_msg=market)


@pytest.mark.parametrize("engine", ENGINES)
def test_ibs_by_hand(engine):
    bars = {"high": np.array([12.0, 5.0, 8.0]), "low": np.array([10.0, 5.0, 4.0]), "close": np.array([11.5, 5.0, 4.0])}
    np.testing.assert_array_equal(run("ibs", bars, {}, engine)[0], [0.75, np.nan, 0.0])


def random_walk_index(high, low, close, period):
    """Poulos' formula, bar by bar."""
    ups, downs = np.full((2, len(close)), np.nan)
    ranges = [0.0] + [max(h, c) - min(low_, c) for h, low_, c in zip(high[1:], low[1:], close[:-1], strict=True)]
    for bar in range(period, len(close)):
        ups[bar] = downs[bar] = 0.0
        for bars in range(2, period + 1):
            mean = sum(ranges[bar - bars + 1 : bar + 1]) / bars
            if mean > 0.0:
                ups[bar] = max(ups[bar], (high[bar] - low[bar - bars]) / (mean * bars**0.5))
                downs[bar] = max(downs[bar], (high[bar - bars] - low[bar]) / (mean * bars**0.5))
    return ups, downs


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("given", [{}, {"period": 2}, {"period": 40}], ids=str)
def test_rwi_follows_its_formula(given, engine):
    check_on_markets("rwi", given, random_walk_index, engine)


def test_rwi_by_hand():
    # Every bar rises by 1 and is 1 wide: a true range of 1.5, over 2 bars (11.5 - 9) / (1.5 * sqrt 2)
    close = np.arange(10.0, 14.0)
    up, down = ta.rwi(close + 0.5, close - 0.5, close, 2)
    assert up[-1] == pytest.approx(3.0 / (1.5 * 2**0.5))
    assert down[-1] == 0.0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["garman_klass", "rogers_satchell", "yang_zhang"])
def test_bars_that_contradict_themselves_have_no_volatility(name, engine):
    bars = {name: np.full(60, 100.0) for name in ("open", "high", "low", "close")}
    bars["open"] = np.where(np.arange(60) % 2, 130.0, 80.0)  # far outside high and low
    bars["close"] = bars["open"][::-1].copy()
    (values,) = run(name, bars, {}, engine)
    assert np.isnan(values[:-1]).all() or name == "yang_zhang"
    assert not np.isinf(values).any()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("historical_vol", {"period": 1}),
        ("historical_vol", {"bars_per_year": 0}),
        ("bb_width", {"std_dev": 0.0}),
        ("ewma_vol", {"decay": 1.0}),
        ("ui", {"period": 1}),
    ],
)
def test_parameters_out_of_bounds_are_refused(name, given):
    with pytest.raises(InvalidInput):
        getattr(ta, name)(MARKETS["walk"]["close"], **given)
