"""Means of prices with at most four decimals are exact, window by window; so are variances of at most two."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.engines import available, select
from mojo_compute.indicators import Stream, compute, compute_panel, resolve
from mojo_compute.indicators.panels import starts_of

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


def bollinger(prices: list[float] | np.ndarray, period: int, **given: float) -> tuple[np.ndarray, ...]:
    entry = BY_NAME["bollinger"]
    parameters = resolve(entry, {"period": period, **given})
    return compute(entry, {"close": prices}, parameters, select("cython")).outputs


def fed(name: str, prices: list[float] | np.ndarray, period: int, **given: float) -> list[np.ndarray]:
    stream = Stream(name, period, **given)
    return list(np.array([np.atleast_1d(stream.feed(price)) for price in prices]).T)


@given(st.lists(TICKS, min_size=6, max_size=60), st.integers(2, 6))
def test_a_deviation_is_a_few_roundings_from_that_of_the_decimals(prices, period):
    upper, middle, lower = bollinger([float(price) for price in prices], period, std_dev_up=1.0, std_dev_down=0.0)
    for last in range(period - 1, len(prices)):
        window = [Fraction(price) for price in prices[last - period + 1 : last + 1]]
        variance = sum(price * price for price in window) / period - (sum(window) / period) ** 2
        assert middle[last] == lower[last] == float(sum(window) / period)
        assert upper[last] == pytest.approx(middle[last] + math.sqrt(variance), rel=4e-16, abs=0)


@given(st.lists(TICKS.map(float) | ROUGH | st.just(math.nan), min_size=6, max_size=60), st.integers(2, 4))
def test_what_stands_outside_a_window_of_ticks_does_not_touch_its_bands(prices, period):
    bands = bollinger(prices, period)
    for last in range(period - 1, len(prices)):
        window = prices[last - period + 1 : last + 1]
        if all(price == round(price, 2) for price in window):
            assert [values[last] for values in bands] == [values[-1] for values in bollinger(window, period)]


MIXED = TICKS.map(float) | EXACT.map(float) | ROUGH | st.sampled_from([0.0, -1.25, 0.1 + 0.2, 5e-324, 1e13 + 0.5])


@given(st.lists(MIXED, min_size=20, max_size=80), st.integers(2, 5), st.sampled_from([0, 1]))
def test_streams_of_ticks_and_others_equal_the_series_bit_for_bit(prices, period, ma_type):
    np.testing.assert_array_equal(fed("sma", prices, period), [sma(prices, period)])
    bands = bollinger(prices, period, ma_type=ma_type)
    np.testing.assert_array_equal(fed("bollinger", prices, period, ma_type=ma_type), bands)


def walk_of_cents(seed: int, bars: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).integers(-99, 100, bars)) / 100.0 + 1500.0


@pytest.mark.parametrize("odd", [None, 0, 18, 19, 20, 2500, 4998, 4999])
@pytest.mark.parametrize("bars", [20, 21, 27, 28, 531, 5000])
def test_one_price_between_ticks_changes_its_windows_alone(bars, odd):
    prices = walk_of_cents(bars, bars)
    if odd is not None:
        prices[min(odd, bars - 1)] += math.pi * 1e-5
    bands = bollinger(prices, 20)
    np.testing.assert_array_equal(fed("bollinger", prices, 20), bands)
    np.testing.assert_array_equal(fed("sma", prices, 20), [sma(prices, 20)])
    np.testing.assert_array_equal(bands[1], sma(prices, 20))
    readable = compute(
        BY_NAME["bollinger"], {"close": prices}, resolve(BY_NAME["bollinger"], {"period": 20}), select("numpy")
    ).outputs
    np.testing.assert_allclose(bands, readable, rtol=1e-12)


def test_rows_of_ticks_equal_each_alone():
    rows = [walk_of_cents(seed, 700) for seed in range(11)]
    rows[4][600] += math.pi * 1e-5
    for name in ("sma", "bollinger"):
        entry = BY_NAME[name]
        parameters = resolve(entry, {"period": 20})
        starts = starts_of([len(row) for row in rows])
        whole = compute_panel(entry, {"close": np.concatenate(rows)}, starts, parameters, available())
        for number, row in enumerate(rows):
            alone = compute(entry, {"close": row}, parameters, available()).outputs
            for values, expected in zip(whole.outputs, alone, strict=True):
                np.testing.assert_array_equal(values[starts[number] : starts[number + 1]], expected)


@pytest.mark.parametrize("period", [2, 20, 200, 1000])
@pytest.mark.parametrize("least", [0.0, 0.25])
def test_bands_of_ever_larger_ticks_stay_right_where_they_are_counted_no_more(period, least):
    largest = 2.0**31 / 100.0 / period
    swings = np.where(np.arange(3 * period) % 2, 1.0, least)  # as far apart as can be
    for factor in (0.9, 0.9999, 1.0001, 2.0, 1000.0):
        prices = np.round(largest * factor * swings, 2)
        upper, middle, _lower = bollinger(prices, period, std_dev_up=1.0)
        expected = [np.std(prices[at - period + 1 : at + 1]) for at in range(period - 1, len(prices))]
        np.testing.assert_allclose((upper - middle)[period - 1 :], expected, rtol=1e-9)
        np.testing.assert_array_equal(fed("bollinger", prices, period, std_dev_up=1.0)[0], upper)


def test_bands_of_equal_prices_have_no_width():
    upper, middle, lower = bollinger(np.full(300, 24_999.95), 20)
    np.testing.assert_array_equal(upper[19:], 24_999.95)
    np.testing.assert_array_equal(middle, upper)
    np.testing.assert_array_equal(middle, lower)
