"""A missing bar: windowed indicators recover behind it, recursive ones step over it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve

ENGINES = ["cython", "numpy"]
PRICES_WITH_GAPS = st.lists(st.floats(1.0, 1e4) | st.just(float("nan")), min_size=6, max_size=80)


def run(name: str, engine: str, prices: list[float], **given: float) -> tuple[np.ndarray, ...]:
    entry = BY_NAME[name]
    return compute(entry, {"close": prices}, resolve(entry, given), select(engine)).outputs


@pytest.mark.parametrize("engine", ENGINES)
@given(prices=PRICES_WITH_GAPS, period=st.integers(2, 6))
def test_sma_recovers_as_a_pandas_window_does(engine, prices, period):
    (ours,) = run("sma", engine, prices, period=period)
    pandas = pd.Series(prices).rolling(period, min_periods=period).mean().to_numpy()
    np.testing.assert_allclose(ours, pandas, rtol=0, atol=1e-9 * 1e4)


@pytest.mark.parametrize("engine", ENGINES)
@given(prices=PRICES_WITH_GAPS, period=st.integers(2, 6))
def test_bollinger_recovers_as_a_pandas_window_does(engine, prices, period):
    upper, middle, _lower = run("bollinger", engine, prices, period=period, std_dev=1.0)
    windows = np.lib.stride_tricks.sliding_window_view(np.array(prices), period)
    deviation = np.concatenate([np.full(period - 1, np.nan), windows.std(axis=1)])
    np.testing.assert_allclose(upper - middle, deviation, rtol=0, atol=1e-9 * 1e4)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["rsi", "macd"])
def test_recursive_indicators_drop_missing_bars_and_scatter_back(name, engine):
    rng = np.random.default_rng(0)
    prices = 100.0 + np.cumsum(rng.normal(size=120))
    gaps = rng.random(120) < 0.2
    dense = run(name, engine, prices[~gaps])
    sparse = run(name, engine, np.where(gaps, np.nan, prices))
    for whole, part in zip(sparse, dense, strict=True):
        np.testing.assert_array_equal(whole[~gaps], part)
        assert np.isnan(whole[gaps]).all()


def test_stable_from_counts_the_bars_that_are_there():
    prices = np.concatenate([[100.0, np.nan, 101.0], np.tile([100.0, 101.5], 40)])
    entry = BY_NAME["rsi"]
    done = compute(entry, {"close": prices}, resolve(entry, {"period": 2}), select("cython"))
    # period 2 forgets a half a bar: 20 bars behind the first value, one bar missing before
    assert (done.lookback, done.stable_from) == (2, 23)


def test_none_means_missing_too():
    assert np.isnan(ta.sma([1.0, None, 3.0, 5.0], 2)).tolist() == [True, True, True, False]


def test_too_few_bars_beside_the_missing_ones_are_refused():
    with pytest.raises(InvalidInput, match="2 and 3 missing"):
        ta.rsi([1.0, np.nan, np.nan, np.nan, 2.0], 2)


def test_a_series_of_nothing_but_missing_bars_has_no_values():
    assert np.isnan(ta.sma([np.nan] * 5, 2)).all()
