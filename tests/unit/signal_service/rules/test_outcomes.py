from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.rules.outcomes import Followed, followed, together

ALL = slice(None)


def flags(*bars, length=20):
    holds = np.zeros(length, dtype=np.uint8)
    holds[list(bars)] = 1
    return holds


def test_cases_are_bars_on_which_the_condition_begins():
    close = np.full(20, 100.0)
    close[7], close[15] = 110.0, 95.0  # five bars after 2 and 10
    found = followed(flags(2, 3, 4, 10), close, ALL, "bullish", 5)
    assert (found.cases, found.hits, found.rate) == (2, 1, 0.5)
    assert found.mean_return == pytest.approx(0.025)
    assert followed(flags(2, 3, 4, 10), close, ALL, "bearish", 5).hits == 1


def test_a_case_whose_outcome_is_not_known_counts_for_none():
    close = np.arange(1.0, 21.0)
    assert followed(flags(15), close, ALL, "bullish", 5) == Followed(bars=15, right=15)
    assert followed(flags(14), close, ALL, "bullish", 5).cases == 1


def test_only_the_wanted_bars_count_and_what_began_before_them_began_before():
    close = np.arange(1.0, 21.0)
    assert followed(flags(4, 5), close, slice(5, None), "bullish", 2).cases == 0
    assert followed(flags(5), close, slice(5, None), "bullish", 2).cases == 1
    assert followed(flags(5), close, slice(0, 7), "bullish", 2).cases == 0


def test_without_a_case_there_is_no_rate():
    assert Followed().rate is Followed().base_rate is Followed().mean_return is None
    assert followed(flags(), np.full(20, 1.0), slice(0, 0), "bullish", 5) == Followed()


@given(st.lists(st.booleans(), min_size=10, max_size=60), st.integers(1, 8), st.integers(0, 60))
def test_counts_of_parts_add_up_to_a_count_by_hand(holds, horizon, seed):
    rng = np.random.default_rng(seed)
    close = rng.integers(90, 110, len(holds)).astype(np.float64)
    begins = [at for at in range(len(holds) - horizon) if holds[at] and not (at and holds[at - 1])]
    found = followed(np.array(holds, dtype=np.uint8), close, ALL, "bearish", horizon)
    assert found.cases == len(begins)
    assert found.hits == sum(close[at + horizon] < close[at] for at in begins)
    twice = together([found, found])
    assert (twice.cases, twice.hits, twice.rate) == (2 * found.cases, 2 * found.hits, found.rate)
