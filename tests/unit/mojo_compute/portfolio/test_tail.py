"""Portfolios of least tail loss against PyPortfolioOpt and skfolio."""

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.portfolio.efficient import Market
from mojo_compute.portfolio.returns import Panel
from mojo_compute.portfolio.tail import min_cvar
from pypfopt import EfficientCVaR
from skfolio import RiskMeasure
from skfolio.optimization import MeanRisk
from support.portfolios import long_only, made_panel, sample_panel

PANEL = sample_panel(12)
MARKET = Market(np.cov(PANEL.values.T) * 252, PANEL.values.mean(axis=0) * 252)


def loss(weights: np.ndarray, confidence: float = 0.95) -> float:
    """The mean of the worst returns, the last of them in part, as a loss."""
    worst = np.sort(PANEL.values @ weights)
    share = (1 - confidence) * len(worst)
    whole = int(share)
    return -float(worst[:whole].sum() + (share - whole) * worst[whole]) / share


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_least_cvar_is_pyportfolioopts(confidence):
    theirs = EfficientCVaR(
        MARKET.expected, pd.DataFrame(PANEL.values), beta=confidence, weight_bounds=(0, 0.4), solver="CLARABEL"
    )
    theirs.min_cvar()
    found = min_cvar(PANEL, MARKET, long_only(12, upper=0.4), confidence=confidence, periods_per_year=252)
    np.testing.assert_allclose(found, theirs.weights, atol=1e-4)
    assert loss(found, confidence) <= loss(theirs.weights, confidence) + 1e-9


def test_the_least_cvar_is_skfolios():
    theirs = MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=0.95).fit(PANEL.values).weights_
    found = min_cvar(PANEL, MARKET, long_only(12), confidence=0.95, periods_per_year=252)
    assert loss(found) == pytest.approx(loss(theirs), rel=1e-5)
    np.testing.assert_allclose(found, theirs, atol=2e-3)


def test_a_target_of_return_holds_and_costs_tail():
    limits = long_only(12, target_return=0.2)
    found = min_cvar(PANEL, MARKET, limits, confidence=0.95, periods_per_year=252)
    free = min_cvar(PANEL, MARKET, long_only(12), confidence=0.95, periods_per_year=252)
    assert found @ MARKET.expected == pytest.approx(0.2, abs=1e-6)
    assert loss(found) > loss(free)


def test_many_assets_are_solved_by_few_with_the_same_result():
    panel = made_panel(3, 130, 200)
    market = Market(np.cov(panel.values.T) + np.eye(130) * 1e-6, panel.values.mean(axis=0))
    found = min_cvar(panel, market, long_only(130), confidence=0.95, periods_per_year=252)
    theirs = EfficientCVaR(None, pd.DataFrame(panel.values), solver="CLARABEL")
    theirs.min_cvar()

    def tail(weights: np.ndarray) -> float:
        return float(np.sort(panel.values @ weights)[:10].mean())

    assert tail(found) == pytest.approx(tail(theirs.weights), rel=1e-5)


def test_more_returns_than_fit_are_refused_with_their_number():
    panel = Panel(("A", "B"), np.zeros((1_000_001, 2)))
    with pytest.raises(InvalidInput, match="found 2,000,002"):
        min_cvar(panel, MARKET, long_only(2), confidence=0.95, periods_per_year=252)
