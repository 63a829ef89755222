"""Filters, levels, swings and waves with other parameters than the default ones, and in another currency."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from chitti_shared.contracts.indicators import NEVER, filters, levels, swings, waves
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.engines import available, select
from mojo_compute.indicators import Stream, compute, resolve
from support.indicators import inputs_of, run
from support.markets import MARKETS, bars_about, sample_market, walk

DECLARED = [one for group in (filters, levels, swings, waves) for one in group.INDICATORS]
ALL = pytest.mark.parametrize("indicator", DECLARED, ids=lambda one: one.name)
TRIED = ("walk", "INFY", "zigzag", "constant", "flat but for ticks", "one move, then flat", "sixty bars")


def sets_of(indicator):
    """The least values that may stand together, and two sets of small ones."""
    rng = np.random.default_rng(zlib.crc32(indicator.name.encode()))
    for most in (0, 9, 40):
        chosen = {
            one.name: one.kind(min(one.ge + rng.integers(0, most + 1), one.le))
            if one.kind is int
            else float(min(max(one.default * (1.0 + rng.integers(-1, 2) / 2), one.ge), one.le))
            for one in indicator.parameters
        }
        for less, more in indicator.ordered:
            chosen[less], chosen[more] = sorted((chosen[less], chosen[more]))
        for less, more in indicator.ordered:
            if chosen[less] == chosen[more]:
                chosen[more] += 1
        yield chosen


def check_engines_agree(indicator, bars, parameters):
    inputs, lookback = inputs_of(indicator, bars), indicator.lookback(parameters)
    ours, readable = (compute(indicator, inputs, parameters, select(name)).outputs for name in ("cython", "numpy"))
    scale = max(float(np.abs(values).max()) for values in inputs.values())
    for mine, other in zip(ours, readable, strict=True):
        bound = 1e-9 * max(scale, float(np.nanmax(np.abs(other), initial=0.0)))
        np.testing.assert_allclose(mine, other, rtol=0, atol=bound, err_msg=str(parameters))
        if not indicator.sparse and mine.dtype != np.int32:
            np.testing.assert_array_equal(np.isnan(mine), np.arange(len(mine)) < lookback)
    return ours


@ALL
def test_engines_and_streams_agree(indicator):
    for chosen in sets_of(indicator):
        parameters = resolve(indicator, chosen)
        for market in TRIED:
            bars = MARKETS[market]
            if len(bars["close"]) <= indicator.lookback(parameters):
                continue
            ours = check_engines_agree(indicator, bars, parameters)
            if indicator.streams:
                stream = Stream(indicator.name, **parameters)
                inputs = inputs_of(indicator, bars).values()
                fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs, strict=True)]).T
                for values, expected in zip(fed, ours, strict=True):
                    np.testing.assert_array_equal(values, expected, err_msg=f"{market} {parameters}")


@ALL
def test_as_few_bars_as_one_value_needs_are_enough(indicator):
    for chosen in sets_of(indicator):
        parameters = resolve(indicator, chosen)
        bars = bars_about(walk(41, indicator.lookback(parameters) + 1), seed=41)
        check_engines_agree(indicator, bars, parameters)


@pytest.mark.exhaustive
@ALL
def test_engines_agree_on_fifty_stocks(indicator):
    for bars in sample_market().values():
        for chosen in ({}, *sets_of(indicator)):
            check_engines_agree(indicator, bars, resolve(indicator, chosen))


@ALL
@given(seed=st.integers(0, 10_000), rate=st.sampled_from([0.25, 4.0, 1024.0]))  # powers of two scale exactly
def test_the_currency_scales_prices_and_nothing_else(indicator, seed, rate):
    bars = bars_about(walk(seed, 160), seed=seed)
    dearer = {name: values if name == "volume" else values * rate for name, values in bars.items()}
    found = zip(indicator.outputs, run(indicator.name, bars, {}), run(indicator.name, dearer, {}), strict=True)
    for output, values, other in found:
        is_price = indicator.group == "overlap" or output == "momentum"
        np.testing.assert_array_equal(other, values * rate if is_price else values)


def settles(indicator):
    return indicator.settling is not None and indicator.settling(resolve(indicator, {})) < NEVER


@pytest.mark.parametrize("indicator", list(filter(settles, DECLARED)), ids=lambda one: one.name)
def test_a_settled_value_has_forgotten_the_start(indicator):
    bars = bars_about(walk(51, 3000), seed=51)
    inputs, parameters = inputs_of(indicator, bars), resolve(indicator, {})
    whole = compute(indicator, inputs, parameters, available()).outputs
    late = compute(indicator, {name: values[600:] for name, values in inputs.items()}, parameters, available())
    assert late.stable_from is not None
    for values, expected in zip(late.outputs, whole, strict=True):
        scale = 1e-3 * float(np.nanmax(np.abs(expected)))  # of oscillators, which cross zero
        settled = expected[600 + late.stable_from :]
        np.testing.assert_allclose(values[late.stable_from :], settled, rtol=1e-6, atol=1e-6 * scale)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("alma", {"offset": 1.1}),
        ("fwma", {"period": 1001}),
        ("ssf", {"poles": 4}),
        ("hwma", {"na": 0.0}),
        ("jma", {"phase": 101.0}),
        ("zigzag", {"deviation": 100.0}),
        ("anchored_vwap", {"anchor": -1}),
        ("alligator", {"jaw_shift": 0}),
        ("stc", {"fast_period": 50, "slow_period": 23}),
        ("squeeze_pro", {"kc_scalar_narrow": 1.5, "kc_scalar_normal": 1.5}),
        ("ebsw", {"period": 4}),
        ("pivots_classic", {"period": 14}),
    ],
)
def test_parameters_that_make_no_sense_are_refused(name, wrong):
    with pytest.raises(InvalidInput):
        run(name, MARKETS["walk"], wrong)
