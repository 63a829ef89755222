"""Contributions to volatility."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.risk.contributions import contributions
from support.portfolios import made_market


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_components_add_up_and_margins_are_slopes(seed, assets):
    covariance = made_market(seed, assets).covariance
    weights = np.random.default_rng(seed).normal(0, 1, assets)
    found = contributions(weights, covariance)

    def volatility(held: np.ndarray) -> float:
        return float(np.sqrt(held @ covariance @ held))

    assert found.component.sum() == pytest.approx(volatility(weights))
    assert found.share.sum() == pytest.approx(1)
    step = 1e-6
    slopes = [
        (volatility(weights + step * one) - volatility(weights - step * one)) / (2 * step) for one in np.eye(assets)
    ]
    np.testing.assert_allclose(found.marginal, slopes, rtol=1e-4, atol=1e-7)


def test_nothing_contributes_where_there_is_no_risk():
    found = contributions(np.array([0.5, 0.5]), np.zeros((2, 2)))
    assert not found.component.any()
    assert not found.share.any()
