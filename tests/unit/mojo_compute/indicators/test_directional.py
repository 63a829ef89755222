"""Directional movement and its neighbours by hand, and over long series in all forms."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.engines import available, select
from mojo_compute.engines.cython_engine import FAMILIES
from mojo_compute.indicators import Stream, compute, resolve
from support.indicators import cases, inputs_of
from support.markets import bars_about, walk

PERIODS = [{"period": 2}, {"period": 7}, {"period": 64}, {"period": 513}]
PARAMETERS = {
    **dict.fromkeys(("plus_dm", "minus_dm", "plus_di", "minus_di", "dx", "adx", "adxr"), PERIODS),
    **dict.fromkeys(("imi", "mfi", "qstick", "eri", "cci", "dpo", "fosc", "er", "cmou", "vhf", "vortex"), PERIODS),
    "coppock": [{"wma_period": 37, "roc1_period": 5, "roc2_period": 3}, {"wma_period": 513}],
    "ao": [{"fast_period": 513, "slow_period": 21}],
    "ac": [{"fast_period": 3, "slow_period": 513, "signal_period": 7}],
    "fractal": [{"left_bars": 1, "right_bars": 9}, {"left_bars": 40, "right_bars": 1}],
    "bop": [{}],
    "wad": [{}],
}


@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_forms_and_engines_agree_over_a_long_series(name, given):
    indicator = BY_NAME[name]
    inputs = inputs_of(indicator, bars_about(walk(31, 3001), seed=31))
    parameters = resolve(indicator, given)
    series = compute(indicator, inputs, parameters, available()).outputs
    stream = Stream(name, **given)
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
    np.testing.assert_array_equal(fed, series)
    scale = max(float(np.abs(values).max()) for values in inputs.values())
    for mine, readable in zip(series, compute(indicator, inputs, parameters, select("numpy")).outputs, strict=True):
        np.testing.assert_allclose(mine, readable, rtol=0, atol=1e-9 * scale)


@pytest.mark.parametrize("period", [2, 14])
def test_a_market_that_stops_for_good_keeps_its_strength(period):
    close = np.concatenate([[100.0, 101.0, 103.0], np.full(30_000, 102.0)])
    bars = {"high": close + 0.5, "low": close - 0.5, "close": close}  # the range stays, the movement fades away
    strength, index = (
        compute(BY_NAME[name], bars, {"period": period}, available()).outputs[0] for name in ("adx", "dx")
    )
    assert np.isfinite(strength[2 * period - 1 :]).all()
    assert index[-1] == pytest.approx(index[period + 2], rel=1e-6)
    assert strength[-1] == pytest.approx(index[-1], rel=1e-6)
    stream = Stream("adx", period)
    assert [stream.feed(*bar) for bar in zip(*bars.values(), strict=True)][-1] == strength[-1]


def test_directional_indicators_of_known_bars_match_hand_calculation():
    high, low, close = [10.0, 12.0, 13.0, 12.5], [9.0, 11.0, 11.5, 10.5], [9.5, 11.5, 12.0, 11.0]
    # +DM 2, 1, 0 and -DM 0, 0, 1; true ranges 2.5, 1.5, 2; a total of two bars loses half of itself
    plus, minus, ranges = (2.0 / 2 + 1.0) / 2, 1.0, (2.5 / 2 + 1.5) / 2 + 2.0
    bars = {"high": high, "low": low, "close": close}
    found = {
        name: compute(BY_NAME[name], bars, {"period": 2}, available()).outputs[0][-1]
        for name in ("plus_di", "minus_di", "dx", "adx")
    }
    assert found["plus_di"] == pytest.approx(100.0 * plus / ranges)
    assert found["minus_di"] == pytest.approx(100.0 * minus / ranges)
    assert found["dx"] == pytest.approx(100.0 * abs(plus - minus) / (plus + minus))
    assert found["adx"] == pytest.approx((100.0 + found["dx"]) / 2)


PRICES = st.lists(st.floats(1.0, 1000.0), min_size=40, max_size=60)
SCALE_FREE = ("plus_di", "minus_di", "dx", "adx", "adxr", "bop", "imi", "cci", "er", "cmou", "vortex", "fosc")


@pytest.mark.parametrize("name", SCALE_FREE)
@given(closes=PRICES, rate=st.sampled_from([0.25, 2.0, 1024.0]))  # powers of two scale exactly
def test_the_currency_unit_changes_nothing(name, closes, rate):
    indicator = BY_NAME[name]
    given = {one.name: 5 for one in indicator.parameters}
    inputs = inputs_of(indicator, bars_about(np.array(closes)))
    scaled = {name: values * rate for name, values in inputs.items()}
    before, after = (compute(indicator, one, given, available()).outputs for one in (inputs, scaled))
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", ["plus_di", "minus_di", "dx", "adx", "adxr", "imi", "mfi"])
@given(closes=PRICES)
def test_percentages_stay_between_0_and_100(name, closes):
    indicator = BY_NAME[name]
    values = compute(indicator, inputs_of(indicator, bars_about(np.array(closes))), {"period": 5}, available())
    found = values.outputs[0][values.lookback :]
    assert (found >= 0.0).all()
    assert (found <= 100.0 + 1e-9).all()


@pytest.mark.parametrize("period", [1, 2, 14])
@pytest.mark.parametrize("length", [3, 4, 28, 29, 900])
def test_the_family_together_gives_what_each_member_gives_alone(period, length):
    (family,) = (one for one in FAMILIES if one.members[0].name == "plus_dm")
    bars = bars_about(walk(33, length), seed=33)
    inputs = [bars[name] for name in family.inputs]
    declared = [BY_NAME[member.name] for member in family.members]
    if length <= max(one.lookback({"period": period}) for one in declared):
        return
    together = [np.empty(length) for _ in declared]
    family.kernels[-1](*inputs, float(period), float((1 << len(together)) - 1), *together)
    for values, indicator in zip(together, declared, strict=True):
        if period >= indicator.parameters[0].ge:
            alone = compute(indicator, inputs_of(indicator, bars), {"period": period}, available()).outputs[0]
            np.testing.assert_array_equal(values, alone)
