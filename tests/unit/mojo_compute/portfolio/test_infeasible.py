"""Constraints that contradict each other are named, with what they lack."""

from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.constraints import Limits, Sector
from mojo_compute.portfolio.efficient import max_return, max_sharpe, min_volatility
from support.portfolios import long_only, made_market

MARKET = made_market(1, 6)
HALF = (Sector("IT", np.arange(3), None, 0.2), Sector("Banks", np.arange(3, 6), None, 0.3))


def refused(limits: Limits, method=min_volatility) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        method(MARKET, limits)
    return caught.value


@pytest.mark.parametrize("method", [min_volatility, max_sharpe, max_return])
def test_a_return_beyond_reach_is_told_by_how_much(method):
    best = float(MARKET.expected.max())
    error = refused(long_only(6, target_return=best + 0.1), method)
    (conflict,) = error.details["conflicts"]
    assert (error.details["field"], conflict["constraint"]) == ("target_return", "target_return")
    assert conflict["by"] == pytest.approx(0.1, abs=1e-6)
    assert "target_return by at least 0.1" in error.message


def test_a_volatility_beyond_reach_is_told_by_how_much():
    least = min_volatility(MARKET, long_only(6))
    risk = float(np.sqrt(least @ MARKET.covariance @ least))
    (conflict,) = refused(long_only(6, target_volatility=risk / 2)).details["conflicts"]
    assert conflict["constraint"] == "target_volatility"
    assert conflict["by"] == pytest.approx(risk / 2, rel=1e-5)


def test_sectors_that_leave_money_over_are_named():
    error = refused(long_only(6, sectors=HALF))
    (conflict,) = error.details["conflicts"]
    assert (conflict["constraint"], conflict["by"]) == ("sector_caps", pytest.approx(0.5, abs=1e-6))
    assert set(conflict["names"]) == {"IT", "Banks"}


def test_each_of_two_constraints_that_could_give_way_is_named():
    # all is held in S0; a turnover of 0.2 moves a tenth, and at most a half may stay
    held = np.eye(6)[0]
    error = refused(long_only(6, upper=0.5, current=held, max_turnover=0.2))
    found = {one["constraint"]: one for one in error.details["conflicts"]}
    assert found["max_turnover"]["by"] == pytest.approx(0.8, abs=1e-6)
    assert found["max_weight"]["names"] == {"S0": pytest.approx(0.4, abs=1e-6)}
    assert "; or max_weight by at least 0.4 (S0)" in error.message


def test_a_floor_above_a_cap_names_both():
    sectors = (Sector("IT", np.arange(3), 0.8, None),)
    error = refused(long_only(6, upper=0.2, sectors=sectors))
    found = {one["constraint"] for one in error.details["conflicts"]}
    assert found == {"sector_floors", "max_weight"}


def test_constraints_that_fail_by_two_at_once_are_both_named():
    limits = long_only(6, sectors=HALF, target_return=float(MARKET.expected.max()) + 1)
    error = refused(limits)
    found = {one["constraint"]: one["by"] for one in error.details["conflicts"]}
    assert "several have to give way" in error.message
    assert found["sector_caps"] == pytest.approx(0.5, abs=1e-5)
    assert found["target_return"] >= 1


@pytest.mark.parametrize(
    ("lower", "upper", "field", "said"),
    [
        (np.zeros(6), np.full(6, 0.1), "max_weight", "6 assets take at most 0.6 together"),
        (np.full(6, 0.2), np.ones(6), "min_weight", "6 assets take at least 1.2 together"),
        (np.array([0, 0.5, 0, 0, 0, 0]), np.array([1, 0.4, 1, 1, 1, 1]), "bounds", r"least weight of S1 \(0.5\)"),
    ],
)
def test_bounds_without_a_portfolio_are_refused_at_once(lower, upper, field, said):
    limits = replace(long_only(6), lower=lower, upper=upper)
    with pytest.raises(InvalidInput, match=said) as caught:
        limits.check_bounds()
    assert caught.value.details["field"] == field


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.02, 0.5), st.floats(-0.2, 0.6), st.floats(0.1, 1.0))
def test_a_target_is_met_or_the_error_says_what_it_lacks(seed, upper, target, cap):
    market = made_market(seed, 6)
    sectors = (Sector("IT", np.arange(3), None, cap),)
    limits = long_only(6, upper=max(upper, 0.2), sectors=sectors, target_return=target)
    try:
        found = min_volatility(market, limits)
    except InvalidInput as error:
        by = {one["constraint"]: one["by"] for one in error.details["conflicts"]}
        assert by
        if "target_return" in by and "one of them" in error.message:
            easier = replace(limits, target_return=target - by["target_return"] - 1e-6)
            assert min_volatility(market, easier) is not None
    else:
        assert found @ market.expected >= target - 1e-7
        assert found[:3].sum() <= cap + 1e-7
