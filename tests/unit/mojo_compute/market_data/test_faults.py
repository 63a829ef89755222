"""Reasons of rows kept out, made when they are asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.market_data import Faults

ROWS = 30


def test_a_reason_is_not_spelled_before_it_is_asked_for():
    spelled: list[int] = []

    def reason(row: int) -> str:
        spelled.append(row)
        return f"row {row}"

    faults = Faults(ROWS)
    faults.add(np.arange(ROWS), reason)
    assert (len(faults), spelled) == (ROWS, [])
    assert faults.first(2) == [(0, "row 0"), (1, "row 1")]
    assert spelled == [0, 1]


def test_a_table_without_faults_is_good():
    faults = Faults(ROWS)
    assert (len(faults), faults.good.all(), faults.first(5)) == (0, True, [])


@given(st.lists(st.tuples(st.sets(st.integers(0, ROWS - 1)), st.text(max_size=3)), max_size=6), st.integers(0, ROWS))
def test_the_last_reason_of_a_row_counts_and_rows_are_listed_in_order(told, count):
    faults, expected = Faults(ROWS), dict[int, str]()
    for rows, reason in told:
        faults.add(np.array(sorted(rows), dtype=np.int64), reason)
        expected |= dict.fromkeys(rows, reason)
    assert len(faults) == len(expected)
    assert faults.first(count) == sorted(expected.items())[:count]
    assert faults.good.tolist() == [row not in expected for row in range(ROWS)]
