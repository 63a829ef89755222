"""Volume indicators beyond TA-Lib's equal pandas-ta-classic's, TA-Lib's parts, or the published formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from chitti_shared.errors import InvalidInput
from mojo_compute import indicators as ta
from support.indicators import ENGINES, cases, check_on_markets, run
from support.markets import MARKETS
from support.pandas_ta import pandas_ta_classic as pta

PARAMETERS = {
    "eom": [{}, {"period": 1}, {"period": 60, "divisor": 10_000.0}],
    "kvo": [{}, {"fast_period": 2, "slow_period": 3, "signal_period": 1}, {"fast_period": 10, "slow_period": 90}],
    "pvol": [{}],
    "vosc": [{}, {"fast_period": 1, "slow_period": 2}, {"fast_period": 5, "slow_period": 100}],
    "vroc": [{}, {"period": 1}, {"period": 90}],
    "vzo": [{}, {"period": 2}, {"period": 60}],
    "twiggs": [{}, {"period": 2}, {"period": 60}],
    "vfi": [{}, {"period": 20, "coef": 0.1, "vcoef": 1.5, "smooth_period": 1}, {"period": 40, "smooth_period": 8}],
}


def series(*arrays):
    return [pd.Series(one) for one in arrays]


def eom(high, low, volume, period, divisor):
    # the library divides by a volume of 0; it takes 2e-16 for the range of a bar without one, and a rise is then
    # as good as none
    traded = np.where(volume > 0.0, volume, 1.0)
    close = high
    found = pta.eom(*series(high, low, close, traded), length=period, divisor=divisor).to_numpy()
    return np.where(np.isnan(found) | (volume.max() > 0.0), found, 0.0)


def kvo(high, low, close, volume, fast_period, slow_period, signal_period):
    inputs = series(high, low, close, volume)
    table = pta.kvo(*inputs, fast=fast_period, slow=slow_period, signal=signal_period)
    line, signal = (table.iloc[:, at].to_numpy().copy() for at in range(2))
    line[: slow_period + signal_period - 2] = np.nan  # the library has it before the signal has a value
    return line, signal


def vosc(volume, fast_period, slow_period):
    found = pta.vosc(pd.Series(volume), fast=fast_period, slow=slow_period)
    return found.replace([np.inf, -np.inf], np.nan).to_numpy()


def vroc(volume, period):
    # TA-Lib has 0 where we have no value
    return np.where(np.roll(volume, period) == 0.0, np.nan, talib.ROC(volume, period))


def vzo(close, volume, period):
    signed = np.where(np.diff(close) > 0, volume[1:], -volume[1:])
    total = talib.EMA(volume[1:], period)
    return np.concatenate([[np.nan], 100.0 * talib.EMA(signed, period) / np.where(total > 0.0, total, np.nan)])


def wilder(values, period):
    """Wilder's average from the mean of the first values on."""
    seeded = pd.Series(values).copy()
    seeded[period - 1] = seeded[:period].mean()
    seeded[: period - 1] = np.nan
    return seeded.ewm(alpha=1.0 / period, adjust=False).mean().to_numpy()


def twiggs(high, low, close, volume, period):
    top, bottom = np.maximum(high[1:], close[:-1]), np.minimum(low[1:], close[:-1])
    wide = np.where(top > bottom, top - bottom, np.inf)
    flow = volume[1:] * (2 * close[1:] - top - bottom) / wide
    total = wilder(volume[1:], period)
    return np.concatenate([[np.nan], wilder(flow, period) / np.where(total > 0.0, total, np.nan)])


def vfi(high, low, close, volume, period, coef, vcoef, smooth_period):
    """Katsanos' formula in pandas. The library's differs: closes, and a threshold of `coef` times the price."""
    typical = talib.TYPPRICE(high, low, close)
    inter = pd.Series(np.log(typical)).diff()
    spread = np.concatenate(
        [np.full(30, np.nan), np.lib.stride_tricks.sliding_window_view(inter.to_numpy()[1:], 30).std(axis=1)]
    )
    spread[spread < 1e-15] = 0.0
    usual = pd.Series(volume).rolling(period).mean().shift()
    capped = np.minimum(volume, vcoef * usual)
    move, least = pd.Series(typical).diff(), coef * spread * close
    flow = pd.Series(np.where(move > least, capped, np.where(move < -least, -capped, 0.0)))
    flow[: max(period, 30)] = np.nan
    ratio = (flow.rolling(period).sum() / usual.where(usual > 0.0)).to_numpy().copy()
    first = max(period, 30) + period - 1
    ratio[first:] = np.where(usual[first:] > 0.0, ratio[first:], 0.0)
    return np.concatenate([np.full(first, np.nan), pta.ema(pd.Series(ratio[first:]), length=smooth_period)])


ORACLES = {
    "eom": eom,
    "kvo": kvo,
    "pvol": lambda close, volume: pta.pvol(*series(close, volume)).to_numpy(),
    "vosc": vosc,
    "vroc": vroc,
    "vzo": vzo,
    "twiggs": twiggs,
    "vfi": vfi,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library(name, given, engine):
    check_on_markets(name, given, ORACLES[name], engine)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_the_library_on_fifty_stocks(name, given):
    check_on_markets(name, given, ORACLES[name], "cython", thorough=True)


# Percentages and ratios are held to 1e-9 of themselves, not of the volumes they come from
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["vosc", "vroc", "vzo", "twiggs", "vfi"])
def test_ratios_keep_their_digits(name, engine):
    declared = ta.BY_NAME[name]
    for market in ("INFY", "TATAMOTORS", "walk", "wild walk", "pennies", "billions"):
        inputs = [MARKETS[market][one] for one in declared.inputs]
        (found,) = run(name, MARKETS[market], {}, engine)
        oracle = ORACLES[name](*inputs, *[one.default for one in declared.parameters])
        np.testing.assert_allclose(found, oracle, rtol=1e-9, atol=1e-9, err_msg=market)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["vosc", "vroc", "vzo", "twiggs", "volume_profile"])
def test_nothing_is_said_of_a_market_without_volume(name, engine):
    for values in run(name, MARKETS["no volume"], {}, engine):
        assert np.isnan(values).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_volume_profile_by_hand(engine):
    # Prices 0 to 10 in five bins of 2; 10, 20, 50, 15, 5 by bin: 70 % need the 20 below the 50
    close = np.array([0.0, 1.0, 3.0, 5.0, 4.5, 7.0, 10.0])
    volume = np.array([4.0, 6.0, 20.0, 30.0, 20.0, 15.0, 5.0])
    bars = {"close": close, "volume": volume}
    poc, high, low = run("volume_profile", bars, {"period": 7, "bins": 5}, engine)
    assert (poc[-1], high[-1], low[-1]) == (5.0, 6.0, 2.0)
    poc, high, low = run("volume_profile", bars, {"period": 7, "bins": 5, "value_area": 0.8}, engine)
    assert (poc[-1], high[-1], low[-1]) == (5.0, 8.0, 2.0)
    poc, high, low = run("volume_profile", bars, {"period": 7, "bins": 5, "value_area": 1.0}, engine)
    assert (poc[-1], high[-1], low[-1]) == (5.0, 10.0, 0.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_profile_of_one_price_is_that_price(engine):
    for values in run("volume_profile", MARKETS["constant"], {}, engine):
        np.testing.assert_array_equal(values[49:], 1234.55)


@pytest.mark.parametrize(
    "given", [{}, {"period": 7, "bins": 3}, {"period": 200, "bins": 100, "value_area": 0.95}], ids=str
)
def test_the_point_of_control_is_the_histogram_s(given):
    parameters = {"period": 50, "bins": 24} | given
    period, bins = parameters["period"], parameters["bins"]
    bars = MARKETS["INFY"]
    for engine in ENGINES:
        poc, high, low = run("volume_profile", bars, given, engine)
        for last in range(period - 1, len(poc), 13):
            window = slice(last - period + 1, last + 1)
            held, edges = np.histogram(bars["close"][window], bins, weights=bars["volume"][window])
            best = int(np.argmax(held))
            assert poc[last] == pytest.approx((edges[best] + edges[best + 1]) / 2, rel=1e-9)
            inside = (edges[:-1] > low[last] - 1e-6) & (edges[1:] < high[last] + 1e-6)
            assert held[inside].sum() >= given.get("value_area", 0.7) * held.sum() * (1 - 1e-9)
            assert low[last] < poc[last] < high[last]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("kvo", {"fast_period": 55}),
        ("vosc", {"fast_period": 30}),
        ("volume_profile", {"bins": 1}),
        ("volume_profile", {"value_area": 1.1}),
        ("vfi", {"vcoef": 0.0}),
        ("eom", {"divisor": 0.0}),
    ],
)
def test_parameters_out_of_bounds_are_refused(name, given):
    with pytest.raises(InvalidInput):
        getattr(ta, name)(*[MARKETS["walk"][one] for one in ta.BY_NAME[name].inputs], **given)
