"""Rules hold where the language says they do, whoever computes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from chitti_shared.errors import ComputationError, InvalidInput
from chitti_shared.expressions import Node, parse_rule
from chitti_shared.expressions.parsing import Parser
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from signal_service.evaluation import ALL_BARS, Plan, SymbolFacts
from support.expressions import Readable, quarter_bars, truths

FEW = settings(max_examples=80, deadline=None)


def computed(nodes: list[Node], bars: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What mojo-compute makes of expressions."""
    data = Data(Bars(*(bars[name][None] for name in ("open", "high", "low", "close", "volume"))))
    return Program(nodes).run(columns_of(data, 0))


def facts_of(bars: dict[str, np.ndarray], plan: Plan) -> SymbolFacts:
    """The facts that a plan wants, its columns computed by mojo-compute."""
    nodes = [Parser({}).parse(json.loads(label), "", "number") for label in plan.columns]
    columns = dict(zip(plan.columns, computed(nodes, bars), strict=True))
    days = np.arange(20_000, 20_000 + len(bars["close"]))
    return SymbolFacts("TCS", None, days, **bars, columns=columns)


def plan_of(*documents: Any) -> Plan:
    return Plan([parse_rule(one).bind() for one in documents])


@FEW
@given(st.lists(truths(), min_size=1, max_size=4), quarter_bars())
def test_conditions_hold_where_backtests_hold_them(documents, bars):
    conditions = [parse_rule({"when": one}).bind() for one in documents]
    plan = Plan(conditions)
    np.testing.assert_array_equal(plan.run(facts_of(bars, plan)), computed(conditions, bars))


@FEW
@given(truths(), st.booleans(), quarter_bars())
def test_conditions_are_what_they_say_bar_by_bar(document, wanted, bars):
    plan = plan_of({"when": document if wanted else {"not": document}})
    expected = Readable(bars).all_bars(document)
    np.testing.assert_array_equal(plan.run(facts_of(bars, plan))[0], [one is wanted for one in expected])


@FEW
@given(st.lists(truths(), min_size=1, max_size=4), quarter_bars())
def test_the_newest_bar_alone_tells_the_same_as_all_bars(documents, bars):
    plan = plan_of(*({"when": one} for one in documents))
    facts = facts_of(bars, plan)
    np.testing.assert_array_equal(plan.run_last(facts), plan.run(facts)[:, -1])


@FEW
@given(st.lists(truths(), min_size=1, max_size=3), quarter_bars(), st.integers(1, 3))
def test_columns_of_the_newest_bars_tell_what_those_of_all_bars_do(documents, bars, count):
    plan = plan_of(*({"when": one} for one in documents))
    whole = facts_of(bars, plan)
    last = max(0, len(whole) - plan.bars - count + 1)
    recent = replace(whole, columns={label: values[last:] for label, values in whole.columns.items()})
    np.testing.assert_array_equal(plan.run_newest(recent, count), plan.run(whole)[:, -count:])
    for number in range(len(plan)):
        assert plan.explain(number, recent) == plan.explain(number, whole)


@FEW
@given(truths(), quarter_bars())
def test_every_condition_can_be_explained_on_any_history(document, bars):
    plan = plan_of({"when": document})
    readings = plan.explain(0, facts_of(bars, plan))
    assert len(set(readings)) == len(readings)
    assert all(one.text for one in readings)


def test_a_plan_names_the_columns_it_wants_once_for_all_rules():
    plan = plan_of(
        {"crosses_above": [{"sma": 20}, {"sma": 50}]},
        {"all": [{">": ["close", {"sma": 20}]}, {">": ["volume", {"*": [2, {"mean": ["volume", 20]}]}]}]},
    )
    assert plan.columns == (
        '{"sma":{"period":20}}',
        '{"sma":{"period":50}}',
        '{"sma":{"of":"volume","period":20}}',
    )
    assert plan.bars == 2
    assert not plan.needs_news


def test_a_plan_says_what_it_needs_beside_prices():
    plan = plan_of(
        {"<": [{"fundamental": "pe"}, 20]},
        {">": [{"sector_rank": "roe"}, 80]},
        {">": [{"pattern": "double_bottom"}, 0.5]},
        {">=": [{"event": ["order_win", 3]}, 1]},
    )
    assert (plan.metrics, plan.ranked, plan.patterns) == (("pe",), ("roe",), ("double_bottom",))
    assert plan.needs_news
    assert plan.needs == {"fundamentals", "patterns", "news"}
    assert plan.bars == 3


@pytest.mark.parametrize(
    ("document", "bars"),
    [
        (True, 1),
        ({">": ["close", {"ago": ["high", 3]}]}, 4),
        ({"rising": ["close", 3]}, 4),
        ({"within": [{"for": [{">": ["close", "open"]}, 4]}, 5]}, 8),
        ({">": [{"sentiment": 3}, 0]}, 3),
        ({"crosses_above": ["close", {"ago": ["high", 2]}]}, 4),
        ({"<": [{"since": {">": ["close", "open"]}}, 3]}, ALL_BARS),
    ],
)
def test_a_plan_knows_how_many_bars_decide_about_the_newest(document, bars):
    assert plan_of({"when": document}).bars == bars


def test_a_condition_without_a_column_names_what_is_missing():
    plan = plan_of({">": [{"rsi": 14}, 70]})
    bare = SymbolFacts("TCS", None, np.arange(2), *(np.ones(2),) * 5)
    with pytest.raises(ComputationError, match="the facts on TCS lack the column") as caught:
        plan.run(bare)
    assert json.loads(caught.value.details["column"])["rsi"]["period"] == 14


def test_columns_that_do_not_reach_back_far_enough_are_an_error():
    plan = plan_of({">": ["close", {"ago": [{"sma": 2}, 1]}]})
    facts = SymbolFacts("TCS", None, np.arange(3), *(np.ones(3),) * 5, columns={plan.columns[0]: np.ones(2)})
    assert plan.run_last(facts).tolist() == [False]
    with pytest.raises(ComputationError, match="on the newest 2 bars only, 3 are read"):
        plan.run_newest(facts, 2)


def test_a_pattern_that_was_not_looked_for_is_an_error_and_not_an_absence():
    bare = SymbolFacts("TCS", None, np.arange(2), *(np.ones(2),) * 5)
    with pytest.raises(ComputationError, match="lack the pattern double_top"):
        plan_of({">": [{"pattern": "double_top"}, 0]}).run(bare)


def test_an_indicator_of_articles_is_refused_before_anything_is_computed():
    nodes = [Parser({}).parse({">": [{"sma": {"period": 3, "of": {"sentiment": 3}}}, 0]}, "", "truth")]
    with pytest.raises(InvalidInput, match=r"indicators of a rule are computed of prices and volume"):
        Plan(nodes)


def test_no_bars_hold_nothing():
    plan = plan_of({">": ["close", 1]}, {"not": {">": ["close", 1]}})
    empty = SymbolFacts("TCS", None, np.arange(0), *(np.empty(0),) * 5)
    assert plan.run(empty).shape == (2, 0)
    assert plan.run_last(empty).tolist() == [False, False]
    assert plan.explain(0, empty) == ()


def test_a_plan_without_conditions_has_no_rows():
    facts = SymbolFacts("TCS", None, np.arange(2), *(np.ones(2),) * 5)
    assert Plan([]).run(facts).shape == (0, 2)
    assert Plan([]).run_last(facts).tolist() == []


@pytest.mark.parametrize("series", ["typical", "hl2", "ohlc4", "weekday", "day", "month", "time"])
def test_means_and_dates_of_bars_are_those_of_backtests(series):
    length = 90
    rng = np.random.default_rng(3)
    prices = {name: 100.0 + rng.random(length) for name in ("open", "high", "low", "close", "volume")}
    days = np.datetime64("2023-12-20") + np.arange(length)
    data = Data(Bars(*(values[None] for values in prices.values()), times=days.astype("datetime64[s]")))
    facts = SymbolFacts("TCS", None, days.astype(np.int64), **prices)
    limits = np.unique(Program([Parser({}).parse(series, "", "number")]).run(columns_of(data, 0))[0])[:5].tolist()
    conditions = [parse_rule({"when": {"<=": [series, limit]}}).bind() for limit in limits]
    plan = Plan(conditions)
    np.testing.assert_array_equal(plan.run(facts), Program(conditions).run(columns_of(data, 0)))
    np.testing.assert_array_equal(plan.run_last(facts), plan.run(facts)[:, -1])
