"""What must hold for indicators beyond TA-Lib's on any market: units don't matter, streams equal series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from support.indicators import cases, inputs_of
from support.markets import MARKETS, bars_about, walk

SEEDS = st.integers(0, 2**32 - 1)
RATES = st.sampled_from([2.0**-20, 0.25, 2.0, 1024.0])  # powers of two scale exactly
PRICES = ("open", "high", "low", "close", "other")

# Of each output: the power of the currency unit in it
WITHOUT_UNIT = (
    "kurtosis", "skew", "zscore", "autocorr", "hurst", "ibs", "chop", "rwi", "ui", "bb_width", "bb_percent",
    "historical_vol", "parkinson", "garman_klass", "rogers_satchell", "yang_zhang", "ewma_vol", "amat", "elder_impulse",
    "kvo", "vosc", "vroc", "vzo", "vfi", "twiggs", "log_return", "pct_return", "drawdown", "rolling_sharpe",
    "rolling_sortino",
)  # fmt: skip
POWERS = dict.fromkeys(WITHOUT_UNIT, 0) | {
    "mad": 1, "median": 1, "quantile": 1, "pvol": 1, "volume_profile": 1, "covariance": 2, "eom": 2,
}  # fmt: skip


def computed(name, bars):
    declared = ta.BY_NAME[name]
    outputs = ta.FUNCTIONS[name](*inputs_of(declared, bars).values())
    return [outputs] if len(declared.outputs) == 1 else list(outputs)


@pytest.mark.parametrize("name", POWERS)
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, rate=RATES)
def test_the_currency_unit_only_scales(name, seed, rate):
    bars = bars_about(walk(seed, 300), seed)
    scaled = {column: values * rate if column in PRICES else values for column, values in bars.items()}
    for values, expected in zip(computed(name, scaled), computed(name, bars), strict=True):
        np.testing.assert_array_equal(values, expected * rate ** POWERS[name])


@pytest.mark.parametrize("name", ["vosc", "vroc", "vzo", "vfi", "twiggs", "volume_profile"])
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, rate=RATES)
def test_the_size_of_a_lot_does_not_matter(name, seed, rate):
    bars = bars_about(walk(seed, 300), seed)
    for values, expected in zip(
        computed(name, bars | {"volume": bars["volume"] * rate}), computed(name, bars), strict=True
    ):
        np.testing.assert_array_equal(values, expected)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_breadth_is_the_same_seen_from_the_other_side(seed):
    up, down, rising, falling = np.random.default_rng(seed).integers(0, 50, (4, 120)).astype(float)
    np.testing.assert_array_equal(ta.advance_decline(up, down), -ta.advance_decline(down, up))
    np.testing.assert_allclose(ta.trin(up, down, rising, falling), 1.0 / ta.trin(down, up, falling, rising), rtol=1e-14)
    for one, other in zip(ta.mcclellan(up, down), ta.mcclellan(down, up), strict=True):
        np.testing.assert_array_equal(one, -other)
    there, back = ta.new_highs_lows(up, down), ta.new_highs_lows(down, up)
    np.testing.assert_array_equal(there.net, -back.net)
    np.testing.assert_allclose(there.high_low_index + back.high_low_index, np.where(np.isnan(there.net), np.nan, 100.0))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, period=st.integers(2, 60))
def test_places_in_a_window_lie_within_it(seed, period):
    close = walk(seed, 120)
    low, median, high = (ta.quantile(close, period, share) for share in (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(median, ta.median(close, period))
    seen = slice(period - 1, None)
    assert (low[seen] <= median[seen]).all()
    assert (median[seen] <= high[seen]).all()
    assert (ta.mad(close, period)[seen] <= high[seen] - low[seen]).all()
    assert (ta.entropy(close, period)[seen] <= np.log2(period) + 1e-12).all()
    assert (np.abs(ta.autocorr(close, period)[period:]) <= 1.0 + 1e-12).all()


STREAMED = {
    "thermo": [{"period": 2}, {"period": 50, "long_factor": 1.3}],
    "ewma_vol": [{"decay": 0.0}, {"decay": 0.5, "bars_per_year": 1.0}],
    "amat": [{"fast_period": 2, "slow_period": 3, "run": 1}, {"fast_period": 9, "slow_period": 60, "run": 7}],
    "elder_impulse": [
        {"period": 2, "fast_period": 2, "slow_period": 3, "signal_period": 1},
        {"period": 90, "fast_period": 5, "slow_period": 35, "signal_period": 5},
    ],
    "decay": [{"period": 1}, {"period": 500}],
    "kvo": [{"fast_period": 2, "slow_period": 3, "signal_period": 1}, {"fast_period": 10, "slow_period": 90}],
    "vroc": [{"period": 1}, {"period": 90}],
    "vzo": [{"period": 2}, {"period": 90}],
    "twiggs": [{"period": 2}, {"period": 90}],
    "log_return": [{"period": 2}, {"period": 90}],
    "pct_return": [{"period": 2}, {"period": 90}],
    "mcclellan": [{"fast_period": 2, "slow_period": 3}, {"fast_period": 10, "slow_period": 90}],
}


@pytest.mark.parametrize(("name", "given"), cases(STREAMED))
def test_a_stream_equals_the_series_for_other_parameters_too(name, given):
    inputs = inputs_of(ta.BY_NAME[name], MARKETS["in paise"])
    stream = ta.Stream(name, **given)
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
    expected = ta.FUNCTIONS[name](*inputs.values(), **given)
    np.testing.assert_array_equal(fed, np.atleast_2d(np.array(expected)))
