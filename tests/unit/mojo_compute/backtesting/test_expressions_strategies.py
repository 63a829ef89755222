"""Strategies as data, as the backtests take them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.indicators import INDICATORS, Indicator
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Call, Node, Operation, Series, parse_strategy
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import CompiledStrategy, Program, columns_of, compile_strategy
from mojo_compute.indicators import resolve
from support.expressions import quarter_bars, truths
from support.markets import MARKETS

COLUMNS = ("open", "high", "low", "close", "volume")
CROSSING = {"crosses_above": [{"sma": {"period": {"param": "fast"}}}, {"sma": {"period": {"param": "slow"}}}]}
CROSSOVER = {
    "name": "crossover",
    "entry": CROSSING,
    "exit": {"crosses_below": CROSSING["crosses_above"]},
    "parameters": {"fast": {"default": 5, "min": 2, "max": 50}, "slow": 20},
}


def data_of(*markets: dict[str, np.ndarray]) -> Data:
    return Data(Bars(*(np.stack([one[name] for one in markets]) for name in COLUMNS), symbols=("",) * len(markets)))


def test_a_crossover_enters_where_the_averages_cross():
    market = MARKETS["INFY"]
    found = compile_strategy(CROSSOVER).signals(data_of(market))
    fast, slow = ta.sma(market["close"], 5), ta.sma(market["close"], 20)
    up = [bar for bar in range(20, 700) if fast[bar - 1] <= slow[bar - 1] and fast[bar] > slow[bar]]
    down = [bar for bar in range(20, 700) if fast[bar - 1] >= slow[bar - 1] and fast[bar] < slow[bar]]
    assert len(up) > 5
    np.testing.assert_array_equal(np.flatnonzero(found.entries[0]), up)
    np.testing.assert_array_equal(np.flatnonzero(found.exits[0]), down)
    assert found.entries.shape == (1, 700)
    assert (found.short_entries, found.limit, found.stop_distance, found.weights) == (None, None, None, None)


def test_parameters_take_the_place_of_defaults():
    data = data_of(MARKETS["INFY"])
    given = compile_strategy(CROSSOVER, {"fast": 9})
    assert given.parameters == {"fast": 9, "slow": 20}
    assert given.lookback == 20
    written = compile_strategy(CROSSOVER | {"parameters": {"fast": 9, "slow": 20}})
    np.testing.assert_array_equal(given.signals(data).entries, written.signals(data).entries)
    assert not np.array_equal(given.signals(data).entries, compile_strategy(CROSSOVER).signals(data).entries)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"fats": 5}, "parameters.fats"),
        ({"fast": 51}, "parameters.fast"),
        ({"fast": 2.5}, "parameters.fast"),
        ({"fast": True}, "parameters.fast"),
        ({"slow": 1}, "parameters.slow"),
        ({"slow": float("nan")}, "parameters.slow"),
        ({"slow": 10**400}, "parameters.slow"),
    ],
)
def test_a_parameter_that_does_not_do_is_named(parameters, field):
    with pytest.raises(InvalidInput) as raised:
        compile_strategy(CROSSOVER, parameters)
    assert raised.value.details["field"] == field


def test_what_the_strategy_sets_of_an_execution_is_told_apart():
    strategy = compile_strategy(
        {
            "entry": True,
            "short_entry": False,
            "stop_loss": {"param": "loss"},
            "take_profit": 0.2,
            "trailing_stop": {"atr": 14, "times": 3},
            "max_bars": 10,
            "parameters": {"loss": 0.05},
        },
        {"loss": 0.04},
    )
    assert strategy.settings == {"direction": "both", "stop_loss": 0.04, "take_profit": 0.2, "max_bars": 10}
    assert Execution(**strategy.settings).max_bars == 10
    found = strategy.signals(data_of(MARKETS["INFY"]))
    assert found.stop_distance is None
    np.testing.assert_array_equal(found.trail_distance[0], 3.0 * ta.atr(*(MARKETS["INFY"][n] for n in COLUMNS[1:4])))


@pytest.mark.parametrize(("sides", "direction"), [(("entry",), "long"), (("short_entry",), "short")])
def test_one_side_alone_trades_that_side(sides, direction):
    assert compile_strategy(dict.fromkeys(sides, True)).settings == {"direction": direction}


def test_an_entry_without_its_stop_or_price_is_no_signal():
    market = MARKETS["INFY"]
    found = compile_strategy({"entry": True, "stop_loss": {"atr": 14}}).signals(data_of(market))
    assert not found.entries[0, :14].any()
    assert found.entries[0, 14:].all()
    never = compile_strategy({"entry": True, "entry_limit": {"-": ["close", 1e9]}}).signals(data_of(market))
    assert not never.entries.any(), "a price is above 0"
    assert np.isnan(never.limit).all()


def test_each_side_has_its_own_order_prices():
    market = MARKETS["INFY"]
    up, down = {">": ["close", "open"]}, {"<": ["close", "open"]}
    document = {"entry": up, "short_entry": down, "entry_limit": "low", "short_entry_limit": "high"}
    found = compile_strategy(document).signals(data_of(market))
    rose, fell = found.entries[0], found.short_entries[0]
    np.testing.assert_array_equal(found.limit[0][rose], market["low"][rose])
    np.testing.assert_array_equal(found.limit[0][fell], market["high"][fell])
    only_short = {"entry": up, "short_entry": down, "short_entry_stop": "low"}
    found = compile_strategy(only_short).signals(data_of(market))
    assert np.isnan(found.stop[0][rose]).all(), "the long side enters at the market"
    np.testing.assert_array_equal(found.stop[0][fell], market["low"][fell])


def test_too_few_bars_are_no_signal_and_no_error():
    strategy = compile_strategy({"entry": {">": ["close", {"ema": {"period": 40, "of": {"rsi": 14}}}]}})
    assert strategy.lookback == 39 + 14
    assert not strategy.signals(data_of(MARKETS["short"])).entries.any()
    one = {name: values[:1] for name, values in MARKETS["short"].items()}
    assert strategy.signals(data_of(one)).entries.shape == (1, 1)


@pytest.mark.parametrize(("name", "field"), [("volume", "volume"), ("weekday", "dates"), ("time", "dates")])
def test_what_the_bars_lack_is_named(name, field):
    market = MARKETS["short"]
    bars = Bars(*(market[column][None] for column in COLUMNS[:4]))
    with pytest.raises(InvalidInput) as raised:
        compile_strategy({"entry": {">": [name, 1]}}).signals(Data(bars))
    assert raised.value.details["field"] == field


def test_an_indicator_that_is_not_defined_on_a_value_says_which():
    strategy = compile_strategy({"entry": {">": [{"ln": {"of": {"-": ["close", "close"]}}}, 1]}})
    with pytest.raises(InvalidInput, match=r"LN of \(close - close\): ln of close 0.0 at index 0 is infinite"):
        strategy.signals(data_of(MARKETS["short"]))


@settings(max_examples=60, deadline=None)
@given(truths(2), quarter_bars(least=10, most=30), st.data())
def test_a_symbol_among_others_has_the_signals_it_has_alone(document, bars, draw):
    length = len(bars["close"])
    kept = np.array(draw.draw(st.lists(st.booleans(), min_size=length, max_size=length)))
    holed = {name: np.where(kept, values, np.nan) for name, values in bars.items()}
    strategy = compile_strategy({"entry": document, "stop_loss": {"max": ["close", 1]}, "priority": {"sma": 2}})
    together = strategy.signals(data_of(bars, holed))
    alone = strategy.signals(data_of({name: values[kept] for name, values in bars.items()}))
    np.testing.assert_array_equal(together.entries[0], strategy.signals(data_of(bars)).entries[0])
    np.testing.assert_array_equal(together.entries[1][kept], alone.entries[0])
    np.testing.assert_array_equal(together.priority[1][kept], alone.priority[0])
    assert not together.entries[1][~kept].any()
    assert np.isnan(together.stop_distance[1][~kept]).all()


def test_signals_have_the_shape_and_kind_that_the_engine_reads():
    document = {
        **CROSSOVER,
        "short_entry": CROSSOVER["exit"],
        "short_exit": CROSSING,
        "entry_stop": "high",
        "take_profit": "close",
        "priority": "volume",
    }
    found = compile_strategy(document).signals(data_of(MARKETS["INFY"], MARKETS["TATAMOTORS"]))
    for one in fields(found):
        values = getattr(found, one.name)
        if values is not None:
            assert values.shape == (2, 700), one.name
            assert values.flags.c_contiguous
            assert values.dtype == (np.bool_ if one.name.endswith(("entries", "exits")) else np.float64)
    assert found.entries is not None
    assert found.target_distance is not None


def _defined_everywhere(indicator: Indicator) -> dict[str, Any]:
    """Parameters short enough for a few hundred bars."""
    return {one.name: 100 for one in indicator.parameters if one.name == "period" and one.default > 100}


@pytest.mark.parametrize("indicator", [one for one in INDICATORS if not one.repaints], ids=lambda one: one.name)
def test_no_indicator_of_the_language_sees_the_future(indicator):
    market = {name: values[:400] for name, values in MARKETS["in paise"].items()}
    data = data_of(market)
    resolved = tuple(resolve(indicator, _defined_everywhere(indicator)).items())
    inputs: tuple[Node, ...] = tuple(
        Series(name if name in COLUMNS else other) for name, other in zip(indicator.inputs, _OTHERS, strict=False)
    )
    if indicator.name in ("acos", "asin", "cosh", "exp", "sinh"):  # of prices they have no value
        inputs = (Operation("/", (Series("low"), Series("high")), "number"),)
    calls = [Call(indicator.name, resolved, inputs, output) for output in indicator.outputs]
    program = Program(calls)
    whole = program.run(columns_of(data, 0))
    assert any(np.isfinite(one).any() for one in whole)
    for bar in (0, 63, 250, 398):
        for past, full in zip(program.run(columns_of(data.until(bar), 0)), whole, strict=True):
            np.testing.assert_array_equal(past, full[: bar + 1])


_OTHERS = ("close", "volume", "high", "low", "open")


def test_a_parsed_strategy_is_compiled_as_its_document():
    parsed = parse_strategy(CROSSOVER)
    first, second = CompiledStrategy(parsed, {"fast": 7}), compile_strategy(CROSSOVER, {"fast": 7})
    data = data_of(MARKETS["INFY"])
    np.testing.assert_array_equal(first.signals(data).entries, second.signals(data).entries)
    assert first.fingerprint == second.fingerprint == compile_strategy(CROSSOVER).fingerprint
    assert first.name == "crossover"
    assert first.description.startswith("enter long when SMA(fast) crosses above SMA(slow)")
    assert first.definition == {"name": "crossover", **parsed.canonical}
    assert parse_strategy(first.definition) == parsed
    assert compile_strategy({"entry": True}).name == "expression"


def test_errors_say_where_the_document_stands():
    with pytest.raises(InvalidInput) as raised:
        compile_strategy({"entry": {"all": [True, {"<": [{"rsi": {"period": 1}}, 3]}]}}, path="strategy")
    assert raised.value.details["field"] == "strategy.entry.all[1].<[0].rsi.period"
