"""Shares of belief: what a record of some size counts for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.scoring.trusts import LEVELS, PRIOR, STRENGTHS, believed, weight_of_record

SURE_OF_125 = (1.0, *(0.0,) * 9)
OF_NOTHING = (*(0.0,) * 9, 1.0)
WEIGHTS = st.lists(st.floats(0.001, 1.0), min_size=10, max_size=10).map(
    lambda drawn: tuple(one / sum(drawn) for one in drawn)
)


def test_one_strength_is_plain_shrinkage() -> None:
    assert believed(75.0, 125.0, 0.2, SURE_OF_125) == pytest.approx((75.0 + 125.0 * 0.2) / 250.0)


def test_several_are_the_mean_of_what_each_would_say() -> None:
    weights = (0.25, 0.0, 0.0, 0.5, *(0.0,) * 5, 0.25)
    wanted = 0.25 * (60 + 125 * 0.5) / 225 + 0.5 * (60 + 1000 * 0.5) / 1100 + 0.25 * 0.5
    assert believed(60.0, 100.0, 0.5, weights) == pytest.approx(wanted)


def test_nothing_is_believed_of_no_cases_nor_by_a_sceptic() -> None:
    assert believed(0.0, 0.0, 0.3, SURE_OF_125) == 0.3
    assert believed(90.0, 100.0, 0.3, OF_NOTHING) == 0.3


@given(WEIGHTS, st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_cases_are_believed_more_and_never_wholly(weights: tuple[float, ...], cases: float, more: float) -> None:
    few, many = weight_of_record(cases, weights), weight_of_record(cases + more, weights)
    assert 0.0 <= few <= many + 1e-12
    assert many < 1.0


def test_each_level_begins_with_weights_that_sum_to_one() -> None:
    for level in LEVELS:
        weights = getattr(PRIOR, level)
        assert len(weights) == len(STRENGTHS) + 1
        assert sum(weights) == pytest.approx(1.0)
