"""Histories are kept by symbol and plan, within their bytes, until prices change."""

from __future__ import annotations

import numpy as np
from chitti_shared.expressions import parse_rule
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.work.histories import Histories, size_of

PLAN = Plan([parse_rule({">": [{"sma": 2}, 0]}).bind()])
OTHER = Plan([parse_rule({">": [{"sma": 3}, 0]}).bind()])


def history(symbol: str, bars: int = 10) -> SymbolFacts:
    return SymbolFacts(symbol, None, np.arange(bars), *(np.ones(bars) for _ in range(5)))


def test_a_history_is_found_under_its_number_and_plan_only():
    kept, facts = Histories(1 << 20), history("TCS")
    kept.keep("TCS", 7, PLAN, facts)
    assert kept.find("TCS", 7, PLAN) is facts
    assert kept.find("TCS", 8, PLAN) is None
    assert kept.find("TCS", None, PLAN) is None
    assert kept.find("TCS", 7, OTHER) is None
    assert kept.find("INFY", 7, PLAN) is None


def test_a_new_history_takes_the_place_of_the_old_one():
    kept = Histories(1 << 20)
    kept.keep("TCS", 7, PLAN, history("TCS", 10))
    kept.keep("TCS", 8, PLAN, history("TCS", 30))
    assert kept.used == size_of(history("TCS", 30))
    assert kept.find("TCS", 7, PLAN) is None


def test_newest_columns_do_not_stand_for_those_of_all_bars():
    kept, recent, whole = Histories(1 << 20), history("TCS"), history("TCS")
    kept.keep("TCS", 7, PLAN, recent, whole=False)
    assert kept.find("TCS", 7, PLAN) is None
    assert kept.find("TCS", 7, PLAN, whole=False) is recent
    kept.keep("TCS", 7, PLAN, whole)
    assert kept.find("TCS", 7, PLAN) is whole
    assert kept.find("TCS", 7, PLAN, whole=False) is recent


def test_the_least_recently_used_history_goes_first():
    kept = Histories(0, 2 * size_of(history("TCS")))
    for symbol in ("TCS", "INFY"):
        kept.keep(symbol, 1, PLAN, history(symbol))
    assert kept.find("TCS", 1, PLAN) is not None
    kept.keep("WIPRO", 1, PLAN, history("WIPRO"))
    assert kept.find("INFY", 1, PLAN) is None
    assert kept.find("TCS", 1, PLAN) is not None
    assert kept.used == 2 * size_of(history("TCS"))


def test_a_history_larger_than_all_that_may_be_kept_is_not_kept():
    kept = Histories(100, 100)
    kept.keep("TCS", 1, PLAN, history("TCS"))
    assert kept.find("TCS", 1, PLAN) is None
    assert kept.used == 0


def test_whole_histories_take_no_room_from_those_of_the_newest_bars():
    symbols = [f"S{number}" for number in range(40)]
    kept = Histories(len(symbols) * size_of(history("")))
    for symbol in symbols:
        kept.keep(symbol, 1, PLAN, history(symbol), whole=False)
    for symbol in symbols:
        kept.keep(symbol, 1, PLAN, history(symbol, 90), whole=True)
    assert all(kept.find(symbol, 1, PLAN, whole=False) is not None for symbol in symbols)
    assert kept.used <= 1.25 * len(symbols) * size_of(history(""))


def test_a_whole_history_does_for_the_newest_bars():
    kept, whole = Histories(1 << 20), history("TCS")
    kept.keep("TCS", 7, PLAN, whole)
    assert kept.find("TCS", 7, PLAN, whole=False) is whole
    assert kept.find("TCS", 8, PLAN, whole=False) is None
