"""Risk parity: equal contributions, and skfolio's weights."""

from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.constraints import Sector
from mojo_compute.portfolio.efficient import Market
from mojo_compute.portfolio.parity import risk_parity
from mojo_compute.portfolio.risk.contributions import contributions
from skfolio.optimization import RiskBudgeting
from support.portfolios import long_only, made_market, sample_panel


def equal(assets: int) -> np.ndarray:
    return np.full(assets, 1 / assets)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 25))
def test_every_asset_contributes_alike(seed, assets):
    market = made_market(seed, assets)
    weights = risk_parity(market, long_only(assets), equal(assets))
    assert weights.sum() == pytest.approx(1, abs=1e-8)
    assert weights.min() > 0
    np.testing.assert_allclose(contributions(weights, market.covariance).share, equal(assets), rtol=1e-5)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_contributions_follow_the_budgets(seed, assets):
    market = made_market(seed, assets)
    budgets = np.random.default_rng(seed).uniform(0.1, 1.0, assets)
    budgets /= budgets.sum()
    weights = risk_parity(market, long_only(assets), budgets)
    np.testing.assert_allclose(contributions(weights, market.covariance).share, budgets, rtol=1e-4)


def test_the_weights_are_skfolios():
    panel = sample_panel(15)
    market = Market(np.cov(panel.values.T) * 252, panel.values.mean(axis=0))
    theirs = RiskBudgeting().fit(panel.values).weights_
    np.testing.assert_allclose(risk_parity(market, long_only(15), equal(15)), theirs, atol=1e-4)


@pytest.mark.parametrize("most", [0.09, 0.075])
def test_the_weights_within_bounds_are_skfolios(most):
    panel = sample_panel(15)
    market = Market(np.cov(panel.values.T) * 252, panel.values.mean(axis=0))
    theirs = RiskBudgeting(max_weights=most).fit(panel.values).weights_
    found = risk_parity(market, long_only(15, upper=most), equal(15))
    np.testing.assert_allclose(found, theirs, atol=2e-4)
    assert found.max() == pytest.approx(most, abs=1e-6)


def test_uncorrelated_assets_weigh_by_the_inverse_of_their_volatility():
    market = Market(np.diag([0.01, 0.04, 0.16]), np.zeros(3))
    np.testing.assert_allclose(risk_parity(market, long_only(3), equal(3)), np.array([4, 2, 1]) / 7, atol=1e-6)


def test_limits_hold_where_they_bind():
    panel = sample_panel(15)
    market = Market(np.cov(panel.values.T) * 252, panel.values.mean(axis=0) * 252)
    free = risk_parity(market, long_only(15), equal(15))
    sectors = (Sector("first", np.arange(5), None, 0.2),)
    held = np.eye(15)[0]
    limits = long_only(15, upper=0.08, sectors=sectors, current=held, max_turnover=1.9)
    found = risk_parity(market, limits, equal(15))
    assert free[:5].sum() > 0.2
    assert found[:5].sum() <= 0.2 + 1e-6
    assert found.max() <= 0.08 + 1e-6
    assert limits.turnover_of(found) <= 1.9 + 1e-6


def test_limits_that_nothing_satisfies_are_named():
    market = made_market(1, 5)
    with pytest.raises(InvalidInput, match="target_volatility by at least"):
        risk_parity(market, long_only(5, target_volatility=0.001), equal(5))


@pytest.mark.parametrize(
    "limits",
    [
        replace(long_only(4), upper=np.array([0, 1, 1, 1.0])),
        long_only(4, sectors=(Sector("IT", np.arange(2), None, 0.0),)),
    ],
)
def test_an_asset_without_room_is_named(limits):
    with pytest.raises(InvalidInput, match="the limits leave none of S0"):
        risk_parity(made_market(1, 4), limits, equal(4))


def test_short_sales_are_refused():
    with pytest.raises(InvalidInput, match=r"risk_parity is long only, and S1 may be -0\.1"):
        risk_parity(made_market(1, 3), replace(long_only(3), lower=np.array([0, -0.1, 0])), equal(3))
