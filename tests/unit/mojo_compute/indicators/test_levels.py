"""Levels equal pandas-ta's where it has them, else hand calculation."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute.indicators import Stream
from support.indicators import ENGINES, run
from support.markets import MARKETS
from support.oracles import check_against
from support.pandas_ta import pandas_ta_classic as pandas_ta


def bars_of(high, low, close=None, volume=None):
    high, low = np.array(high, dtype=float), np.array(low, dtype=float)
    close = (high + low) / 2 if close is None else np.array(close, dtype=float)
    volume = np.ones(len(high)) if volume is None else np.array(volume, dtype=float)
    return {"open": close, "high": high, "low": low, "close": close, "volume": volume}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("periods", [(9, 26, 52), (3, 5, 7), (30, 10, 20), (1, 1, 1)])
def test_ichimoku_equals_pandas_ta(periods, engine):
    given = dict(zip(("tenkan_period", "kijun_period", "senkou_period"), periods, strict=True))

    def oracle(bars):
        # midprice() needs two bars: of one, the middle price
        lines = [(bars.high.rolling(one).max() + bars.low.rolling(one).min()) / 2 for one in periods]
        if min(periods) > 1:
            tenkan, kijun, senkou = periods
            frame = pandas_ta.ichimoku(
                bars.high, bars.low, bars.close, tenkan=tenkan, kijun=kijun, senkou=senkou, as_dataframe=True
            )
            return [frame[f"ITS_{tenkan}"], frame[f"IKS_{kijun}"], frame[f"ISA_{tenkan}"], frame[f"ISB_{kijun}"]]
        return [lines[0], lines[1], ((lines[0] + lines[1]) / 2).shift(periods[1]), lines[2].shift(periods[1])]

    check_against("ichimoku", given, oracle, engine, where_ours=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("periods", "shifts"), [((13, 8, 5), (8, 5, 3)), ((5, 21, 2), (1, 2, 30))])
def test_the_alligator_is_three_of_pandas_tas_smoothed_averages_drawn_later(periods, shifts, engine):
    names = ("jaw", "teeth", "lips")
    given = {f"{name}_period": one for name, one in zip(names, periods, strict=True)}
    given |= {f"{name}_shift": one for name, one in zip(names, shifts, strict=True)}

    def oracle(bars):
        middle = (bars.high + bars.low) / 2
        return [pandas_ta.rma(middle, length=one).shift(by) for one, by in zip(periods, shifts, strict=True)]

    check_against("alligator", given, oracle, engine, where_ours=True)


def test_a_stream_of_another_alligator_equals_the_series():
    given = (5, 21, 2, 1, 2, 30)
    names = [f"{line}_{what}" for what in ("period", "shift") for line in ("jaw", "teeth", "lips")]
    bars = MARKETS["walk"]
    stream = Stream("alligator", *given)
    fed = np.array([stream.feed(*bar) for bar in zip(bars["high"], bars["low"], strict=True)]).T
    for values, expected in zip(fed, run("alligator", bars, dict(zip(names, given, strict=True))), strict=True):
        np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "multiplier"), [(22, 3.0), (2, 1.5), (60, 2.0)])
def test_chandelier_equals_pandas_ta(period, multiplier, engine):
    def oracle(bars):
        frame = pandas_ta.ce(bars.high, bars.low, bars.close, length=period, multiplier=multiplier)
        return [frame[name] for name in frame.columns]

    check_against("chandelier", {"period": period, "multiplier": multiplier}, oracle, engine, where_ours=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "percent"), [(20, 2.5), (3, 10.0), (100, 0.0)])
def test_the_envelope_lies_so_many_percent_from_pandas_mean(period, percent, engine):
    def oracle(bars):
        mean = bars.close.rolling(period).mean()
        return [mean * (1 + percent / 100), mean, mean * (1 - percent / 100)]

    check_against("ma_envelope", {"period": period, "percent": percent}, oracle, engine, where_ours=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("kind", "levels"),
    [("classic", "r1 r2 r3 s1 s2 s3"), ("fibonacci", "r1 r2 r3 s1 s2 s3"), ("camarilla", "r1 r2 r3 r4 s1 s2 s3 s4")],
)
def test_pivots_equal_pandas_ta(kind, levels, engine):
    # Its cpr() leaves out the third level of the Fibonacci pivots' frame unless asked for all of them
    def oracle(bars):
        frame = pandas_ta.cpr(bars.open, bars.high, bars.low, bars.close, method=kind, levels="all")
        return [frame["CPR_PIVOT"], *(frame[f"CPR_{level.upper()}"] for level in levels.split())]

    check_against(f"pivots_{kind}", {}, oracle, engine, where_ours=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_woodies_pivots_equal_pandas_ta_which_has_two_levels(engine):
    def oracle(bars):
        frame = pandas_ta.cpr(bars.open, bars.high, bars.low, bars.close, method="woodie", levels="all")
        pivot = frame["CPR_PIVOT"]
        highest, lowest = bars.high.shift(1), bars.low.shift(1)
        r3, s3 = highest + 2 * (pivot - lowest), lowest - 2 * (highest - pivot)
        return [pivot, frame["CPR_R1"], frame["CPR_R2"], r3, frame["CPR_S1"], frame["CPR_S2"], s3]

    check_against("pivots_woodie", {}, oracle, engine, where_ours=True)


def test_pivots_of_a_known_bar_match_hand_calculation():
    bars = bars_of([110.0, 1.0], [100.0, 1.0], [108.0, 1.0])
    assert [values[1] for values in run("pivots_classic", bars, {})] == pytest.approx(
        [106.0, 112.0, 116.0, 122.0, 102.0, 96.0, 92.0]
    )
    assert [values[1] for values in run("pivots_woodie", bars, {})] == pytest.approx(
        [106.5, 113.0, 116.5, 123.0, 103.0, 96.5, 93.0]
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_the_zigzag_of_known_bars_matches_hand_calculation(engine):
    # Up from 100 to 112, down 12.5 % to 98, up again, the last leg unconfirmed
    high = [101.0, 105.0, 112.0, 108.0, 100.0, 103.0, 110.0, 109.0]
    low = [100.0, 102.0, 107.0, 104.0, 98.0, 99.0, 105.0, 106.0]
    (values,) = run("zigzag", bars_of(high, low), {"deviation": 10.0}, engine)
    np.testing.assert_array_equal(values, [100.0, np.nan, 112.0, np.nan, 98.0, np.nan, 110.0, np.nan])


@pytest.mark.parametrize("engine", ENGINES)
def test_turns_of_the_zigzag_alternate_and_are_far_enough_apart(engine):
    for market in ("INFY", "walk", "wild walk"):
        (values,) = run("zigzag", MARKETS[market], {"deviation": 8.0}, engine)
        turns = values[~np.isnan(values)]
        steps = np.diff(turns)
        assert (steps[1:] * steps[:-1] < 0).all()
        up = steps[:-1] > 0  # the last leg is still under way
        assert (np.where(up, turns[1:-1] / turns[:-2] >= 1.08, turns[1:-1] / turns[:-2] <= 0.92)).all()
        assert len(turns) > 5


def test_a_market_that_never_turns_has_no_zigzag():
    assert np.isnan(run("zigzag", MARKETS["constant"], {})[0]).all()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("anchor", [0, 7, 50])
def test_the_anchored_vwap_is_the_mean_price_paid_since(anchor, engine):
    for market in ("INFY", "walk", "billions"):
        bars = MARKETS[market]
        (values,) = run("anchored_vwap", bars, {"anchor": anchor}, engine)
        assert np.isnan(values[:anchor]).all()
        price = (bars["high"] + bars["low"] + bars["close"]) / 3
        for last in (anchor + 1, anchor + 40, len(price)):
            expected = np.average(price[anchor:last], weights=bars["volume"][anchor:last])
            assert values[last - 1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_was_paid_before_something_was_traded(engine):
    bars = bars_of([2.0, 2.0, 4.0], [2.0, 2.0, 4.0], volume=[0.0, 5.0, 5.0])
    np.testing.assert_array_equal(run("anchored_vwap", bars, {}, engine)[0], [np.nan, 2.0, 3.0])
