"""What is an expression, what is none, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import MAX_DEPTH, MAX_NODES, OPERATORS, SERIES, parse_rule, parse_strategy
from chitti_shared.expressions.nodes import Call, Constant, Operation, Placeholder, Series
from chitti_shared.expressions.vocabulary import SYNONYMS

CLOSE = Series("close")


def when(document: Any) -> Any:
    return parse_rule({"when": document}).when


def refused(document: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        parse_rule({"when": document})
    return raised.value


def test_an_expression_becomes_nodes():
    sma = Call("sma", (("period", 50),), (CLOSE,), "values")
    assert when({">": ["close", {"sma": 50}]}) == Operation(">", (CLOSE, sma), "truth")
    assert when({"not": True}) == Operation("not", (Constant(True),), "truth")
    ago = Operation("ago", (CLOSE,), "number", 3)
    assert when({"<=": [{"ago": ["close", 3]}, 1.5]}) == Operation("<=", (ago, Constant(1.5)), "truth")
    assert when({"ago": [True, 0]}).kind == "truth"


def test_true_and_one_are_not_the_same():
    assert Constant(True) != Constant(1)
    assert Constant(1) == Constant(1.0)


@pytest.mark.parametrize(
    ("given", "parameters"),
    [
        ({}, (("period", 14),)),
        (9, (("period", 9),)),
        (9.0, (("period", 9),)),
        ({"period": 9}, (("period", 9),)),
        ({"period": None}, (("period", 14),)),
    ],
)
def test_an_indicator_is_given_its_parameters_or_its_first_one(given, parameters):
    assert when({">": [{"rsi": given}, 1]}).operands[0].parameters == parameters


def test_shorthands_names_and_aliases_are_those_of_the_registry():
    by_alias = when({">": [{"bbands": {"std_dev": 3, "ma_type": "EMA"}, "output": "upper_band"}, 1]}).operands[0]
    assert by_alias.name == "bollinger"
    assert dict(by_alias.parameters) == {"period": 20, "std_dev_up": 3.0, "std_dev_down": 3.0, "ma_type": 1}


def test_an_indicator_is_of_its_columns_or_of_what_is_given():
    of_rsi = when({">": [{"sma": {"period": 3, "of": {"rsi": 14}}}, 1]}).operands[0]
    assert of_rsi.operands[0].name == "rsi"
    two = when({">": [{"correl": {"of": {"other": "volume"}}}, 1]}).operands[0]
    assert two.operands == (CLOSE, Series("volume"))
    assert when({">": [{"atr": 14, "times": 2}, 1]}).operands[0].name == "*"


def test_lists_belong_to_operators_and_objects_to_indicators_of_the_same_name():
    assert isinstance(when({">": [{"max": ["open", "close"]}, 1]}).operands[0], Operation)
    assert isinstance(when({">": [{"max": {"period": 5}}, 1]}).operands[0], Call)
    assert isinstance(when({">": [{"sum": ["close", 5]}, 1]}).operands[0], Operation)
    assert isinstance(when({">": [{"min": 5}, 1]}).operands[0], Call)


def test_definitions_are_named_and_may_use_each_other():
    rule = parse_rule(
        {
            "define": {"strong": {">": ["spread", 0]}, "spread": {"-": ["close", "trend"]}, "trend": {"sma": 20}},
            "when": {"all": ["strong", {"rising": ["trend", 2]}]},
        }
    )
    assert rule.when.operands[0].operands[0].operands[1] == rule.when.operands[1].operands[0]


@pytest.mark.parametrize(
    ("document", "field", "told"),
    [
        ({"<": ["close", {"smaa": 3}]}, "when.<[1].smaa", "is called 'smaa'; did you mean 'sma'"),
        ({"al": [True]}, "when.al", "did you mean 'all'"),
        ({"AND": [True]}, "when.AND", "no operator or indicator is called 'AND'; did you mean 'all'?"),
        ({">": [{"sma": 3, "of": "open"}, 1]}, "when.>[0]", "of and parameters stand inside of the indicator"),
        ({"<": ["closee", 3]}, "when.<[0]", "no series is called 'closee'; did you mean 'close'"),
        ({"<": ["rsi", 3]}, "when.<[0]", 'an indicator is written {"rsi": {}}'),
        ({"<": ["close"]}, "when.<", "expected a list of 2 numbers, found a list of 1"),
        ({"<": ["close", 1, 2]}, "when.<", "found a list of 3"),
        ({"<": "close"}, "when.<", "expected a list of 2 numbers"),
        ({"all": []}, "when.all", "expected a list of 1 to 1000 conditions, found a list of 0"),
        ({"any": [True] * 1_001}, "when.any", "expected a list of 1 to 1000 conditions, found a list of 1001"),
        ({"all": ["close"]}, "when.all[0]", "expected a condition, found a number"),
        ({"<": [True, 1]}, "when.<[0]", "expected a number, found a condition"),
        ("close", "when", "expected a condition, found a number"),
        ({"not": [{"not": {"<": [1, {"<": [1, 2]}]}}]}, "when.not[0].not.<[1]", "expected a number, found a condition"),
        ({"ago": [True, -1]}, "when.ago[1]", "-1 bars ago lies in the future"),
        ({"ago": [True, 1.5]}, "when.ago[1]", "expected an integer, found 1.5"),
        ({"ago": [True, "close"]}, "when.ago[1]", "expected a number, found 'close'"),
        ({"for": [True, 0]}, "when.for[1]", "expected 1 to 100000 bars, found 0"),
        ({"for": [True, 100_001]}, "when.for[1]", "expected 1 to 100000 bars"),
        ({"for": [True, True]}, "when.for[1]", "expected a number, found true"),
        ({"for": True}, "when.for", "expected [a condition, bars], found true"),
        ({"<": [{"sentiment": []}, 1]}, "when.<[0].sentiment", "expected a number of bars, found a list of 0"),
        ({"<": [{"articles": 0}, 1]}, "when.<[0].articles", "expected 1 to 100000 bars, found 0"),
        ({"<": [{"articles": [1.5]}, 1]}, "when.<[0].articles[0]", "expected an integer, found 1.5"),
        ({"for": [True, {"bars": 3}]}, "when.for[1]", "expected a number"),
        ({">": [{"rsi": {"period": 1}}, 3]}, "when.>[0].rsi.period", "period (1) must lie in 2 to 100000"),
        ({">": [{"rsi": {"perod": 3}}, 3]}, "when.>[0].rsi.perod", "rsi has no parameter 'perod'"),
        ({">": [{"rsi": {"period": [3]}}, 3]}, "when.>[0].rsi.period", "period must be an integer"),
        ({">": [{"rsi": {"period": {"sma": 3}}}, 3]}, "when.>[0].rsi.period", 'expected a number or {"param": name}'),
        ({">": [{"rsi": "close"}, 3]}, "when.>[0].rsi", "expected an object of parameters or its first parameter"),
        ({">": [{"obv": {"param": "x"}}, 3]}, "when.>[0].obv", "expected an object of parameters, found an object"),
        ({">": [{"sma": {"param": "x"}}, 3]}, "when.>[0].sma.period.param", "no parameter is called 'x'"),
        ({">": [{"obv": 3}, 3]}, "when.>[0].obv", "expected an object of parameters, found 3"),
        ({">": [{"vosc": {"fast_period": 9, "slow_period": 5}}, 0]}, "when.>[0].vosc.slow_period", "greater than"),
        ({">": [{"macd": {}}, 0]}, "when.>[0].macd", "has 3 outputs; name one in output: macd_line, signal_line"),
        ({">": [{"macd": {}, "output": "signal"}, 0]}, "when.>[0].output", "has no output 'signal'; it has macd_line"),
        ({">": [{"macd": {}, "output": 1}, 0]}, "when.>[0].output", "has no output 1"),
        ({">": [{"zigzag": {}}, 0]}, "when.>[0].zigzag", "later bars change its earlier values"),
        ({">": [{"correl": {}}, 0]}, "when.>[0].correl", "reads other, which bars don't have"),
        ({">": [{"correl": {"of": "close"}}, 0]}, "when.>[0].correl.of", "reads close, other: expected an object"),
        ({">": [{"correl": {"of": {"othr": "close"}}}, 0]}, "when.>[0].correl.of", "reads no 'othr'"),
        ({">": [{"sma": {"of": {"<": [1, 2]}}}, 0]}, "when.>[0].sma.of", "expected a number, found a condition"),
        ({">": [{"atr": 14, "times": True}, 0]}, "when.>[0].times", "expected a number"),
        ({"<": [1, 2], "output": "x"}, "when.<", "output stands beside an indicator only"),
        ({"<": [1, 2], ">": [1, 2]}, "when", "expected one operator or indicator, found an object of '<', '>'"),
        ({"output": "x"}, "when", "expected one operator or indicator"),
        ({}, "when", "found an object of nothing"),
        (None, "when", "found null"),
        ([True], "when", "found a list of 1"),
        ({"<": [float("inf"), 2]}, "when.<[0]", "expected a finite number, found inf"),
        ({"<": [10**400, 2]}, "when.<[0]", "expected a finite number"),
        ({"<": [{"param": "fast"}, 2]}, "when.<[0].param", "no parameter is called 'fast'; declared: none"),
        ({"<": [{"param": 3}, 2]}, "when.<[0]", "expected a number or"),
        ({"<": [{"param": "a", "min": 3}, 2]}, "when.<[0]", "expected one operator or indicator"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_said_with_its_place(document, field, told):
    error = refused(document)
    assert error.details["field"] == field
    assert told in error.message
    assert error.details["constraint"]


@pytest.mark.parametrize(
    ("define", "loop"),
    [
        ({"a": {"+": ["a", 1]}}, ["a", "a"]),
        ({"a": {"+": ["b", 1]}, "b": {"sma": {"of": "c"}}, "c": "a"}, ["a", "b", "c", "a"]),
    ],
)
def test_definitions_that_need_each_other_are_refused_with_their_loop(define, loop):
    with pytest.raises(InvalidInput, match=" -> ".join(loop)) as raised:
        parse_strategy({"define": define, "entry": True})
    assert raised.value.details["loop"] == loop


@pytest.mark.parametrize("name", ["close", "rsi", "all", "bbands", "fast", "Fast", "1a", "", "a" * 65, "a b"])
def test_a_definition_has_a_name_of_its_own(name):
    with pytest.raises(InvalidInput) as raised:
        parse_rule({"when": {">": [{"param": "fast"}, 1]}, "define": {name: 1}, "parameters": {"fast": 3}})
    assert raised.value.details["field"] == f"define.{name}"


def test_an_expression_of_ten_thousand_nodes_is_refused_with_its_count():
    error = refused({"any": [{">": ["close", 1]}] * 3_333})
    assert "holds 10001 objects, names and numbers; at most 4000" in error.message
    assert error.details["found"] == 10_001


def test_nodes_are_counted_with_definitions_written_out():
    define = {"a0": {"+": ["close", 1]}} | {f"a{i}": {"+": [f"a{i - 1}", f"a{i - 1}"]} for i in range(1, 20)}
    with pytest.raises(InvalidInput, match="has 2097153 nodes, its definitions written out; at most 1000") as raised:
        parse_rule({"when": {">": ["a19", 1]}, "define": define})
    assert raised.value.details["found"] == 2_097_153


def test_doubling_names_without_end_takes_no_time_to_refuse():
    define = {"a0": {"+": ["close", 1]}} | {f"a{i}": {"+": [f"a{i - 1}", f"a{i - 1}"]} for i in range(1, 30)}
    with pytest.raises(InvalidInput, match="has 2147483649 nodes"):
        parse_rule({"when": {">": ["a29", 1]}, "define": define})


def test_what_is_equal_is_one_object():
    rule = parse_rule({"all": [{">": [{"sma": 5}, 3]}, {">": [{"sma": {"period": 5, "of": "close"}}, 3.0]}]})
    first, second = rule.when.operands
    assert first is second


def test_a_thousand_nodes_are_none_too_many():
    most = {"any": [{">": ["close", 1]}] * ((MAX_NODES - 1) // 3)}
    assert when(most).size == MAX_NODES
    assert "has 1003 nodes" in refused({"any": [*most["any"], {">": ["close", 1]}]}).message


def nested(levels: int) -> Any:
    document: Any = True
    for _ in range(levels - 1):
        document = {"not": document}
    return document


def test_nesting_ends_at_the_limit():
    assert when(nested(MAX_DEPTH)).depth == MAX_DEPTH
    assert "nested deeper than 32" in refused(nested(MAX_DEPTH + 1)).message
    assert "nested deeper than 32" in refused(nested(3_000)).message


def test_nesting_counts_through_definitions():
    define = {"a": nested(20), "b": {"not": "a"}}
    document: Any = "b"
    for _ in range(12):
        document = {"not": document}
    with pytest.raises(InvalidInput, match="is nested 33 deep; at most 32"):
        parse_rule({"when": document, "define": define})


def test_a_chain_of_definitions_ends_at_the_limit():
    define = {f"a{i}": f"a{i + 1}" for i in range(1_000)} | {"a1000": True}
    with pytest.raises(InvalidInput, match="nested deeper than 32"):
        parse_rule({"when": True, "define": define})


def test_a_python_list_that_holds_itself_is_refused():
    endless: list[Any] = []
    endless.append(endless)
    assert "holds" in refused({"all": endless}).message


def test_errors_stay_short_whatever_is_sent():
    long = "x" * 100_000
    many = {f"name{number}": 1 for number in range(1_000)}
    for document in (
        {"when": {long: 1}},
        {"when": long},
        {long: 1, "when": True},
        {"when": {"<": ["unknown", 1]}, "define": many},
        {"when": {"<": [{"param": "unknown"}, 1]}, "parameters": many},
        {"when": True, "define": {long: 1}},
        {"when": {"<": [{"rsi": {long: 1}}, 1]}},
        {"when": {"<": [{"macd": {}, "output": long}, 1]}},
        {"when": {"<": [{"ma": {"ma_type": long}}, 1]}},
    ):
        with pytest.raises(InvalidInput) as raised:
            parse_rule(document)
        assert len(raised.value.message) + len(str(raised.value.details)) < 2_000, document.keys()
    with pytest.raises(InvalidInput) as raised:
        parse_strategy({"entry": True}).bind({long: 1})
    assert len(raised.value.message) + len(str(raised.value.details)) < 2_000


def test_keys_that_are_no_names_are_refused():
    assert "expected names for keys" in refused({1: 2}).message


def test_synonyms_lead_to_operators_and_are_none_themselves():
    assert set(SYNONYMS.values()) <= OPERATORS.keys()
    assert not SYNONYMS.keys() & (OPERATORS.keys() | BY_NAME.keys())


@pytest.mark.parametrize("name", SERIES)
def test_every_series_is_a_number(name):
    assert when({">": [name, 0]}).operands[0] == Series(name)


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=lambda one: one.name)
def test_every_operator_is_read_as_it_is_declared(operator):
    operand = {"number": "close", "truth": True, "any": "close"}[operator.takes]
    if operator.least_bars is not None:
        document = {operator.name: [*[operand] * operator.most, max(operator.least_bars, 1)]}
    else:
        document = {operator.name: [operand] * operator.least}
    gives = "number" if operator.gives == "same" else operator.gives
    node = when(document if gives == "truth" else {">": [document, 0]})
    node = node if gives == "truth" else node.operands[0]
    assert (node.name, node.kind) == (operator.name, gives)
    assert operator.form
    assert operator.summary


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_every_indicator_can_be_written_unless_it_repaints(indicator):
    of = dict.fromkeys(indicator.inputs, "close")
    document = {
        indicator.name: {"of": of if len(of) > 1 else "close"},
        **({"output": indicator.outputs[-1]} if len(indicator.outputs) > 1 else {}),
    }
    if indicator.repaints:
        assert "repaints" in refused({">": [document, 0]}).message
    else:
        assert when({">": [document, 0]}).operands[0].output == indicator.outputs[-1]


def test_a_parameter_is_named_where_a_number_stands():
    rule = parse_rule(
        {
            "when": {"for": [{"<": [{"rsi": {"period": {"param": "n"}}}, {"param": "low"}]}, {"param": "n"}]},
            "parameters": {"n": 3, "low": {"default": 30.0, "max": 50}},
        }
    )
    assert rule.when.bars == Placeholder("n")
    bound = rule.bind({"n": 5})
    assert bound.bars == 5
    assert bound.operands[0].operands[0].parameters == (("period", 5),)
    assert bound.operands[0].operands[1] == Constant(30.0)
    assert rule.when.bars == Placeholder("n")
