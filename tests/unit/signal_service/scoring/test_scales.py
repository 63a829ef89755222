"""The scale of impacts: ranks among all companies' moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.scoring.scales import LEAST_SIZES, Scale, scale_of

DAYS = np.arange(1000, 1400, dtype=np.int64)


def moves(seed: int, scale: float = 0.01) -> np.ndarray:
    found = np.random.default_rng(seed).normal(0.0, scale, len(DAYS))
    found[-5:] = np.nan
    return found


def companies() -> list[tuple[np.ndarray, dict[int, np.ndarray]]]:
    return [(DAYS, {5: moves(seed, 0.01 * (1 + seed))}) for seed in range(4)]


def test_a_rank_is_the_share_of_moves_that_are_no_larger() -> None:
    scale = scale_of(companies(), 1400)
    sizes = np.concatenate([np.abs(found[5]) for _, found in companies()])[:]
    year = np.concatenate([np.abs(found[5][35:395]) for _, found in companies()])
    assert np.isnan(sizes).any()
    for size in (0.001, 0.01, 0.03, 0.08):
        assert scale.rank(5, size) == pytest.approx((year <= size).mean(), abs=0.006)
    assert scale.rank(5, 0.0) == pytest.approx(0.0, abs=1e-3)
    assert scale.rank(5, 9.0) == 1.0
    assert scale.median(5) == pytest.approx(np.median(year))


def test_the_order_of_companies_changes_no_bit() -> None:
    one, other = scale_of(companies(), 1400), scale_of(reversed(companies()), 1400)
    np.testing.assert_array_equal(one.quantiles[5], other.quantiles[5])


@given(st.integers(1030, 1400))
def test_windows_that_end_on_the_day_or_later_are_not_read(judged: int) -> None:
    later = [(days, {5: found[5].copy()}) for days, found in companies()]
    for days, found in later:
        found[5][days + 5 >= judged] = 9.0
    np.testing.assert_array_equal(scale_of(companies(), judged).quantiles[5], scale_of(later, judged).quantiles[5])


def test_a_horizon_with_few_moves_has_no_scale() -> None:
    few = scale_of(companies()[:1], 1000 + 5 + LEAST_SIZES - 1)
    assert (few.rank(5, 0.01), few.median(5)) == (None, None)
    assert scale_of(companies()[:1], 1000 + 5 + LEAST_SIZES).rank(5, 0.01) is not None
    assert scale_of([], 1400).rank(5, 0.01) is None
    assert Scale().median(1) is None
