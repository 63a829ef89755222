"""Rule documents: what is understood, and what is refused in which words."""

from __future__ import annotations

import copy
import json

import pytest
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import parse_rule
from hypothesis import given, settings
from signal_service.rules import SHIPPED, SHIPPED_BY_NAME, parse_document
from support.expressions import truths

DIP = {"name": "dip", "bullish": {"<": [{"rsi": 2}, 10]}}


def refused(document, path=""):
    with pytest.raises(InvalidInput) as caught:
        parse_document(document, path)
    return caught.value


def test_a_condition_and_a_name_are_a_rule():
    rule = parse_document(DIP)
    (side,) = rule.sides
    assert side.key == ("dip", "bullish")
    assert (rule.title, rule.kind, side.says) == ("dip", "technical", "dip")
    assert (side.cooldown, side.horizon, side.expires) == (5, 5, 5)
    assert side.description == "RSI(2) < 10"


def test_both_directions_share_definitions_and_parameters():
    rule = parse_document(
        {
            "name": "extreme",
            "define": {"strength": {"rsi": {"param": "bars"}}},
            "parameters": {"bars": 5, "low": 20, "high": 80},
            "bullish": {"<": ["strength", {"param": "low"}]},
            "bearish": {">": ["strength", {"param": "high"}]},
        }
    )
    assert [side.description for side in rule.sides] == ["RSI(5) < 20", "RSI(5) > 80"]


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ({">": ["close", "open"]}, "technical"),
        ({">": [{"pattern": "double_top"}, 0.5]}, "technical"),
        ({">": [{"articles": 3}, 2]}, "news"),
        ({">": [{"event": ["deal", 3]}, 0]}, "news"),
        ({"<": [{"fundamental": "pe"}, 20]}, "fundamental"),
        ({"<": [{"sector_rank": "pe"}, 20]}, "fundamental"),
        ({"all": [{">": [{"articles": 3}, 2]}, {">": ["close", "open"]}]}, "combined"),
        ({"all": [{"<": [{"fundamental": "pe"}, 20]}, {">": ["close", "open"]}]}, "combined"),
        (True, "technical"),
    ],
)
def test_the_kind_of_a_rule_is_what_it_reads(condition, kind):
    assert parse_document({"name": "a", "bullish": condition}).kind == kind


def test_a_kind_that_a_rule_does_not_read_is_refused():
    error = refused({**DIP, "kind": "news"})
    assert error.message == "kind: a rule that reads series is technical, not news"
    assert refused({**DIP, "kind": "tecnical"}).message.endswith("did you mean 'technical'?")
    mixed = {"all": [{">": [{"articles": 3}, 2]}, {">": ["close", "open"]}]}
    assert parse_document({"name": "a", "kind": "news", "bullish": mixed}).kind == "news"
    refused({"name": "a", "kind": "fundamental", "bullish": mixed})


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        ([], "", "expected an object"),
        ({"bullish": True}, "name", "a rule needs a name"),
        ({"name": "Dip", "bullish": True}, "name", "is no name"),
        ({"name": "a"}, "bullish", "under bullish, bearish or both"),
        ({"name": "a", "bulish": True}, "bulish", "did you mean 'bullish'"),
        ({**DIP, "cooldown": -1}, "cooldown", "0 to 250 sessions"),
        ({**DIP, "horizon": 0}, "horizon", "1 to 60 sessions"),
        ({**DIP, "expires": 2.5}, "expires", "1 to 250 sessions"),
        ({**DIP, "cooldown": True}, "cooldown", "found true"),
        ({**DIP, "title": "x" * 101}, "title", "at most 100 letters"),
        ({**DIP, "why": "two\nlines"}, "why", "a line"),
        ({**DIP, "says": {"bearish": "x"}}, "says.bearish", "has no 'bearish'"),
        ({**DIP, "says": "x"}, "says", "an object of texts"),
        ({**DIP, "parameters": {"low": 3}}, "parameters.low", "used nowhere"),
        ({"name": "a", "bullish": "close"}, "bullish", "expected a condition, found a number"),
        ({"name": "a", "bullish": {"<": [{"rsii": 2}, 10]}}, "bullish.<[0].rsii", "did you mean 'rsi'"),
        ({"name": "a", "bullish": {">": ["clse", 1]}}, "bullish.>[0]", "did you mean 'close'"),
        ({"name": "a", "bearish": {">": [{"pattern": "double_tpo"}, 0]}}, "bearish.>[0].pattern", "'double_top'"),
        ({"name": "a", "bullish": "b", "define": {"b": {"not": "c"}, "c": {"not": "b"}}}, "define.b", "b -> c -> b"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(document, field, message):
    error = refused(document)
    assert error.details["field"] == field
    assert message in error.message
    assert error.details["constraint"]


def test_a_path_goes_before_every_field():
    assert refused({"name": "a", "bullish": "clse"}, "rule").details["field"] == "rule.bullish"


def test_deep_and_large_rules_are_refused():
    deep = True
    for _ in range(40):
        deep = {"not": deep}
    assert "deep" in refused({"name": "a", "bullish": deep}).message
    wide = {"all": [{">": ["close", number]} for number in range(600)]}
    assert "at most" in refused({"name": "a", "bullish": wide, "bearish": wide}).message


def test_two_spellings_of_a_condition_have_one_fingerprint():
    plain = parse_document({"name": "a", "bullish": {"<": [{"rsi": 14}, 30]}})
    spelled = parse_document(
        {
            "name": "b",
            "define": {"x": {"rsi": {"period": 14}}},
            "bullish": {"<": ["x", {"param": "p"}]},
            "parameters": {"p": 30},
        }
    )
    assert plain.sides[0].fingerprint == spelled.sides[0].fingerprint


def test_a_side_is_found_by_its_direction():
    both = SHIPPED_BY_NAME["sma_crossover"]
    assert both.side("bearish").direction == "bearish"
    assert SHIPPED_BY_NAME["order_win"].side().direction == "bullish"
    for rule, direction in ((both, None), (SHIPPED_BY_NAME["order_win"], "bearish")):
        with pytest.raises(InvalidInput, match="direction"):
            rule.side(direction)


@settings(max_examples=100, deadline=None)
@given(truths(), truths())
def test_a_document_says_what_its_conditions_say_alone(bullish, bearish):
    rule = parse_document({"name": "a", "bullish": {"any": [bullish]}, "bearish": {"any": [bearish]}})
    for side, condition in zip(rule.sides, (bullish, bearish), strict=True):
        assert side.when == parse_rule({"any": [condition]}).bind()


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
def test_what_is_canonical_means_the_same(rule):
    again = parse_document(json.loads(json.dumps(rule.canonical)))
    assert [side.fingerprint for side in again.sides] == [side.fingerprint for side in rule.sides]
    assert again.canonical == rule.canonical


def test_parsing_leaves_the_document_alone():
    document = {"name": "a", "bullish": {"<": [{"rsi": 14}, 30]}}
    before = copy.deepcopy(document)
    assert parse_document(document).document == before
    assert document == before


def test_there_are_25_rules_each_with_a_reason_and_words_for_each_direction():
    assert len(SHIPPED) == len(SHIPPED_BY_NAME) == 25
    for rule in SHIPPED:
        assert rule.why
        assert rule.title[0].isupper()
        assert {side.says for side in rule.sides}.isdisjoint({rule.title})


def test_the_rules_of_before_keep_their_names_directions_and_cool_downs():
    kept = {
        ("news_with_trend", "bullish"): 3, ("news_with_trend", "bearish"): 3,
        ("news_with_day_move", "bullish"): 3, ("news_with_day_move", "bearish"): 3,
        ("sma_crossover", "bullish"): 5, ("sma_crossover", "bearish"): 5,
        ("new_52_week_high", "bullish"): 5, ("new_52_week_low", "bearish"): 5,
        ("volume_surge", "bullish"): 3, ("volume_surge", "bearish"): 3,
        ("rsi_reversal", "bullish"): 5, ("rsi_reversal", "bearish"): 5,
    }  # fmt: skip
    now = {side.key: side.cooldown for rule in SHIPPED for side in rule.sides}
    assert kept.items() <= now.items()
