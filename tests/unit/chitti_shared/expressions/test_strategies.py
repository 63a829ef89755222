"""Strategies: which parts they have, what they set, what they are called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import parse_rule, parse_strategy
from chitti_shared.expressions.nodes import Constant, Placeholder

DIP = {"<": [{"rsi": 14}, 30]}


def refused(document: Any, path: str = "") -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        parse_strategy(document, path)
    return raised.value


@pytest.mark.parametrize(
    ("document", "field", "told"),
    [
        ([], "", "expected a strategy with an entry, found a list of 0"),
        ({}, "entry", "needs an entry or a short_entry"),
        ({"exit": True}, "entry", "needs an entry or a short_entry"),
        ({"entry": None}, "entry", "needs an entry or a short_entry"),
        ({"entry": DIP, "short_exit": DIP}, "short_exit", "short_exit without short_entry does nothing"),
        ({"short_entry": DIP, "entry_limit": "low"}, "entry_limit", "entry_limit without entry does nothing"),
        ({"entry": DIP, "stoploss": 0.1}, "stoploss", "a strategy has no 'stoploss'; it has name"),
        ({"entry": DIP, "stop_loss": 5}, "stop_loss", "stop_loss (5) is a fraction of the price"),
        ({"entry": DIP, "stop_loss": 1}, "stop_loss", "is a fraction"),
        ({"entry": DIP, "take_profit": 0}, "take_profit", "is a fraction"),
        ({"entry": DIP, "trailing_stop": -0.1}, "trailing_stop", "is a fraction"),
        ({"entry": DIP, "stop_loss": True}, "stop_loss", "expected a number, found a condition"),
        ({"entry": DIP, "max_bars": 0}, "max_bars", "expected 1 to 100000 bars, found 0"),
        ({"entry": DIP, "max_bars": {"sma": 3}}, "max_bars", "expected a number"),
        ({"entry": DIP, "entry_limit": DIP}, "entry_limit", "expected a number, found a condition"),
        ({"entry": DIP, "name": "x" * 101}, "name", "expected a name of at most 100 letters"),
        ({"entry": DIP, "name": "a\nb"}, "name", "expected a name"),
        ({"entry": DIP, "define": []}, "define", "expected an object"),
        ({"entry": DIP, "parameters": [1]}, "parameters", "expected an object"),
        ({"entry": DIP, "parameters": {"fast": 3}}, "parameters.fast", "is declared, and used nowhere"),
        ({"entry": DIP, "parameters": {"x": 3}, "define": {"a": {"param": "x"}}}, "parameters.x", "used nowhere"),
        ({"entry": DIP, "parameters": {"max_bars": 3}}, "parameters.max_bars", "is a setting of every backtest"),
        ({"entry": DIP, "parameters": {"Fast": 3}}, "parameters.Fast", "is no name"),
        ({"entry": DIP, "parameters": {"fast": "3"}}, "parameters.fast", "expected a number, found '3'"),
        ({"entry": DIP, "parameters": {"fast": {}}}, "parameters.fast", "a parameter needs a default"),
        ({"entry": DIP, "parameters": {"fast": {"default": None}}}, "parameters.fast.default", "found null"),
        ({"entry": DIP, "parameters": {"fast": {"default": 3, "step": 1}}}, "parameters.fast", "has no 'step'"),
        ({"entry": DIP, "parameters": {"fast": {"default": 3, "min": 5, "max": 4}}}, "parameters.fast", "min (5)"),
        ({"entry": DIP, "parameters": {"fast": {"default": 3, "min": 5}}}, "parameters.fast.default", "must lie in 5"),
    ],
)  # fmt: skip
def test_what_is_no_strategy_is_said_with_its_place(document, field, told):
    error = refused(document)
    assert error.details["field"] == field
    assert told in error.message


def test_errors_begin_with_where_the_strategy_stands():
    assert refused({"entry": {"all": [{"<": [1, "x"]}]}}, "strategy").details["field"] == "strategy.entry.all[0].<[1]"
    assert refused({"entry": True, "parameters": {"a": 1}}, "strategy").details["field"] == "strategy.parameters.a"
    assert refused([], "strategy").details["field"] == "strategy"


def test_a_default_that_does_not_do_where_it_stands_is_refused_at_once():
    document = {"entry": {">": [{"sma": {"period": {"param": "n"}}}, 1]}, "parameters": {"n": 1}}
    assert refused(document).details["field"] == "entry.>[0].sma.period"
    assert (
        refused({"entry": True, "stop_loss": {"param": "n"}, "parameters": {"n": 3}}).details["field"] == "parameters.n"
    )
    assert (
        refused({"entry": {"for": [True, {"param": "n"}]}, "parameters": {"n": 0}}).details["field"] == "entry.for[1]"
    )


def test_binding_refuses_values_that_do_not_do_where_they_stand():
    strategy = parse_strategy(
        {
            "entry": {">": [{"macd": {"fast_period": {"param": "fast"}, "slow_period": 26}, "output": "histogram"}, 0]},
            "exit": {"for": [True, {"param": "bars"}]},
            "stop_loss": {"param": "loss"},
            "max_bars": {"param": "bars"},
            "parameters": {"fast": 12, "bars": 5, "loss": 0.1},
        }
    )
    for given, field, told in [
        (
            {"fast": 30},
            "parameters.fast",
            "macd with fast = 30: slow_period (26) must be greater",
        ),
        ({"bars": 0}, "parameters.bars", "for with bars = 0: expected an integer of 1 to 100000 bars"),
        ({"loss": 5.0}, "parameters.loss", "is a fraction of the price"),
        (
            {"los": 0.1},
            "parameters.los",
            "it has fast, bars, loss, beside the settings of execution; did you mean 'loss'",
        ),
    ]:
        with pytest.raises(InvalidInput) as raised:
            strategy.bind(given)
        assert raised.value.details["field"] == field
        assert told in raised.value.message
    with pytest.raises(InvalidInput, match="did you mean 'stop_loss'"):
        strategy.bind({"stop_los": 0.1})
    bound = strategy.bind({"bars": 7.0, "loss": 0.2})
    assert (bound.max_bars, bound.stops["stop_loss"]) == (7, Constant(0.2))
    assert bound.variables == {}
    assert strategy.max_bars == Placeholder("bars")


def test_a_parameter_is_whole_where_whole_numbers_stand():
    strategy = parse_strategy(
        {
            "entry": {">": [{"sma": {"period": {"param": "n"}}}, {"param": "x"}]},
            "exit": {"for": [True, {"param": "k"}]},
            "parameters": {"n": 3, "x": 3, "k": 3},
        }
    )
    bound = strategy.bind({"n": 5.0, "x": 2.5, "k": 4.0})
    assert bound.rules["entry"].operands[0].parameters == (("period", 5),)
    assert bound.rules["entry"].operands[1] == Constant(2.5)
    assert type(bound.rules["exit"].bars) is int
    for given in ({"n": 2.5}, {"k": 2.5}):
        with pytest.raises(InvalidInput, match="an integer") as raised:
            strategy.bind(given)
        assert raised.value.details["field"] == f"parameters.{next(iter(given))}"


def test_numbers_of_numpy_are_numbers():
    strategy = parse_strategy({"entry": {">": ["close", {"param": "x"}]}, "parameters": {"x": 3}})
    assert strategy.values({"x": np.int32(4)}) == {"x": 4}
    assert type(strategy.values({"x": np.float32(0.5)})["x"]) is float


def test_one_strategy_has_one_fingerprint_however_it_is_written():
    plain = parse_strategy({"entry": {">": ["close", {"sma": {"period": 20}}]}, "stop_loss": {"*": [{"atr": 14}, 2]}})
    same = parse_strategy(
        {
            "name": "my trend",
            "stop_loss": {"atr": {}, "times": 2.0},
            "define": {"trend": {"sma": {"period": 20.0, "of": "close"}}},
            "entry": {">": ["close", "trend"]},
        }
    )
    assert same.fingerprint == plain.fingerprint
    other = parse_strategy({"entry": {">": ["close", {"sma": 21}]}, "stop_loss": {"atr": 14, "times": 2}})
    assert other.fingerprint != plain.fingerprint


def test_the_fingerprint_stays_the_same_from_version_to_version():
    strategy = parse_strategy({"entry": {"crosses_above": ["close", {"sma": 50}]}, "max_bars": 10})
    assert strategy.canonical == {"entry": {"crosses_above": ["close", {"sma": {"period": 50}}]}, "max_bars": 10}
    assert strategy.fingerprint == "e944d2c965bbfb7d256c574f1d5542a6641f413a1e0cb2a8aac7509ed377a512"


def test_a_strategy_written_out_reads_the_same():
    strategy = parse_strategy(
        {
            "entry": {"<": [{"-": ["close"]}, {"param": "x"}]},
            "short_entry": {"between": [{"max": {"period": 5}}, {"min": ["open", 3]}, {"abs": "low"}]},
            "stop_loss": {"param": "loss"},
            "max_bars": {"param": "n"},
            "priority": {"*": [{"sentiment": {"param": "n"}}, {"articles": 3}]},
            "short_entry_stop": {"lowest": ["low", {"param": "n"}]},
            "parameters": {"x": 1, "n": {"default": 3, "min": 2}, "loss": {"default": 0.1, "max": 0.5}},
        }
    )
    assert parse_strategy(strategy.canonical) == strategy


@pytest.mark.parametrize(
    ("document", "english"),
    [
        (
            {"entry": {"all": [{"crosses_above": ["close", {"sma": 50}]}, DIP]}},
            "enter long when close crosses above SMA(50) and RSI(14) < 30",
        ),
        (
            {"entry": {"all": [{">": [{"sentiment": 1}, 0.3]}, {">=": [{"articles": 5}, 2]}]}},
            "enter long when sentiment of 1 bar > 0.3 and articles of 5 bars >= 2",
        ),
        (
            {"entry": True, "exit": {"any": [False, {"not": {"rising": ["typical", 2]}}]}, "max_bars": 1},
            "enter long when always; leave long when never or (not (typical price rises for 2 bars)); "
            "leave after 1 bar",
        ),
        (
            {
                "short_entry": {
                    ">=": [{"sma": {"of": {"rsi": 14}, "period": 3}}, {"/": ["close", {"ago": ["close", 1]}]}]
                },
                "stop_loss": 0.05,
                "take_profit": {"atr": 14, "times": {"param": "far"}},
                "short_entry_limit": {"max": ["high", {"highest": ["high", 5]}]},
                "parameters": {"far": {"default": 2.5, "min": 1}},
            },
            "enter short when SMA(3) of RSI(14) >= (close / (close 1 bar ago)); "
            "enter short at max(high, highest high of 5 bars) or better; stop loss 5 %; "
            "take profit ATR(14) * far, with far = 2.5 (at least 1)",
        ),
        (
            {
                "entry": {
                    "==": [{"bollinger": {"std_dev": 3, "ma_type": "ema"}, "output": "upper_band"}, {"since": DIP}]
                }
            },
            "enter long when BOLLINGER(20, std_dev_up 3, std_dev_down 3, ma_type ema) upper band = "
            "(bars since (RSI(14) < 30))",
        ),
    ],
)
def test_a_strategy_is_told_in_english(document, english):
    assert parse_strategy(document).description == english


def test_a_rule_is_a_condition_with_or_without_names():
    bare = parse_rule(DIP)
    assert bare.description == "when RSI(14) < 30"
    assert bare == parse_rule({"when": DIP})
    named = parse_rule({"when": {"<": [{"rsi": 14}, {"param": "low"}]}, "parameters": {"low": 30}})
    assert named.description == "when RSI(14) < low, with low = 30"
    assert named.bind() == bare.bind()
    with pytest.raises(InvalidInput, match="a rule has no 'entry'"):
        parse_rule({"when": DIP, "entry": DIP})
