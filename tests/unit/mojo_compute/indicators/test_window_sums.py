"""What is made of sums over windows: right for every period, the same bits from a stream, nothing left of what left."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute import indicators as ta
from mojo_compute.indicators import Stream
from numpy.lib.stride_tricks import sliding_window_view
from support.markets import walk

# every path of the binary digits, the bounds of the parts that long series are cut into, and periods beyond them
PERIODS = (*range(2, 36), 63, 64, 65, 127, 128, 129, 511, 512, 513, 700)
BARS = 1_700
PRICES = walk(21, BARS)
VOLUMES = np.floor(np.random.default_rng(22).lognormal(10.0, 1.0, BARS))


def windows(values: np.ndarray, period: int) -> np.ndarray:
    return sliding_window_view(values, period)


def check_values(name: str, period: int, expected: np.ndarray, *inputs: np.ndarray) -> None:
    """Beside what it should be, and beside the stream bit by bit."""
    found = ta.FUNCTIONS[name](*inputs, period)
    assert np.isnan(found[: len(found) - len(expected)]).all()
    np.testing.assert_allclose(found[len(found) - len(expected) :], expected, rtol=1e-11, atol=1e-11 * PRICES.max())
    stream = Stream(name, period=period)
    fed = [stream.feed(*bar) for bar in zip(*(values.tolist() for values in inputs), strict=True)]
    np.testing.assert_array_equal(np.array([np.nan if value is None else value for value in fed]), found)


@pytest.mark.parametrize("period", PERIODS)
def test_a_sum_is_that_of_its_window(period):
    check_values("sum", period, windows(PRICES, period).sum(axis=1), PRICES)


@pytest.mark.parametrize("period", PERIODS)
def test_a_triangular_mean_is_a_mean_of_means(period):
    inner = (period + 1) // 2
    means = windows(PRICES, inner).mean(axis=1)
    check_values("trima", period, windows(means, period - inner + 1).mean(axis=1), PRICES)


@pytest.mark.parametrize("period", PERIODS)
def test_a_volume_weighted_mean_is_that_of_its_window(period):
    paid = windows(PRICES * VOLUMES, period).sum(axis=1)
    check_values("vwma", period, paid / windows(VOLUMES, period).sum(axis=1), PRICES, VOLUMES)


@pytest.mark.parametrize("period", PERIODS)
def test_a_variance_is_that_of_its_window(period):
    check_values("var", period, windows(PRICES, period).var(axis=1), PRICES)


@pytest.mark.parametrize("period", PERIODS)
def test_a_line_is_that_of_least_squares(period):
    ages = np.arange(period - 1, -1, -1.0)
    shares = 1.0 / period + 0.5 * (period - 1.0) * (0.5 * (period - 1.0) - ages) * 12.0 / (period * (period**2 - 1.0))
    check_values("linearreg", period, windows(PRICES, period) @ shares, PRICES)


@pytest.mark.parametrize("period", PERIODS)
def test_nothing_is_left_of_what_left_a_window(period):
    values = np.concatenate([PRICES[:40] * 1e15, np.zeros(1_500), PRICES[:40]])
    for name in ("sum", "trima", "var", "linearreg"):
        found = ta.FUNCTIONS[name](values, period)
        assert not found[40 + period - 1 : 1_540].any(), name
