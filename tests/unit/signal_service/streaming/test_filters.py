from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.streaming.filters import EVERYTHING, Filter, SharedFilters, Subject

TCS = Subject("TCS", "technical", "sma_crossover", "bullish", 50.0, 0.6)


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Filter(sectors=frozenset({"Information Technology"})), True),
        (Filter(sectors=frozenset({"Healthcare"})), False),
        (Filter(rules=frozenset({"sma_crossover", "volume_surge"})), True),
        (Filter(rules=frozenset({"volume_surge"})), False),
        (Filter(min_confidence=0.6), True),
        (Filter(min_confidence=0.61), False),
        (Filter(watched=True), False),
    ],
)
def test_each_condition_decides_by_its_own_field(wanted: Filter, passes: bool):
    assert wanted.passes(TCS) is passes


def test_an_unknown_confidence_is_below_any_other():
    unknown = Subject("TCS", "technical", "sma_crossover", "bullish", 50.0)
    assert not Filter(min_confidence=0.0).passes(unknown)
    assert EVERYTHING.passes(unknown)


def test_a_symbol_outside_the_universe_is_in_no_sector():
    assert not Filter(sectors=frozenset({"Healthcare"})).passes(Subject("NOSUCH", "news", "x", "bullish", 1.0))


def test_equal_filters_are_one_and_unused_ones_are_forgotten():
    shared = SharedFilters()
    one, two = shared.of(Filter(symbols=frozenset({"TCS"}))), shared.of(Filter(symbols=frozenset({"TCS"})))
    assert one is two
    assert shared.of(EVERYTHING) is not one
    del one, two
    gc.collect()
    assert len(shared) == 0


def test_an_event_is_judged_once_however_many_readers_ask(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    passes = Filter.passes
    monkeypatch.setattr(Filter, "passes", lambda self, *args: asked.append("x") or passes(self, *args))
    shared = SharedFilters()
    readers = [shared.of(Filter(min_impact=10.0)) for _ in range(100)]
    assert {reader.passes("e-1", TCS) for reader in readers} == {True}
    assert len(asked) == 1


def test_a_symbol_put_on_the_watchlist_counts_from_then_on():
    shared = SharedFilters()
    reader = shared.of(Filter(watched=True))
    assert not reader.passes("e-1", TCS)
    shared.watchlist.symbols = frozenset({"TCS"})
    assert not reader.passes("e-1", TCS)
    assert reader.passes("e-2", TCS)


@given(st.lists(st.integers(0, 9000), max_size=200))
def test_what_is_remembered_is_bounded_and_never_wrong(numbers: list[int]):
    shared = SharedFilters()
    reader = shared.of(Filter(min_impact=50.0))
    for number in [*range(5000), *numbers]:
        subject = Subject("TCS", "news", "x", "bullish", float(number % 100))
        assert reader.passes(f"e-{number}", subject) is (number % 100 >= 50)
    assert len(reader._given) <= 4096
