"""Candlestick patterns equal TA-Lib's, whichever engine computes them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from mojo_compute.indicators import Stream, resolve
from support.indicators import ENGINES, by_talib, cases, check_equal, check_on_markets, inputs_of, run
from support.markets import Bars, bars_about, walk
from talib import abstract

NAMES = [one.name for one in INDICATORS if one.group == "pattern"]
PENETRATIONS: dict[str, list[dict[str, float]]] = {"penetration": [{}, {"penetration": 0.0}, {"penetration": 0.8}]}
PARAMETERS = {name: PENETRATIONS.get(BY_NAME[name].parameters[0].name, [{}]) if BY_NAME[name].parameters else [{}]
              for name in NAMES}  # fmt: skip
EACH = pytest.mark.parametrize("name", NAMES)
VALUES = {
    "cdlengulfing": {-100, -80, 80, 100},
    "cdlharami": {-100, -80, 80, 100},
    "cdlharamicross": {-100, -80, 80, 100},
    "cdlhikkake": {-200, -100, 100, 200},
    "cdlhikkakemod": {-200, -100, 100, 200},
}


@cache
def gapped_bars(length: int = 200_000) -> Bars:
    """Bars of few sizes on a grid of ticks, with gaps, dojis and bare bodies: even rare patterns occur."""
    rng = np.random.default_rng(0)
    body = rng.choice([0, 1, 5, 6, 20, 60], length) * rng.choice([-1, 1], length)
    gap = rng.choice([0, 0, 0, 1, 2, 8, 30], length) * rng.choice([-1, 1], length)
    close = 400_000 + np.cumsum(body + gap)
    top, bottom = np.maximum(close - body, close), np.minimum(close - body, close)
    above, below = (rng.choice([0, 0, 0, 1, 3, 10, 60], length) for _ in range(2))
    ticks = {"open": close - body, "high": top + above, "low": bottom - below, "close": close}
    return {name: np.round(values * 0.05, 2) for name, values in ticks.items()}


def rounded_walk(seed: int, decimals: int) -> Bars:
    bars = bars_about(walk(seed, 3000, step=0.005), seed=seed, spread=0.01)
    return {name: np.round(values, decimals) for name, values in bars.items()}


def first_of(bars: Bars, length: int) -> Bars:
    return {name: values[:length] for name, values in bars.items()}


def oracle(name: str, bars: Bars) -> np.ndarray:
    indicator = BY_NAME[name]
    return by_talib(name)(*inputs_of(indicator, bars).values(), *resolve(indicator, {}).values())


def test_every_pattern_of_talib_is_declared():
    assert {name.upper() for name in NAMES} == set(talib.get_function_groups()["Pattern Recognition"])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib(name, given, engine):
    check_on_markets(name, given, by_talib(name), engine)


@EACH
def test_every_value_occurs_and_equals_talib(name):
    found = run(name, gapped_bars(), {})
    check_equal(found, oracle(name, gapped_bars()))
    says = BY_NAME[name].summary.rpartition("Values: ")[2].rstrip(".").split(" or ")
    expected = VALUES.get(name, {int(value) for value in says})
    assert set(np.unique(found[0][~np.isnan(found[0])])) == expected | {0}


@EACH
def test_readable_engine_finds_rare_patterns_too(name):
    bars = first_of(gapped_bars(), 20_000)
    np.testing.assert_array_equal(run(name, bars, {}, "numpy"), run(name, bars, {}))


@EACH
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_lengths_that_equal_their_bound_count_as_in_talib(name, decimals):
    for seed in range(3):
        bars = rounded_walk(seed, decimals)
        check_equal(run(name, bars, {}), oracle(name, bars))


@EACH
def test_a_stream_equals_the_series_over_many_bars(name):
    bars = first_of(gapped_bars(), 1500)
    stream = Stream(name)
    fed = [stream.feed(*bar) for bar in zip(*(bars[one] for one in BY_NAME[name].inputs), strict=True)]
    np.testing.assert_array_equal(fed, run(name, bars, {})[0])


@EACH
def test_the_warm_up_is_as_long_as_talibs(name):
    indicator = BY_NAME[name]
    assert indicator.lookback(resolve(indicator, {})) == abstract.Function(name.upper()).lookback


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "given"), cases(PARAMETERS))
def test_equals_talib_on_fifty_stocks(name, given):
    check_on_markets(name, given, by_talib(name), "cython", thorough=True)
