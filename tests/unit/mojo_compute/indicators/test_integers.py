"""Outputs that are whole numbers: int32 in every form, 0 where there is no value."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from mojo_compute import indicators as ta
from mojo_compute.engines import available, select
from mojo_compute.indicators import Stream, compute, compute_panel, resolve, starts_of
from support.indicators import ENGINES, inputs_of
from support.markets import MARKETS, bars_about, walk

WHOLE = [one for one in INDICATORS if one.integers]
EACH = pytest.mark.parametrize("indicator", WHOLE, ids=lambda one: one.name)
SOME = ("supertrend", "td_sequential", "minmaxindex", "cdldoji", "cdlpiercing", "squeeze_pro")
FEW = [BY_NAME[name] for name in SOME]


def flat_of(indicator, rows):
    inputs = [inputs_of(indicator, row) for row in rows]
    starts = starts_of([len(one[indicator.inputs[0]]) for one in inputs])
    return {name: np.concatenate([one[name] for one in inputs]) for name in indicator.inputs}, starts


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_integers_are_int32_and_everything_else_is_float64(indicator):
    assert set(indicator.integers) <= set(indicator.outputs)
    found = ta.FUNCTIONS[indicator.name](**inputs_of(indicator, MARKETS["walk"]))
    outputs = found if isinstance(found, tuple) else (found,)
    for name, values in zip(indicator.outputs, outputs, strict=True):
        assert values.dtype == (np.int32 if name in indicator.integers else np.float64)


def test_every_integer_of_talib_is_one_here():
    bars = MARKETS["walk"]
    for indicator in INDICATORS:
        theirs = getattr(talib, indicator.name.upper(), None)
        if theirs is None:
            continue
        made = theirs(*inputs_of(indicator, bars).values())
        kinds = [one.dtype == np.int32 for one in (made if isinstance(made, tuple) else (made,))]
        assert kinds == [name in indicator.integers for name in indicator.outputs], indicator.name


@EACH
@pytest.mark.parametrize("engine", ENGINES)
def test_an_integer_of_a_missing_bar_is_0(indicator, engine):
    bars = bars_about(walk(21, 400), seed=21)
    inputs = {name: values.copy() for name, values in inputs_of(indicator, bars).items()}
    gone = np.array([0, 90, 91, 395])
    next(iter(inputs.values()))[gone] = np.nan
    done = compute(indicator, inputs, resolve(indicator, {}), select(engine))
    for name, values in zip(indicator.outputs, done.outputs, strict=True):
        if name in indicator.integers:
            assert values.dtype == np.int32
            assert not values[gone].any()
            assert not values[: done.lookback + 1].any()


@EACH
def test_a_series_of_a_panel_that_has_an_error_or_is_too_short_has_zeros(indicator):
    rows = [MARKETS["walk"], {name: values[:2] for name, values in MARKETS["walk"].items()}, MARKETS["walk"]]
    flat, starts = flat_of(indicator, rows)
    for values in flat.values():
        values[starts[2] + 30] = np.inf
    done = compute_panel(indicator, flat, starts, resolve(indicator, {}), available())
    for name, values in zip(indicator.outputs, done.outputs, strict=True):
        if name in indicator.integers:
            assert values.dtype == np.int32
            assert not values[starts[2] :].any()
            assert 1 not in done.errors or not values[starts[1] : starts[2]].any()


@pytest.mark.parametrize("indicator", FEW, ids=lambda one: one.name)
@pytest.mark.parametrize("length", [256, 259, 300])
def test_a_panel_that_goes_past_the_caches_equals_its_series(indicator, length, monkeypatch):
    monkeypatch.setattr("mojo_compute.indicators.panels._STREAMED", 0)
    rows = [bars_about(walk(seed, length), seed=seed) for seed in range(10)]
    rows += [{name: values[: length - 3] for name, values in row.items()} for row in rows[:2]]
    flat, starts = flat_of(indicator, rows)
    for values in flat.values():
        values[starts[9] + 100] = np.nan
    parameters = resolve(indicator, {})
    done = compute_panel(indicator, flat, starts, parameters, available())
    for number in range(len(rows)):
        part = slice(starts[number], starts[number + 1])
        alone = compute(indicator, {name: values[part] for name, values in flat.items()}, parameters, available())
        for values, expected in zip(done.outputs, alone.outputs, strict=True):
            assert values.dtype == expected.dtype
            np.testing.assert_array_equal(values[part], expected)


@pytest.mark.parametrize("indicator", [one for one in WHOLE if one.streams], ids=lambda one: one.name)
def test_a_stream_gives_ints(indicator):
    stream, inputs = Stream(indicator.name), inputs_of(indicator, MARKETS["walk"])
    for bar in zip(*(values[:150] for values in inputs.values()), strict=True):
        found = stream.feed(*bar)
        values = found if isinstance(found, tuple) else (found,)
        assert [type(value) is int for value in values] == [name in indicator.integers for name in indicator.outputs]


@pytest.mark.parametrize("name", ["cdldoji", "maxindex"])
def test_what_fills_int32_fills_nothing_else(name):
    indicator = BY_NAME[name]
    inputs = inputs_of(indicator, MARKETS["walk"]).values()
    _engine, kernel = available().kernel(name)
    numbers = map(float, resolve(indicator, {}).values())
    with pytest.raises(TypeError, match="int32"):
        kernel(*inputs, *numbers, np.empty(len(MARKETS["walk"]["close"])))


def test_what_is_counted_over_a_market_are_integers():
    counted = ta.breadth([[1.0, 2.0], [3.0, 2.0]], [[10, 20], [10, 30]])
    for name, values in zip(counted._fields, counted, strict=True):
        assert values.dtype == (np.float64 if name.endswith("volume") else np.int32)
