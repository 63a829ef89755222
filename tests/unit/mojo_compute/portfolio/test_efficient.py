"""Portfolios of mean and variance against PyPortfolioOpt and skfolio, and their optimality conditions."""

from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.constraints import Sector
from mojo_compute.portfolio.efficient import frontier, max_diversification, max_return, max_sharpe, min_volatility
from pypfopt import EfficientFrontier, objective_functions
from skfolio.optimization import MaximumDiversification, MeanRisk, ObjectiveFunction
from support.portfolios import long_only, made_market, made_panel, sample_panel

ASSETS = 20
PANEL = sample_panel(ASSETS)
MARKET = replace(
    made_market(0, ASSETS),
    covariance=np.cov(PANEL.values.T) * 252,
    expected=PANEL.values.mean(axis=0) * 252,
    risk_free_rate=0.06,
)
LIMITS = [{}, {"upper": 0.1}]
SECTORS = {f"S{at}": ("even" if at % 2 == 0 else "odd") for at in range(ASSETS)}


def peer(**limits: float) -> EfficientFrontier:
    """PyPortfolioOpt's, solved as exactly as ours."""
    bounds = (0, limits.get("upper", 1))
    return EfficientFrontier(MARKET.expected, MARKET.covariance, bounds, solver="CLARABEL")


def volatility(weights: np.ndarray) -> float:
    return float(np.sqrt(weights @ MARKET.covariance @ weights))


@pytest.mark.parametrize("limits", LIMITS)
def test_min_volatility_is_pyportfolioopts(limits):
    theirs = peer(**limits)
    theirs.min_volatility()
    found = min_volatility(MARKET, long_only(ASSETS, **limits))
    np.testing.assert_allclose(found, theirs.weights, atol=2e-4)
    assert volatility(found) <= volatility(theirs.weights) * (1 + 1e-9)


def test_min_volatility_is_skfolios():
    theirs = MeanRisk().fit(PANEL.values).weights_
    found = min_volatility(MARKET, long_only(ASSETS))
    np.testing.assert_allclose(found, theirs, atol=5e-4)  # theirs stops a little earlier
    assert volatility(found) <= volatility(theirs)


@pytest.mark.parametrize("limits", LIMITS)
def test_max_sharpe_is_pyportfolioopts(limits):
    theirs = peer(**limits)
    theirs.max_sharpe(risk_free_rate=0.06)
    np.testing.assert_allclose(max_sharpe(MARKET, long_only(ASSETS, **limits)), theirs.weights, atol=5e-4)


def test_max_sharpe_is_skfolios():
    theirs = MeanRisk(objective_function=ObjectiveFunction.MAXIMIZE_RATIO, risk_free_rate=0.06 / 252)
    found = max_sharpe(MARKET, long_only(ASSETS))
    np.testing.assert_allclose(found, theirs.fit(PANEL.values).weights_, atol=5e-4)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("target", [0.14, 0.2])
def test_targets_of_return_and_volatility_are_pyportfolioopts(limits, target):
    theirs = peer(**limits)
    theirs.efficient_return(target)
    found = min_volatility(MARKET, long_only(ASSETS, **limits, target_return=target))
    np.testing.assert_allclose(found, theirs.weights, atol=5e-4)
    theirs = peer(**limits)
    theirs.efficient_risk(target)
    found = max_return(MARKET, long_only(ASSETS, **limits, target_volatility=target))
    np.testing.assert_allclose(found, theirs.weights, atol=5e-4)
    assert volatility(found) <= target * (1 + 1e-7)


def test_sector_limits_are_pyportfolioopts():
    theirs = peer()
    theirs.add_sector_constraints(
        dict(enumerate(SECTORS.values())), {"odd": 0.6, "even": 0.0}, {"odd": 1.0, "even": 0.3}
    )
    theirs.min_volatility()
    sectors = (Sector("even", np.arange(0, ASSETS, 2), None, 0.3), Sector("odd", np.arange(1, ASSETS, 2), 0.6, None))
    found = min_volatility(MARKET, long_only(ASSETS, sectors=sectors))
    np.testing.assert_allclose(found, theirs.weights, atol=2e-4)
    assert found[::2].sum() <= 0.3 + 1e-8


def test_costs_are_pyportfolioopts():
    held = np.full(ASSETS, 1 / ASSETS)
    theirs = peer()
    theirs.add_objective(objective_functions.transaction_cost, w_prev=held, k=0.002)
    theirs.min_volatility()
    found = min_volatility(MARKET, long_only(ASSETS, current=held, cost=0.002))
    np.testing.assert_allclose(found, theirs.weights, atol=3e-4)


def test_a_turnover_limit_is_cvxpys():
    held = np.full(ASSETS, 1 / ASSETS)
    weights = cp.Variable(ASSETS)
    root = np.linalg.cholesky(MARKET.covariance).T
    problem = cp.Problem(
        cp.Minimize(cp.norm(root @ weights)),
        [cp.sum(weights) == 1, weights >= 0, cp.norm1(weights - held) <= 0.5],
    )
    problem.solve(solver="CLARABEL")
    limits = long_only(ASSETS, current=held, max_turnover=0.5)
    found = min_volatility(MARKET, limits)
    np.testing.assert_allclose(found, weights.value, atol=2e-4)
    assert limits.turnover_of(found) == pytest.approx(0.5, abs=1e-6)


def test_max_diversification_is_skfolios():
    theirs = MaximumDiversification().fit(PANEL.values).weights_
    np.testing.assert_allclose(max_diversification(MARKET, long_only(ASSETS)), theirs, atol=5e-4)


def test_short_sales_are_pyportfolioopts():
    theirs = EfficientFrontier(MARKET.expected, MARKET.covariance, (-0.2, 0.5), solver="CLARABEL")
    theirs.min_volatility()
    limits = replace(long_only(ASSETS), lower=np.full(ASSETS, -0.2), upper=np.full(ASSETS, 0.5))
    found = min_volatility(MARKET, limits)
    np.testing.assert_allclose(found, theirs.weights, atol=2e-4)
    assert found.min() < -0.01


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 15), st.floats(0.0, 1.0))
def test_at_the_least_variance_no_trade_between_two_assets_lowers_it(seed, assets, tightness):
    market = made_market(seed, assets)
    upper = 1 - tightness * (1 - 1.2 / assets)
    found = min_volatility(market, long_only(assets, upper=min(1.0, upper)))
    assert found.sum() == pytest.approx(1, abs=1e-8)
    assert found.min() >= -1e-8
    assert found.max() <= upper + 1e-7
    slope = market.covariance @ found
    can_fall, can_rise = found > 1e-4, found < upper - 1e-4
    if can_fall.any() and can_rise.any():
        assert slope[can_fall].max() <= slope[can_rise].min() + 1e-4 * np.abs(slope).max()


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 10))
def test_no_portfolio_nearby_has_a_higher_sharpe_ratio(seed, assets):
    market = made_market(seed, assets)
    if market.expected.max() <= 0.01:
        return
    found = max_sharpe(market, long_only(assets))
    rng = np.random.default_rng(seed)
    others = np.abs(found + rng.normal(0, 0.05, (200, assets)))
    others /= others.sum(axis=1, keepdims=True)

    def ratio(weights: np.ndarray) -> np.ndarray:
        return weights @ market.expected / np.sqrt(np.einsum("...i,ij,...j", weights, market.covariance, weights))

    assert ratio(found) >= ratio(others).max() - 1e-7


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 8), st.sampled_from([0.002, 0.02]))
def test_no_portfolio_nearby_has_a_higher_sharpe_ratio_after_costs(seed, assets, cost):
    market = made_market(seed, assets)
    if market.expected.max() <= 3 * cost:
        return
    limits = long_only(assets, current=np.full(assets, 1 / assets), cost=cost)
    found = max_sharpe(market, limits)
    rng = np.random.default_rng(seed)
    others = np.abs(found + rng.normal(0, 0.03, (200, assets)))
    others /= others.sum(axis=1, keepdims=True)

    def ratio(weights: np.ndarray) -> float:
        net = weights @ market.expected - cost * limits.turnover_of(weights)
        return float(net / np.sqrt(weights @ market.covariance @ weights))

    assert ratio(found) >= max(map(ratio, others)) - 1e-7


def test_targets_move_the_best_ratio_along_the_frontier():
    limits = long_only(ASSETS, upper=0.3)
    best = max_sharpe(MARKET, limits)
    # calmer than the best ratio: the highest return at that risk; richer: the least risk at that return
    calm = replace(limits, target_volatility=0.8 * volatility(best))
    np.testing.assert_allclose(max_sharpe(MARKET, calm), max_return(MARKET, calm), atol=1e-4)
    rich = replace(limits, target_return=1.1 * float(best @ MARKET.expected))
    np.testing.assert_allclose(max_sharpe(MARKET, rich), min_volatility(MARKET, rich), atol=1e-4)
    loose = replace(limits, target_volatility=2 * volatility(best), target_return=0.0)
    np.testing.assert_allclose(max_sharpe(MARKET, loose), best, atol=1e-5)


def test_a_frontier_rises_from_the_least_risk_to_the_highest_return():
    limits = long_only(ASSETS, upper=0.2)
    found = frontier(MARKET, limits, lambda own: min_volatility(MARKET, own), 8).weights
    returns = found @ MARKET.expected
    risks = np.sqrt(np.einsum("pi,ij,pj->p", found, MARKET.covariance, found))
    assert len(found) == 8
    np.testing.assert_allclose(np.diff(returns), np.diff(returns)[0], rtol=1e-3)
    assert (np.diff(risks) > 0).all()
    assert (np.diff(risks, 2) > 0).all()  # it bends: each step of return costs more risk
    np.testing.assert_allclose(found[0], min_volatility(MARKET, limits), atol=1e-9)
    assert returns[-1] == pytest.approx(max_return(MARKET, limits) @ MARKET.expected, abs=1e-6)


def test_no_sharpe_ratio_above_a_risk_free_rate_that_nothing_reaches():
    market = replace(MARKET, risk_free_rate=2.0)
    with pytest.raises(InvalidInput, match="more than the risk-free rate") as refused:
        max_sharpe(market, long_only(ASSETS))
    assert refused.value.details["field"] == "risk_free_rate"


def test_one_asset_is_the_whole_portfolio():
    market = made_market(1, 1)
    for method in (min_volatility, max_return, max_diversification):
        np.testing.assert_allclose(method(market, long_only(1)), [1.0], atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_many_assets_are_solved_by_few_with_the_same_result(seed):
    panel = made_panel(seed, 150, 400)
    covariance = np.cov(panel.values.T) * 252
    theirs = EfficientFrontier(None, covariance, solver="CLARABEL")
    theirs.min_volatility()
    market = replace(made_market(seed, 150), covariance=covariance, expected=panel.values.mean(axis=0) * 252)
    np.testing.assert_allclose(min_volatility(market, long_only(150)), theirs.weights, atol=3e-4)
    theirs = EfficientFrontier(market.expected, covariance, solver="CLARABEL")
    theirs.max_sharpe(risk_free_rate=0.0)
    np.testing.assert_allclose(max_sharpe(market, long_only(150)), theirs.weights, atol=1e-3)
