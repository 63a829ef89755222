"""The type of an average, by number or by name, and what it makes of missing bars."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS, Indicator
from chitti_shared.contracts.indicators.average_types import DEFAULT, NAMES, average_settling
from chitti_shared.errors import InvalidInput
from mojo_compute import indicators as ta
from mojo_compute.engines import available
from mojo_compute.indicators import Computed, Stream, compute, resolve
from support.indicators import inputs_of
from support.markets import bars_about, walk

TYPED = [one for one in INDICATORS if any(parameter.names for parameter in one.parameters)]
EACH = pytest.mark.parametrize("indicator", TYPED, ids=lambda one: one.name)
KINDS = pytest.mark.parametrize("kind", range(len(NAMES)), ids=NAMES)
BARS = bars_about(walk(21, 900), seed=21)
LONG = bars_about(walk(23, 9_000), seed=23)
GAPS = (np.random.default_rng(22).random(900) < 0.01) & (np.arange(900) < 840)


def types_of(indicator: Indicator, kind: int | str) -> dict[str, int | str]:
    return {parameter.name: kind for parameter in indicator.parameters if parameter.names}


def computed(indicator: Indicator, kind: int, inputs: dict[str, np.ndarray]) -> Computed:
    return compute(indicator, inputs, resolve(indicator, types_of(indicator, kind)), available())


def test_the_indicators_with_a_choice_of_averages_are_these():
    assert {one.name for one in TYPED} == {
        "bollinger", "ma", "mavp", "macdext", "apo", "ppo", "pvo", "stoch", "stochf", "stochrsi", "kdj",
    }  # fmt: skip


@EACH
@KINDS
def test_a_name_means_its_number_in_every_form(indicator, kind):
    inputs = tuple(inputs_of(indicator, BARS).values())
    word = NAMES[kind]
    by_number = types_of(indicator, kind)
    assert resolve(indicator, types_of(indicator, word.title())) == resolve(indicator, by_number)
    for spelled in (word, word.upper()):
        named = types_of(indicator, spelled)
        np.testing.assert_array_equal(
            ta.FUNCTIONS[indicator.name](*inputs, **named), ta.FUNCTIONS[indicator.name](*inputs, **by_number)
        )
        rows = [np.tile(values, (2, 1)) for values in inputs]
        np.testing.assert_array_equal(
            ta.panel(indicator.name, *rows, **named), ta.panel(indicator.name, *rows, **by_number)
        )
        if indicator.streams:
            streams = Stream(indicator.name, **named), Stream(indicator.name, **by_number)
            assert streams[0].save() == streams[1].save()


@EACH
def test_a_name_that_is_none_is_refused_and_the_nearest_is_told(indicator):
    for name in types_of(indicator, 0):
        with pytest.raises(InvalidInput, match=r"did you mean .*'zlema'") as refused:
            resolve(indicator, {name: "zema"})
        assert refused.value.details["field"] == name
        assert "one of sma, ema" in refused.value.details["constraint"]
        with pytest.raises(InvalidInput):
            resolve(indicator, {name: "1"})


def test_only_types_of_averages_have_names():
    with pytest.raises(InvalidInput, match="must be an integer"):
        ta.bollinger(BARS["close"], "sma")


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_the_declared_class_is_that_of_the_default_parameters(indicator):
    assert indicator.recursive == indicator.is_recursive(resolve(indicator, {}))
    assert set(indicator.recursive_by) <= {one.name for one in indicator.parameters if one.names}


@EACH
@KINDS
def test_an_exponential_average_makes_the_indicator_recursive(indicator, kind):
    parameters = resolve(indicator, types_of(indicator, kind))
    own = {"apo": 1, "ppo": 1, "kdj": 13}.get(indicator.name, 0) if kind == DEFAULT else kind
    assert indicator.is_recursive(parameters) == (indicator.name == "stochrsi" or average_settling(own, 9) > 0)


@EACH
@KINDS
def test_missing_bars_are_met_as_the_type_has_it_in_every_form(indicator, kind):
    inputs = {name: np.where(GAPS, np.nan, values) for name, values in inputs_of(indicator, BARS).items()}
    found = computed(indicator, kind, inputs)
    assert np.isnan(np.array(found.outputs)[:, GAPS]).all()
    if indicator.is_recursive(resolve(indicator, types_of(indicator, kind))):
        alone = computed(indicator, kind, {name: values[~GAPS] for name, values in inputs.items()})
        for values, expected in zip(found.outputs, alone.outputs, strict=True):
            np.testing.assert_array_equal(values[~GAPS], expected)
    else:
        last = int(np.flatnonzero(GAPS)[-1]) + 1
        alone = computed(indicator, kind, {name: values[last:] for name, values in inputs.items()})
        for values, expected in zip(found.outputs, alone.outputs, strict=True):
            np.testing.assert_array_equal(values[last:], expected)
    panel = ta.panel(indicator.name, *(np.tile(one, (3, 1)) for one in inputs.values()), **types_of(indicator, kind))
    for values, expected in zip(panel if isinstance(panel, tuple) else (panel,), found.outputs, strict=True):
        np.testing.assert_array_equal(values, np.tile(expected, (3, 1)))
    if indicator.streams:
        stream = Stream(indicator.name, **types_of(indicator, kind))
        fed = np.array([np.atleast_1d(stream.feed(*bar)) for bar in zip(*inputs.values(), strict=True)]).T
        np.testing.assert_array_equal(fed, np.array(found.outputs))


@pytest.mark.parametrize("name", ["bollinger", "stoch", "stochf", "ma"])
@pytest.mark.parametrize("kind", [kind for kind, name in enumerate(NAMES) if name != "mama"])
def test_from_stable_from_on_the_start_of_history_counts_no_more(name, kind):
    indicator = BY_NAME[name]
    inputs = inputs_of(indicator, LONG)
    whole = computed(indicator, kind, inputs)
    late = computed(indicator, kind, {name: values[1_000:] for name, values in inputs.items()})
    assert late.stable_from is not None
    if not indicator.is_recursive(resolve(indicator, types_of(indicator, kind))):
        assert late.stable_from == late.lookback
    for values, expected in zip(late.outputs, whole.outputs, strict=True):
        np.testing.assert_allclose(
            values[late.stable_from :], expected[1_000 + late.stable_from :], rtol=2e-6, atol=2e-4
        )


@KINDS
@pytest.mark.parametrize("at", [0, 1, 4, 5, 31, 32, 33, 88, 89])
def test_bands_about_any_average_refuse_an_infinity_wherever_it_is(kind, at):
    close = BARS["close"][:90].copy()
    close[at] = np.inf
    with pytest.raises(InvalidInput, match="close must be finite, found Infinity"):
        ta.bollinger(close, 5, ma_type=kind)
