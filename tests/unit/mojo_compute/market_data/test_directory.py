"""Whose bar a row is: ISIN first, then symbols old and new by the day."""

from __future__ import annotations

import tracemalloc
from datetime import date

import numpy as np
import pytest
from chitti_shared.errors import PayloadTooLarge
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.market_data import Bars, Directory, Identity, Instrument
from mojo_compute.market_data.directory import MOST_NEW, Alias, repeats

TCS = Instrument(1, "TCS", "INE467B01029", "EQ", date(2025, 9, 30))
TMPV = Instrument(2, "TMPV", "INE155A01022", "EQ", date(2025, 9, 30))
MINE = Instrument(3, "MINE", None)
RENAMED = date(2025, 10, 24)


def directory() -> Directory:
    return Directory([TCS, TMPV, MINE], [Alias("TATAMOTORS", RENAMED, 2)], {})


def bars(*rows: tuple[str, str | None, str]) -> Bars:
    identities = [Identity(symbol, isin, "EQ") for symbol, isin, _day in rows]
    days = np.array([day for _symbol, _isin, day in rows], dtype="datetime64[D]")
    count, ones = len(rows), np.ones(len(rows))
    numbers = np.arange(count)
    return Bars(identities, numbers, days, ones, ones, ones, ones, ones, np.zeros(count, dtype=np.int64), numbers + 2)


def test_the_isin_decides_whatever_the_symbol():
    found = directory()
    keys, faults = found.assign(bars(("OLDTCS", "INE467B01029", "2020-01-01")))
    assert (keys.tolist(), len(faults)) == ([1], 0)
    assert found.changes.aliases == [Alias("OLDTCS", date(2020, 1, 2), 1)]


def test_a_former_symbol_means_its_company_until_the_day_of_the_rename():
    found = directory()
    keys, _faults = found.assign(bars(("TATAMOTORS", None, "2025-10-23"), ("TATAMOTORS", None, "2025-10-24")))
    assert keys.tolist() == [2, -1]
    assert [one.symbol for one in found.changes.new] == ["TATAMOTORS"]


def test_a_known_company_with_a_new_symbol_and_newer_days_was_renamed():
    found = directory()
    keys, _faults = found.assign(bars(("TCSNEW", "INE467B01029", "2025-10-07")))
    assert keys.tolist() == [1]
    assert found.changes.renamed == {1: "TCSNEW"}
    assert found.changes.aliases == [Alias("TCS", date(2025, 10, 7), 1)]


def test_a_row_that_gives_an_isin_a_second_symbol_that_day_has_no_effect():
    found = directory()
    told = bars(("WRONG", TCS.isin, "2025-10-07"), ("TCS", TCS.isin, "2025-10-07"), ("TCS", TCS.isin, "2025-10-08"))
    keys, faults = found.assign(told)
    assert keys.tolist() == [0, 1, 1]
    assert faults.first(9) == [(0, "isin: INE467B01029 is TCS on that day, found WRONG")]
    assert (found.changes.renamed, found.changes.aliases) == ({}, [])


def test_of_two_symbols_of_an_unknown_isin_the_first_told_counts():
    found = directory()
    keys, faults = found.assign(bars(("ONE", "INE111X01015", "2025-10-07"), ("TWO", "INE111X01015", "2025-10-07")))
    assert (keys.tolist(), faults.good.tolist()) == ([-1, 0], [True, False])
    assert [one.symbol for one in found.changes.new] == ["ONE"]


@given(
    st.lists(st.tuples(st.sampled_from(["TCS", "ONE", "TWO"]), st.integers(1, 4)), min_size=1, max_size=12),
    st.sampled_from([TCS.isin, "INE111X01015"]),
)
def test_an_isin_has_one_symbol_a_day_its_own_or_else_the_first_told(told, isin):
    rows = bars(*((symbol, isin, f"2025-10-0{day}") for symbol, day in told))
    _keys, faults = directory().assign(rows)
    bearers = {day: symbol for symbol, day in told if symbol == "TCS" and isin == TCS.isin}
    expected = [
        (row, f"isin: {isin} is {bearers[day]} on that day, found {symbol}")
        for row, (symbol, day) in enumerate(told)
        if bearers.setdefault(day, symbol) != symbol
    ]
    assert [fault for fault in faults.first(99) if "on that day" in fault[1]] == expected


def test_a_symbol_that_is_still_told_later_was_not_renamed():
    found = directory()
    keys, _faults = found.assign(bars(("ODD", TCS.isin, "2025-10-07"), ("TCS", None, "2025-10-08")))
    assert keys.tolist() == [1, 1]
    assert found.changes.renamed == {}
    assert found.changes.aliases == [Alias("ODD", date(2025, 10, 8), 1)]


def test_a_symbol_that_comes_back_is_the_symbol_again():
    renamed = Instrument(1, "WRONG", TCS.isin, "EQ", date(2025, 10, 7))
    found = Directory([renamed], [Alias("TCS", date(2025, 10, 7), 1)], {})
    keys, _faults = found.assign(bars(("TCS", TCS.isin, "2025-10-08")))
    assert keys.tolist() == [1]
    assert found.changes.renamed == {1: "TCS"}
    assert found.changes.aliases == [Alias("WRONG", date(2025, 10, 8), 1)]


def test_an_upload_of_endless_new_companies_is_refused():
    rows = bars(*((f"N{number}", None, "2025-10-07") for number in range(MOST_NEW + 1)))
    with pytest.raises(PayloadTooLarge):
        directory().assign(rows)


def test_an_isin_is_learned_for_a_symbol_that_had_none():
    found = directory()
    keys, _faults = found.assign(bars(("MINE", "INE999Z01011", "2025-10-07"), ("MINE", None, "2025-10-08")))
    assert keys.tolist() == [3, 3]
    assert found.changes.told_isins == {3: "INE999Z01011"}


def test_another_isin_of_the_same_issuer_is_the_same_company():
    found = directory()
    keys, faults = found.assign(bars(("TCS", "INE467B01011", "2010-01-04")))
    assert (keys.tolist(), len(faults)) == ([1], 0)
    assert found.changes.former_isins == {"INE467B01011": 1}


def test_a_symbol_with_another_issuers_isin_has_no_instrument():
    keys, faults = directory().assign(bars(("TCS", "INE009A01021", "2025-10-07")))
    assert keys.tolist() == [0]
    assert "another issuer" in faults.first(1)[0][1]


def test_a_company_met_for_the_first_time_is_added_once():
    found = directory()
    rows = bars(("NEWCO", "INE111X01015", "2025-10-07"), ("NEWCO", None, "2025-10-08"), ("NEWCO", None, "2025-10-09"))
    keys, _faults = found.assign(rows)
    assert keys.tolist() == [-1, -1, -1]
    assert len(found.changes.new) == 1


def test_a_bar_told_twice_repeats_the_first_telling():
    rows = bars(("TCS", None, "2025-10-07"), ("TCS", None, "2025-10-08"), ("TCS", None, "2025-10-07"))
    again, first = repeats(rows, np.array([1, 1, 1]), np.array([0, 2, 1]))
    assert (again.tolist(), first.tolist()) == ([False, True, False], [0, 0, 1])
    again, _first = repeats(rows, np.array([1, 1, 2]), np.array([0, 1, 2]))
    assert not again.any()


@pytest.mark.parametrize("second", ["TCS", "OTHER"])  # all repeat a bar; half of them contradict their ISIN too
def test_the_faults_of_many_rows_take_few_bytes_each(second):
    count = 200_000
    numbers, ones = np.arange(count), np.ones(count)
    identities = [Identity("TCS", TCS.isin, "EQ"), Identity(second, TCS.isin, "BE")]
    days = np.full(count, np.datetime64("2025-10-07"))
    rows = Bars(identities, numbers % 2, days, ones, ones, ones, ones, ones, numbers * 0, numbers + 2)
    tracemalloc.start()
    try:
        keys, faults = directory().assign(rows)
        good = np.flatnonzero(faults.good)
        again, _first = repeats(rows, keys, good)
        assert len(faults) + np.count_nonzero(again) == count - 1
        assert tracemalloc.get_traced_memory()[1] < 120 * count
    finally:
        tracemalloc.stop()
