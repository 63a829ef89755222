"""Means of prices with at most four decimals are exact, window by window."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve

TICKS = st.decimals(Decimal("0.05"), Decimal(200_000), places=2)
EXACT = TICKS | st.decimals(Decimal("0.0001"), Decimal(5000), places=4)
ROUGH = st.floats(0.5, 1e5).map(lambda price: price + math.pi * 1e-7)


def sma(prices: list[float], period: int) -> np.ndarray:
    entry = BY_NAME["sma"]
    (values,) = compute(entry, {"close": prices}, resolve(entry, {"period": period}), select("cython")).outputs
    return values


@given(st.lists(EXACT, min_size=6, max_size=60), st.integers(2, 6))
def test_a_mean_is_the_double_next_to_the_decimal_mean(prices, period):
    values = sma([float(price) for price in prices], period)
    for last in range(period - 1, len(prices)):
        window = prices[last - period + 1 : last + 1]
        assert values[last] == float(Fraction(sum(window)) / period)


@given(st.lists(TICKS.map(float) | ROUGH | st.just(math.nan), min_size=6, max_size=60), st.integers(2, 4))
def test_what_stands_outside_a_window_of_ticks_does_not_touch_its_mean(prices, period):
    values = sma(prices, period)
    for last in range(period - 1, len(prices)):
        window = prices[last - period + 1 : last + 1]
        if all(price == round(price, 2) for price in window):
            assert values[last] == sma(window, period)[-1]
        assert math.isnan(values[last]) == any(math.isnan(price) for price in window)


@given(st.lists(TICKS.map(float) | ROUGH, min_size=8, max_size=60), st.integers(1, 4))
def test_later_bars_of_any_kind_never_change_earlier_means(prices, later):
    np.testing.assert_array_equal(sma(prices, 3)[:-later], sma(prices[:-later], 3))


@pytest.mark.parametrize("bars", [511, 512, 513, 5000])
def test_long_series_are_exact_to_the_end(bars):
    cents = np.random.default_rng(bars).integers(5, 10**7, bars)
    totals = np.convolve(cents, np.ones(20, dtype=np.int64), mode="valid")
    np.testing.assert_array_equal(sma((cents / 100.0).tolist(), 20)[19:], totals / 2000)


def test_prices_too_large_to_count_in_units_are_added_as_they_are():
    assert sma([1e300, 2e300, 3e300], 2)[1:].tolist() == [1.5e300, 2.5e300]
    assert sma([1e13 + 0.5, 1e13 + 1.5, 1e13 + 2.5], 2)[1:].tolist() == [1e13 + 1.0, 1e13 + 2.0]
