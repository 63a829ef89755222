"""What rules read beside the bars, as it is written."""

from __future__ import annotations

from typing import Any

import pytest
from chitti_shared.contracts.signals.patterns import PATTERNS
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Fact, describe_node, lookback, lower, parse_rule, parse_strategy, settling
from chitti_shared.expressions.facts import EVENTS


def when(number: Any) -> Any:
    return parse_rule({">": [number, 0]}).when.operands[0]


def refused(number: Any, **document: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        parse_rule({"when": {">": [number, 0]}, **document})
    return raised.value


@pytest.mark.parametrize(
    ("written", "fact", "needs", "english"),
    [
        ({"fundamental": "pe"}, Fact("fundamental", "pe"), "fundamentals", "pe"),
        ({"sector_rank": "debt_to_equity"}, Fact("sector_rank", "debt_to_equity"), "fundamentals",
         "rank of debt to equity in its industry"),
        ({"pattern": "double_top"}, Fact("pattern", "double_top"), "patterns", "quality of double top"),
        ({"event": ["order_win", 3]}, Fact("event", "order_win", 3), "news", "articles on order win of 3 bars"),
        ({"event": ["deal", 1.0]}, Fact("event", "deal", 1), "news", "articles on deal of 1 bar"),
    ],
)  # fmt: skip
def test_a_fact_is_its_word_and_its_subject(written, fact, needs, english):
    assert when(written) == fact
    assert fact.needs == {needs}
    assert describe_node(fact) == english
    assert parse_rule({">": [written, 0]}).canonical == {"when": {">": [{**written}, 0]}}
    assert lower(fact) is fact


def test_every_pattern_and_every_event_can_be_named():
    for one in PATTERNS:
        assert when({"pattern": one.name}).subject == one.name
    for name in EVENTS:
        assert when({"event": [name, 2]}).subject == name


def test_bars_of_an_event_may_be_a_parameter():
    rule = parse_rule({"when": {">": [{"event": ["deal", {"param": "n"}]}, 0]}, "parameters": {"n": 4}})
    assert rule.bind().operands[0] == Fact("event", "deal", 4)
    assert rule.bind({"n": 2}).operands[0] == Fact("event", "deal", 2)
    assert not rule.when.is_bound
    with pytest.raises(InvalidInput, match="event with n = 0: expected an integer of 1 to 100000 bars"):
        rule.bind({"n": 0})


def test_a_fact_has_no_warm_up():
    node = parse_rule({">": [{"-": [{"fundamental": "opm"}, {"ago": [{"fundamental": "opm"}, 5]}]}, 0]}).bind()
    assert (lookback(node), settling(node)) == (5, 5)
    assert node.needs == {"fundamentals"}
    assert when({"event": ["deal", 9]}).depth == 1


def test_what_a_rule_needs_is_the_union_of_its_parts():
    rule = parse_rule(
        {"all": [{">": ["close", {"sma": 20}]}, {">": [{"sentiment": 3}, 0]}, {"<": [{"fundamental": "pe"}, 9]}]}
    )
    assert rule.needs == {"series", "news", "fundamentals"}
    assert parse_rule(True).needs == frozenset()


@pytest.mark.parametrize(
    ("number", "field", "said"),
    [
        ({"fundamental": "P/E"}, "when.>[0].fundamental", "expected the name of a metric such as pe or roe"),
        ({"fundamental": ["pe"]}, "when.>[0].fundamental", "expected the name of a metric, found a list of 1"),
        ({"sector_rank": 3}, "when.>[0].sector_rank", "expected the name of a metric, found 3"),
        ({"pattern": "double_tops"}, "when.>[0].pattern", "no pattern is called 'double_tops'; did you mean"),
        ({"pattern": None}, "when.>[0].pattern", "found null"),
        ({"event": "deal"}, "when.>[0].event", r"expected \[the name of a type of event, bars\], found 'deal'"),
        ({"event": ["deal"]}, "when.>[0].event", "found a list of 1"),
        ({"event": ["deals", 3]}, "when.>[0].event[0]", "no type of event is called 'deals'; did you mean 'deal'"),
        ({"event": ["deal", 0]}, "when.>[0].event[1]", "expected 1 to 100000 bars, found 0"),
        ({"event": ["deal", 1.5]}, "when.>[0].event[1]", "expected an integer"),
        ({"event": ["deal", {"param": "n"}]}, "when.>[0].event[1].param", "no parameter is called 'n'"),
        ({"pattern": "double_top", "times": 2}, "when.>[0].pattern", "times stands beside an indicator only"),
        ({"patern": "double_top"}, "when.>[0].patern", "did you mean 'pattern'"),
        ({"fundamentals": "pe"}, "when.>[0].fundamentals", "did you mean 'fundamental'"),
        ({"mean": [{"fundamental": "pe"}, 5]}, "when.>[0].mean[0]", "mean is computed of prices and volume"),
        ({"change": [{"event": ["deal", 1]}, 5]}, "when.>[0].change[0]", "this reads news"),
        ({"sma": {"of": {"+": ["close", {"pattern": "double_top"}]}}}, "when.>[0].sma.of", "sma is computed of prices"),
        ({"highest": [{"sentiment": 3}, 5]}, "when.>[0].highest[0]", "this reads news"),
    ],
)  # fmt: skip
def test_what_names_no_fact_is_refused_with_its_place(number, field, said):
    error = refused(number)
    assert error.details["field"] == field
    assert error.details["constraint"]
    with pytest.raises(InvalidInput, match=said):
        raise error


@pytest.mark.parametrize("word", ["fundamental", "sector_rank", "pattern"])
def test_strategies_read_no_facts_and_say_who_does(word):
    with pytest.raises(
        InvalidInput, match=f"not {word}; a rule may read it, and backtest_rule tests the rule"
    ) as raised:
        parse_strategy({"entry": {"all": [True, {">": [{word: "double_top"}, 0]}]}})
    assert raised.value.details["field"] == f"entry.all[1].>[0].{word}"


def test_strategies_may_still_take_means_of_sentiment():
    assert parse_strategy({"entry": {">": [{"mean": [{"sentiment": 3}, 5]}, 0]}}).needs == "news"
