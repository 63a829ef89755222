"""Series, panel and stream give the same numbers; both engines agree; history is never rewritten."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from chitti_shared.contracts.indicators import INDICATORS, Indicator
from mojo_compute.engines import available, select
from mojo_compute.engines.cython_engine import SERIES, STREAMS
from mojo_compute.engines.numpy_engine import SERIES as READABLE
from mojo_compute.indicators import Stream, compute, compute_panel, resolve
from mojo_compute.indicators.panels import starts_of
from support.indicators import inputs_of
from support.markets import MARKETS, bars_about, walk

ALL = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
STREAMING = pytest.mark.parametrize("indicator", [one for one in INDICATORS if one.streams], ids=lambda one: one.name)
PANEL = ("walk", "in paise", "sixty bars", "short", "INFY", "constant", "zigzag", "no volume", "TATAMOTORS", "rising")


def series_of(indicator: Indicator, bars: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    return compute(indicator, inputs_of(indicator, bars), resolve(indicator, {}), available()).outputs


def outputs_of(indicator: Indicator, inputs: dict[str, np.ndarray], part: slice) -> tuple[np.ndarray, ...]:
    chosen = {name: values[part] for name, values in inputs.items()}
    return compute(indicator, chosen, resolve(indicator, {}), available()).outputs


def test_both_engines_are_complete():
    names = {one.name for one in INDICATORS}
    assert set(SERIES) == names
    assert set(READABLE) == names
    assert set(STREAMS) == {one.name for one in INDICATORS if one.streams}


@ALL
def test_engines_agree(indicator):
    for market, bars in MARKETS.items():
        if len(bars["close"]) <= indicator.lookback(resolve(indicator, {})):
            continue
        inputs, parameters = inputs_of(indicator, bars), resolve(indicator, {})
        ours, readable = (compute(indicator, inputs, parameters, select(name)).outputs for name in ("cython", "numpy"))
        scale = max(float(np.abs(values).max()) for values in inputs.values())
        for mine, other in zip(ours, readable, strict=True):
            assert mine.dtype == other.dtype
            bound = 1e-9 * max(scale, float(np.nanmax(np.abs(other), initial=0.0)))
            np.testing.assert_allclose(mine, other, rtol=0, atol=bound, err_msg=market)


@ALL
def test_a_panel_equals_its_series_bit_for_bit(indicator):
    rows = [inputs_of(indicator, MARKETS[name]) for name in PANEL]
    starts = starts_of([len(row[indicator.inputs[0]]) for row in rows])
    flat = {name: np.concatenate([row[name] for row in rows]) for name in indicator.inputs}
    parameters = resolve(indicator, {})
    whole = compute_panel(indicator, flat, starts, parameters, available(), threads=2)
    for number, name in enumerate(PANEL):
        part = slice(starts[number], starts[number + 1])
        if number in whole.errors:
            assert len(MARKETS[name]["close"]) <= indicator.lookback(parameters)
            continue
        for values, alone in zip(whole.outputs, series_of(indicator, MARKETS[name]), strict=True):
            assert values.dtype == alone.dtype
            np.testing.assert_array_equal(values[part], alone, err_msg=name)


@STREAMING
def test_a_stream_equals_the_series_bit_for_bit(indicator):
    for market in ("walk", "in paise", "INFY", "wild walk", "constant", "zigzag", "flat but for ticks", "no volume"):
        inputs = inputs_of(indicator, MARKETS[market])
        stream = Stream(indicator.name)
        fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
        for values, expected in zip(fed, series_of(indicator, MARKETS[market]), strict=True):
            np.testing.assert_array_equal(values, expected, err_msg=market)


@STREAMING
def test_a_stream_meets_missing_bars_as_the_series_does(indicator):
    bars = bars_about(walk(11, 400), seed=11)
    gaps = np.random.default_rng(12).random(400) < 0.01
    inputs = {name: np.where(gaps, np.nan, values) for name, values in inputs_of(indicator, bars).items()}
    stream = Stream(indicator.name)
    fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
    expected = compute(indicator, inputs, resolve(indicator, {}), available()).outputs
    for values, series in zip(fed, expected, strict=True):
        np.testing.assert_array_equal(values, series)


RESUME = """
import sys
from mojo_compute.indicators import Stream
stream = Stream.restore(bytes.fromhex(sys.argv[1]))
for line in sys.stdin:
    print(repr(stream.feed(*map(float, line.split()))))
"""


@STREAMING
def test_a_saved_stream_goes_on_bit_for_bit(indicator):
    inputs = list(zip(*inputs_of(indicator, MARKETS["walk"]).values(), strict=True))
    stream = Stream(indicator.name)
    for bar in inputs[:300]:
        stream.feed(*bar)
    other = Stream.restore(stream.save())
    for bar in inputs[300:]:
        np.testing.assert_array_equal(stream.feed(*bar), other.feed(*bar))


def test_a_saved_stream_goes_on_in_another_process():
    closes = MARKETS["walk"]["close"].tolist()
    stream = Stream("rsi", 9)
    for close in closes[:300]:
        stream.feed(close)
    done = subprocess.run(
        [sys.executable, "-c", RESUME, stream.save().hex()],
        input="\n".join(map(repr, closes[300:])),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [repr(stream.feed(close)) for close in closes[300:]]


@ALL
def test_later_bars_change_earlier_values_only_where_it_says_so(indicator):
    inputs = inputs_of(indicator, MARKETS["walk"])
    whole, part = (outputs_of(indicator, inputs, slice(last)) for last in (600, 563))
    same = all(np.array_equal(long[:563], short, equal_nan=True) for long, short in zip(whole, part, strict=True))
    assert same or indicator.repaints


WINDOWED = pytest.mark.parametrize(
    "indicator", [one for one in INDICATORS if not one.recursive], ids=lambda one: one.name
)


@WINDOWED
def test_a_windowed_indicator_forgets_what_left_its_window(indicator):
    bars = bars_about(walk(15, 500), seed=15)
    lookback = indicator.lookback(resolve(indicator, {}))
    inputs = inputs_of(indicator, bars)
    scale = max(float(np.abs(values).max()) for values in inputs.values())
    whole, late = (outputs_of(indicator, inputs, slice(first, None)) for first in (0, 200))
    for values, expected in zip(late, whole, strict=True):
        np.testing.assert_allclose(values[lookback:], expected[200 + lookback :], rtol=1e-9, atol=1e-9 * scale)


@ALL
def test_the_warm_up_is_as_long_as_the_lookback_says(indicator):
    lookback = indicator.lookback(resolve(indicator, {}))
    for name, values in zip(
        indicator.outputs, series_of(indicator, bars_about(walk(13, lookback + 40), seed=13)), strict=True
    ):
        if name in indicator.integers:
            assert values.dtype == np.int32
            assert not values[:lookback].any()
            continue
        assert np.isnan(values[:lookback]).all()
        assert indicator.sparse or not np.isnan(values[lookback:]).any()
    if not indicator.sparse:
        (*_, last) = series_of(indicator, bars_about(walk(14, lookback + 1), seed=14))
        assert not np.isnan(last[-1])


@pytest.mark.parametrize("indicator", [one for one in INDICATORS if one.transparent], ids=lambda one: one.name)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("decimals", [2, 9])
def test_what_is_wrong_in_a_transparent_input_shows_wherever_it_is(indicator, decimals, bad):
    kernel, parameters = available().kernel(indicator.name)[1], resolve(indicator, {})
    lookback = indicator.lookback(parameters)
    numbers = tuple(map(float, parameters.values()))
    for bars in (lookback + 1, lookback + 40, 900):
        inputs = inputs_of(indicator, bars_about(walk(16, bars).round(decimals), seed=16))
        outputs = tuple(np.empty(bars) for _ in indicator.outputs)
        unseen = (-2,) * len(inputs)
        assert kernel.try_series(tuple(inputs.values()), outputs, numbers, lookback, unseen, -1, -1, False)
        for at in {*range(0, bars, 7), *range(min(bars, 20)), *range(max(bars - 20, 0), bars)}:
            for name in inputs:
                arrays = {**inputs, name: inputs[name].copy()}
                arrays[name][at] = bad
                given = tuple(arrays.values())
                assert not kernel.try_series(given, outputs, numbers, lookback, unseen, -1, -1, False), (bars, at)
