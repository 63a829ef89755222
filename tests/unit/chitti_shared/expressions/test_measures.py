"""What an expression needs, and what it is made of."""

from __future__ import annotations

import pytest
from chitti_shared.contracts.indicators import NEVER
from chitti_shared.expressions import columns, indicators, lookback, lower, needs_dates, parse_rule, settling, walk
from chitti_shared.expressions.nodes import Operation
from hypothesis import given, settings
from support.expressions import truths

LEFT = {"+", "-", "*", "/", "min", "max", "abs", "<", "<=", ">", ">=", "==", "!=", "all", "any", "not", "within", "for",
        "since", "ago"}  # fmt: skip


def node(document):
    return parse_rule(document).bind()


@pytest.mark.parametrize(
    ("document", "bars"),
    [
        (True, 0),
        ({">": ["close", "typical"]}, 0),
        ({">": ["close", {"sma": 50}]}, 49),
        ({">": [{"sma": {"period": 3, "of": {"rsi": 14}}}, 50]}, 2 + 14),
        ({"crosses_above": ["close", {"sma": 50}]}, 50),
        ({"ago": [{">": ["close", {"sma": 50}]}, 3]}, 52),
        ({"within": [{"rising": ["close", 2]}, 5]}, 2 + 4),
        ({"for": [True, 5]}, 4),
        ({">": [{"highest": ["high", 20]}, {"lowest": ["low", 5]}]}, 19),
        ({">": [{"change": ["close", 5]}, {"rank": ["close", 10]}]}, 10),
        ({">": [{"std": ["close", 5]}, {"mean": [{"sum": ["close", 3]}, 4]}]}, 5),
        ({"<": [{"since": {"falling": ["close", 3]}}, 5]}, 3),
    ],
)
def test_the_lookback_is_the_bars_before_the_first_value(document, bars):
    assert lookback(node(document)) == bars
    assert lookback(lower(node(document))) == bars, "nothing is lost on the way down"


def test_what_is_recursive_settles_later():
    assert settling(node({">": ["close", {"sma": 50}]})) == 49
    assert settling(node({">": ["close", {"ema": 10}]})) > 9 + 60
    assert settling(node({">": [{"obv": {}}, 0]})) == NEVER
    assert settling(node({">": [{"sma": {"of": {"obv": {}}}}, 0]})) == NEVER
    assert settling(node({"<": [{"since": {">": ["close", 5]}}, 5]})) == NEVER


def test_indicators_are_listed_once_and_columns_in_order():
    condition = node(
        {"any": [{">": [{"sma": 5}, {"sma": {"period": 5, "of": "volume"}}]}, {"<": [{"rsi": {}}, {"sma": 6}]}]}
    )
    assert [(one.name, one.parameters) for one in indicators(condition)] == [
        ("sma", (("period", 5),)),
        ("rsi", (("period", 14),)),
        ("sma", (("period", 6),)),
    ]
    assert columns(condition) == ("close", "volume")
    assert columns(node({">": ["typical", {"atr": 3}]})) == ("high", "low", "close")
    assert columns(node({">": ["ohlc4", "hl2"]})) == ("open", "high", "low", "close")
    assert columns(node({">": ["month", 3]})) == ()
    assert needs_dates(node({">": ["month", 3]}))
    assert not needs_dates(condition)


@settings(max_examples=100, deadline=None)
@given(truths(3))
def test_few_operators_are_left_to_compute(document):
    lowered = lower(node(document))
    assert {one.name for one in walk(lowered) if isinstance(one, Operation)} <= LEFT
    assert lower(lowered) == lowered
    assert lookback(lowered) == lookback(node(document))
