"""The kernel of chart patterns, shape by shape what a reading in plain Python finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.patterns import find_patterns
from signal_service.patterns.shapes import SHAPES
from support.markets import MARKETS, Bars, bars_about, flat_bars, sample_market, walk
from support.readable_shapes import find_shapes

STOCKS = ("BAJFINANCE", "INFY", "NTPC", "RELIANCE", "TATASTEEL")


def both(bars: Bars) -> tuple[list, list]:
    kernel = find_patterns(**bars, names=SHAPES.names)
    return kernel, find_shapes(bars["high"], bars["low"], bars["close"], bars["volume"])


def agree(bars: Bars) -> int:
    kernel, readable = both(bars)
    assert kernel == readable
    return len(kernel)


@pytest.mark.parametrize("symbol", STOCKS)
def test_a_real_stock_has_the_shapes_of_the_readable_reading(symbol):
    assert agree(sample_market()[symbol]) > 10


@pytest.mark.exhaustive
def test_every_stock_of_the_sample_has_the_shapes_of_the_readable_reading():
    assert sum(agree(bars) for bars in sample_market().values()) > 1000


@pytest.mark.parametrize("market", MARKETS)
def test_odd_markets_have_the_shapes_of_the_readable_reading(market):
    agree(MARKETS[market])


def test_a_history_with_more_shapes_than_usual_has_all_of_them():
    bars = bars_about(walk(21, 6000), 21)
    kernel, readable = both(bars)
    assert kernel == readable
    assert sum(one.target is not None and one.target > one.invalidation for one in kernel) > 64


@given(seed=st.integers(0, 2**32 - 1), step=st.sampled_from([0.002, 0.02, 0.1]), length=st.integers(1, 400))
def test_walks_have_the_shapes_of_the_readable_reading(seed, step, length):
    agree(bars_about(walk(seed, length, step), seed, step))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=300), st.sampled_from([0.05, 1.0, 1024.0]))
def test_prices_in_ticks_with_many_equal_highs_have_the_shapes_of_the_readable_reading(moves, tick):
    agree(flat_bars((1000.0 + np.cumsum(moves)) * tick))


@given(seed=st.integers(0, 2**32 - 1), holes=st.lists(st.integers(0, 299), max_size=60))
def test_walks_with_missing_bars_have_the_shapes_of_the_readable_reading(seed, holes):
    bars = bars_about(walk(seed, 300), seed)
    bars["close"][holes] = np.nan
    bars["volume"][holes[::2]] = np.nan
    agree(bars)
