"""Black-Litterman against PyPortfolioOpt."""

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.beliefs import View, combine, implied_returns
from pypfopt import BlackLittermanModel, black_litterman
from support.portfolios import made_market

TAU = 0.05


def views(picks: np.ndarray, said: np.ndarray, confidence: np.ndarray) -> list[View]:
    return [View(*one) for one in zip(picks, said, confidence, strict=True)]


def test_the_prior_is_pyportfolioopts():
    covariance = made_market(1, 5).covariance
    names = list("ABCDE")
    caps = pd.Series([5, 4, 3, 2, 1.0], index=names)
    frame = pd.DataFrame(covariance, index=names, columns=names)
    theirs = black_litterman.market_implied_prior_returns(caps, 2.5, frame, 0.06)
    np.testing.assert_allclose(
        implied_returns(covariance, (caps / caps.sum()).to_numpy(), 2.5, 0.06), theirs, rtol=1e-12
    )


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_the_blend_is_pyportfolioopts_with_idzoreks_confidences(seed, assets):
    rng = np.random.default_rng(seed)
    covariance = made_market(seed, assets).covariance
    prior = rng.uniform(0, 0.2, assets)
    count = int(rng.integers(1, assets + 1))
    picks = np.linalg.qr(rng.normal(size=(assets, assets)))[0][:count]
    said, confidence = rng.uniform(-0.2, 0.4, count), rng.uniform(0.05, 1.0, count)
    theirs = BlackLittermanModel(
        covariance, pi=prior, P=picks, Q=said, omega="idzorek", view_confidences=confidence, tau=TAU
    )
    found = combine(covariance, prior, views(picks, said, confidence), TAU)
    np.testing.assert_allclose(found.expected, theirs.bl_returns(), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.covariance, theirs.bl_cov(), rtol=1e-6, atol=1e-9)


def test_half_a_confidence_is_pyportfolioopts_default():
    covariance = made_market(2, 4).covariance
    prior = np.full(4, 0.1)
    picks, said = np.array([[1, 0, 0, 0], [0, 1, -1, 0.0]]), np.array([0.2, 0.05])
    theirs = BlackLittermanModel(covariance, pi=prior, P=picks, Q=said, tau=TAU)
    found = combine(covariance, prior, views(picks, said, np.full(2, 0.5)), TAU)
    np.testing.assert_allclose(found.expected, theirs.bl_returns(), rtol=1e-9)


def test_a_certain_view_comes_true():
    covariance = made_market(3, 4).covariance
    found = combine(covariance, np.full(4, 0.1), [View(np.array([1, -1, 0, 0.0]), 0.07, 1.0)], TAU)
    assert found.expected[0] - found.expected[1] == pytest.approx(0.07)


def test_without_views_the_prior_stays():
    covariance = made_market(3, 4).covariance
    found = combine(covariance, np.full(4, 0.1), [], TAU)
    np.testing.assert_array_equal(found.expected, 0.1)
    np.testing.assert_allclose(found.covariance, covariance * 1.05)


def test_certain_views_that_contradict_each_other_are_refused():
    pick = np.array([1, 0, 0, 0.0])
    with pytest.raises(InvalidInput, match="repeat or contradict"):
        combine(made_market(3, 4).covariance, np.full(4, 0.1), [View(pick, 0.1, 1.0), View(pick, 0.2, 1.0)], TAU)
