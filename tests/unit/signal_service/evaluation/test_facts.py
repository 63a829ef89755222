"""What rules read beside the bars: articles, figures, ranks, patterns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from chitti_shared.expressions import parse_rule
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.expressions import Program, columns_of
from signal_service.evaluation import ArticleFacts, Dated, Plan, SymbolFacts

FEW = settings(max_examples=60, deadline=None)
EVENTS = ("order_win", "results", "deal")


def facts_of(length: int, **known: Any) -> SymbolFacts:
    flat = np.full(length, 100.0)
    return SymbolFacts("TCS", "IT", np.arange(100, 100 + length), flat, flat, flat, flat, flat, **known)


def held(document: Any, facts: SymbolFacts, *, live: bool = False) -> list[bool]:
    return Plan([parse_rule({"when": document}).bind()]).run(facts, live=live)[0].astype(bool).tolist()


def articles(*told: tuple[int, float, str]) -> ArticleFacts:
    bars, scores, events = zip(*told, strict=True) if told else ((), (), ())
    return ArticleFacts(np.array(bars, np.int64), np.array(scores, float), np.ones(len(bars)), tuple(events))


def test_a_figure_holds_from_the_day_it_is_known_until_the_next():
    facts = facts_of(6, fundamentals={"pe": Dated(np.array([101, 104]), np.array([30.0, 10.0]))})
    assert held({"<": [{"fundamental": "pe"}, 20]}, facts) == [False, False, False, False, True, True]
    assert held({">=": [{"fundamental": "pe"}, 20]}, facts) == [False, True, True, True, False, False]


def test_the_last_of_two_figures_of_one_day_counts():
    facts = facts_of(2, fundamentals={"pe": Dated(np.array([90, 101, 101]), np.array([1.0, 2.0, 3.0]))})
    assert held({"==": [{"fundamental": "pe"}, 1]}, facts) == [True, False]
    assert held({"==": [{"fundamental": "pe"}, 3]}, facts) == [False, True]


def test_a_figure_that_is_missing_matches_nothing_and_neither_does_its_opposite():
    low = {"<": [{"fundamental": "roe"}, 20]}
    assert held(low, facts_of(3)) == [False] * 3
    assert held({"not": low}, facts_of(3)) == [False] * 3
    assert held({"<": [{"sector_rank": "roe"}, 20]}, facts_of(3)) == [False] * 3


def test_a_rank_is_read_as_of_the_day():
    facts = facts_of(3, sector_ranks={"roe": Dated(np.array([100, 102]), np.array([50.0, 90.0]))})
    assert held({"crosses_above": [{"sector_rank": "roe"}, 80]}, facts) == [False, False, True]


def test_a_pattern_counts_on_the_bar_that_completes_it():
    facts = facts_of(4, patterns={"double_top": np.array([0.0, 0.7, 0.0, 0.0])})
    assert held({">": [{"pattern": "double_top"}, 0.5]}, facts) == [False, True, False, False]
    assert held({"within": [{">": [{"pattern": "double_top"}, 0.5]}, 2]}, facts) == [False, True, True, False]


def test_events_are_counted_by_type_over_their_bars():
    facts = facts_of(5, articles=articles((1, 0.5, "order_win"), (1, 0.5, "deal"), (3, 0.5, "order_win")))
    assert held({">=": [{"event": ["order_win", 2]}, 1]}, facts) == [False, True, True, True, True]
    assert held({">=": [{"event": ["order_win", 3]}, 2]}, facts) == [False, False, False, True, False]
    assert held({"==": [{"event": ["deal", 1]}, 1]}, facts) == [False, True, False, False, False]
    assert held({"==": [{"event": ["dividend", 1]}, 0]}, facts) == [True] * 5


def test_an_article_after_the_last_close_counts_now_and_not_in_history():
    facts = facts_of(3, articles=articles((3, -0.5, "results")))
    some = {">=": [{"articles": 1}, 1]}
    assert held(some, facts) == [False, False, False]
    assert held(some, facts, live=True) == [False, False, True]
    plan = Plan([parse_rule({"<": [{"sentiment": 1}, -0.4]}).bind()])
    assert plan.run_last(facts).tolist() == [True]
    assert plan.run_last(facts, live=False).tolist() == [False]


def test_no_articles_have_no_sentiment():
    assert held({"not": {">": [{"sentiment": 3}, 0]}}, facts_of(2)) == [False, False]
    assert held({"==": [{"articles": 3}, 0]}, facts_of(2)) == [True, True]


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(-1000, 1000), st.sampled_from(EVENTS)), max_size=12),
    st.integers(1, 6),
    st.integers(1, 4),
)
def test_articles_are_counted_as_backtests_count_them(told, window, back):
    told = sorted(told)
    length = 12
    days = np.arange(length) + np.datetime64("2024-01-01")
    times = days.astype("datetime64[s]")
    closes = times + np.timedelta64(15 * 3600 + 1800, "s")
    seen = np.array([closes[min(bar, length - 1)] + (bar == length) for bar, _score, _event in told], "datetime64[s]")
    scores = np.array([score / 1000 for _bar, score, _event in told])
    flat = np.full((1, length), 100.0)
    news = News(seen, seen, np.zeros(len(told), np.int32), scores)
    data = Data(Bars(flat, flat, flat, flat, flat, times), news)
    conditions = [
        parse_rule({">": [{"sentiment": window}, 0.1]}).bind(),
        parse_rule({"not": {">": [{"sentiment": window}, 0.1]}}).bind(),
        parse_rule({">=": [{"articles": window}, {"ago": [{"articles": back}, back]}]}).bind(),
    ]
    facts = SymbolFacts(
        "TCS", None, days.astype(np.int64), *(flat[0],) * 5, articles=articles(*((b, s / 1000, e) for b, s, e in told))
    )
    plan = Plan(conditions)
    np.testing.assert_array_equal(plan.run(facts), Program(conditions).run(columns_of(data, 0)))
    np.testing.assert_array_equal(plan.run_last(facts, live=False), plan.run(facts)[:, -1])
    np.testing.assert_array_equal(plan.run_last(facts), plan.run(facts, live=True)[:, -1])


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(EVENTS)), max_size=12),
    st.lists(st.tuples(st.integers(95, 115), st.integers(0, 9)), max_size=6, unique_by=lambda one: one[0]),
    st.sampled_from(EVENTS),
    st.integers(1, 5),
    st.integers(0, 9),
)
def test_events_and_figures_are_what_a_plain_reading_says(told, figures, event, window, limit):
    told, figures = sorted(told), sorted(figures)
    dated = Dated(np.array([day for day, _ in figures], np.int64), np.array([value for _, value in figures], float))
    facts = facts_of(
        12, articles=articles(*((bar, 0.0, name) for bar, name in told)), fundamentals={"pe": dated}, sector_ranks={}
    )
    document = {"all": [{">=": [{"event": [event, window]}, 1]}, {"<": [{"fundamental": "pe"}, limit]}]}
    expected = []
    for bar in range(12):
        counted = [one for one in told if one[1] == event and bar - window < one[0] <= bar]
        known = [value for day, value in figures if day <= 100 + bar]
        expected.append(bool(counted) and bool(known) and known[-1] < limit)
    assert held(document, facts) == expected


@pytest.mark.parametrize(
    ("document", "readings"),
    [
        ({"<": [{"fundamental": "pe"}, 20]}, [("pe", 15.0)]),
        ({"<": [{"sector_rank": "pe"}, 20]}, [("rank of pe in its industry", None)]),
        ({">=": [{"event": ["order_win", 3]}, 1]}, [("articles on order win of 3 bars", 1.0)]),
        ({">": [{"pattern": "double_top"}, 0.5]}, [("quality of double top", 0.0)]),
        ({"within": [{">": [{"pattern": "double_top"}, 0.5]}, 5]}, [("quality of double top 2 bars ago", 0.7)]),
        ({"any": [{">": ["close", 500]}, {">": ["volume", 5]}]}, [("volume", 100.0)]),
        ({"any": [{">": ["close", 500]}, {">": ["volume", 500]}]}, [("close", 100.0), ("volume", 100.0)]),
        ({"not": {"all": [{">": ["close", 5]}, {">": ["volume", 500]}]}}, [("volume", 100.0)]),
        ({"crosses_above": ["close", 5]}, [("close", 100.0), ("close 1 bar ago", 100.0)]),
        ({">": [{"/": ["close", "open"]}, 5]}, [("close / open", 1.0), ("close", 100.0), ("open", 100.0)]),
        ({">": ["close", {"*": [2, {"ago": ["open", 2]}]}]}, [("close", 100.0), ("open 2 bars ago", 100.0)]),
        ({"ago": [{">": ["close", 5]}, 9]}, [("close 9 bars ago", None)]),
        (True, []),
    ],
)
def test_an_explanation_tells_each_number_with_its_bar(document, readings):
    facts = facts_of(
        5,
        articles=articles((3, 0.5, "order_win")),
        patterns={"double_top": np.array([0.0, 0.0, 0.7, 0.0, 0.0])},
        fundamentals={"pe": Dated(np.array([100]), np.array([15.0]))},
    )
    assert list(Plan([parse_rule({"when": document}).bind()]).explain(0, facts)) == readings
