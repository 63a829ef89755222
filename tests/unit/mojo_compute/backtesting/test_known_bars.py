"""Where an indicator of integers has a value follows from where its inputs have one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.expressions.arrays import known_bars


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans()) | st.just((True, True)), max_size=20),
    st.integers(0, 8),
    st.booleans(),
)
def test_bars_are_known_as_bar_by_bar_reading_says(there, lookback, recursive):
    inputs = [np.array([1.0 if one[number] else np.nan for one in there]) for number in (0, 1)]
    present = [all(one) for one in there]
    expected = [
        (present[bar] and sum(present[:bar]) >= lookback)
        if recursive
        else (bar >= lookback and all(present[bar - lookback : bar + 1]))
        for bar in range(len(there))
    ]
    assert known_bars(inputs, lookback, recursive=recursive).tolist() == expected


def test_a_history_without_gaps_is_known_after_the_lookback():
    inputs = [np.ones(6), np.ones(6)]
    for recursive in (False, True):
        assert known_bars(inputs, 4, recursive=recursive).tolist() == [False] * 4 + [True] * 2
