"""Whatever is sent: it is a rule, or it is refused; nothing else happens."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import FACTS, OPERATORS, SERIES, parse_rule, parse_strategy
from chitti_shared.expressions.facts import EVENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from support.expressions import truths

WORDS = st.sampled_from(
    [*OPERATORS, *FACTS, *SERIES, *BY_NAME,
     "pe", "double_top", "order_win", "of", "output", "times", "param", "period", "when", "define", "parameters",
     "entry",
     "exit", "short_entry", "short_exit", "stop_loss", "take_profit", "trailing_stop", "max_bars", "entry_limit",
     "entry_stop", "priority", "name", "default", "min", "max", "values", "upper_band"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | WORDS
    | st.integers(10**300, 10**400)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=30,
)
MANY = settings(max_examples=120, deadline=None)


def read(document: Any) -> None:
    for parse in (parse_rule, parse_strategy):
        try:
            parsed = parse(document)
        except InvalidInput as error:
            assert isinstance(error.details["field"], str)  # noqa: PT017
            assert error.details["constraint"]  # noqa: PT017
            assert len(error.message) < 4_000  # noqa: PT017
        else:
            assert parsed.description
            assert len(parsed.fingerprint) == 64


@MANY
@given(JSON)
def test_any_json_is_read_or_refused(document):
    read(document)


@MANY
@given(st.dictionaries(st.sampled_from(["entry", "exit", "short_entry", "stop_loss", "define", "parameters"]), JSON))
def test_any_strategy_is_read_or_refused(document):
    read(document)


@MANY
@given(truths(2), st.data())
def test_a_rule_with_any_part_replaced_is_read_or_refused(document, data):
    document = copy.deepcopy({"when": document, "define": {}, "parameters": {}})
    holders = []
    waiting: list[Any] = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            holders += [(one, key) for key in (one if isinstance(one, dict) else range(len(one)))]
            waiting += one.values() if isinstance(one, dict) else one
    holder, key = data.draw(st.sampled_from(holders))
    holder[key] = data.draw(JSON)
    read(document)


@pytest.mark.parametrize("document", [object(), b"close", {"when": object()}, {"entry": {1, 2}}, (1, 2), 1j])
def test_python_objects_that_are_no_json_are_refused(document):
    read(document)


FACTS_READ = st.one_of(
    st.builds(lambda name, metric: {name: metric}, st.sampled_from(["fundamental", "sector_rank"]), st.just("pe")),
    st.builds(lambda name: {"pattern": name}, st.sampled_from(["double_top", "bull_flag"])),
    st.builds(lambda name, bars: {"event": [name, bars]}, st.sampled_from(EVENTS), st.integers(1, 9)),
)


@MANY
@given(truths(2), FACTS_READ, FACTS_READ, st.integers(1, 5))
def test_facts_among_anything_that_is_read_are_written_out_the_same(document, first, second, bars):
    rule = parse_rule({"any": [document, {"within": [{"crosses_above": [first, {"ago": [second, bars]}]}, bars]}]})
    again = parse_rule(rule.canonical)
    assert again == rule
    assert again.fingerprint == rule.fingerprint
    assert rule.description
    assert rule.needs == rule.bind().needs
    assert rule.needs & {"fundamentals", "patterns", "news"}


@MANY
@given(truths(3))
def test_what_is_written_out_reads_the_same(document):
    rule = parse_rule(document)
    again = parse_rule(rule.canonical)
    assert again == rule
    assert again.canonical == rule.canonical
    assert again.fingerprint == rule.fingerprint
