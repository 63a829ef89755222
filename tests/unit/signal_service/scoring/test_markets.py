"""The market's shares and base rates."""

from __future__ import annotations

import numpy as np
import pytest
from signal_service.scoring.markets import LEAST_COMPANIES, Closes, market_of
from signal_service.scoring.trusts import PRIOR_DRIFT, weight_of_record


def companies(*paths: list[float], first: int = 100) -> list[Closes]:
    return [Closes(np.arange(first, first + len(path)), np.array(path)) for path in paths]


RISES, FALLS, RESTS = [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0], [2.0, 2.0, 2.0, 2.0]


def test_shares_count_companies_that_moved_each_way() -> None:
    market = market_of(companies(*[RISES] * 5, *[FALLS] * 3, *[RESTS] * 2), (1, 2))
    assert market.days.tolist() == [100, 101, 102, 103]
    np.testing.assert_allclose(market.shares[0], [[0.3, 0.3, 0.3, np.nan], [0.5, 0.5, 0.5, np.nan]])
    np.testing.assert_allclose(market.shares[1], [[0.3, 0.3, np.nan, np.nan], [0.5, 0.5, np.nan, np.nan]])


def test_a_day_with_too_few_companies_is_none_of_the_market() -> None:
    told = companies(*[RISES] * LEAST_COMPANIES)
    told += companies([5.0, 6.0], first=90)
    assert market_of(told, (1,)).days.tolist() == [100, 101, 102, 103]
    assert len(market_of(companies(*[RISES] * (LEAST_COMPANIES - 1)), (1,)).days) == 0


def test_a_company_with_a_gap_does_not_count_across_it() -> None:
    gap = Closes(np.array([100, 103]), np.array([1.0, 9.0]))
    market = market_of([*companies(*[RISES] * 10), gap], (1,))
    np.testing.assert_allclose(market.shares[0, 1], [1.0, 1.0, 1.0, np.nan])
    without = market_of(companies(*[RISES] * 10), (1,))
    np.testing.assert_array_equal(market.shares, without.shares)


def test_days_are_looked_up_by_date() -> None:
    market = market_of(companies(*[RISES] * 10), (1,))
    np.testing.assert_allclose(market.on(np.array([99, 101, 102, 200]))[0, 1], [np.nan, 1.0, 1.0, np.nan])
    assert np.isnan(market_of([], (1,)).on(np.array([99]))).all()


def test_the_base_rate_knows_only_windows_that_ended_before_the_day() -> None:
    market = market_of(companies(*[RISES] * 10), (2,))
    assert market.base_rate(2, 1, 102) == 0.5  # the window of day 100 ends on that day
    one_day = 0.5 + 0.5 * weight_of_record(1, PRIOR_DRIFT)
    assert market.base_rate(2, 1, 103) == pytest.approx(one_day)
    assert market.base_rate(2, -1, 103) == pytest.approx(1.0 - one_day)
    assert market.base_rate(2, 1) == market.base_rate(2, 1, 10_000)
    assert market.base_rate(2, 1, weights=(*(0.0,) * 9, 1.0)) == 0.5


def test_the_shares_before_many_days_are_those_before_each() -> None:
    market = market_of(companies(*[RISES] * 6, *[FALLS] * 4), (1, 2))
    total, days = market.sums_before(1, -1, np.array([90, 102, 103, 999]))
    np.testing.assert_allclose(total, [0.0, 0.4, 0.8, 1.2])
    assert days.tolist() == [0, 1, 2, 3]
    for place, day in enumerate((90, 102, 103, 999)):
        shrunk = 0.5 + (total[place] / max(days[place], 1.0) - 0.5) * weight_of_record(days[place], PRIOR_DRIFT)
        assert market.base_rate(1, -1, day) == pytest.approx(shrunk)


def test_without_a_market_the_base_rate_is_one_half() -> None:
    assert market_of([], (5,)).base_rate(5, 1) == 0.5
