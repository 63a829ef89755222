"""Covariances against numpy, pandas and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.covariance import correlation_of, decay, estimate, estimate_regular
from mojo_compute.portfolio.returns import Panel
from sklearn.covariance import LedoitWolf
from support.portfolios import made_panel, sample_panel


def test_the_sample_covariance_is_numpys():
    panel = sample_panel()
    found = estimate(panel, "sample", 247, 63)
    np.testing.assert_allclose(found.matrix, np.cov(panel.values.T) * 247, rtol=1e-12)
    np.testing.assert_allclose(found.volatilities, panel.values.std(axis=0, ddof=1) * 247**0.5, rtol=1e-12)


@pytest.mark.parametrize(("assets", "periods"), [(5, 300), (40, 60), (60, 40), (2, 3)])
def test_ledoit_wolf_is_scikit_learns(assets, periods):
    panel = made_panel(assets, assets, periods)
    found = estimate(panel, "ledoit_wolf", 252, 63)
    theirs = LedoitWolf().fit(panel.values)
    np.testing.assert_allclose(found.matrix, theirs.covariance_ * 252, rtol=1e-9, atol=1e-15)
    assert found.shrinkage == pytest.approx(theirs.shrinkage_, rel=1e-9)


def test_the_weighted_covariance_is_pandas():
    panel = sample_panel(5)
    found = estimate(panel, "ewma", 252, 63)
    theirs = pd.DataFrame(panel.values).ewm(halflife=63).cov().iloc[-5:].to_numpy()
    np.testing.assert_allclose(found.matrix, theirs * 252, rtol=1e-9)


def test_weights_halve_every_half_life():
    weights = decay(30, 7.0)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights[7:] / weights[:-7], 2.0)


@given(st.integers(0, 1000), st.integers(2, 12), st.integers(3, 40), st.sampled_from(["sample", "ewma", "ledoit_wolf"]))
def test_a_regular_covariance_is_positive_definite_and_says_what_it_did(seed, assets, periods, kind):
    panel = made_panel(seed, assets, periods)
    found = estimate_regular(panel, kind, 252, 10)
    np.linalg.cholesky(found.matrix)
    if kind != "ledoit_wolf":
        is_short = periods - 1 < assets
        assert bool(found.notes) >= is_short
        assert (found.shrinkage > 0) == bool(found.notes)


def test_two_equal_assets_are_shrunk_apart():
    one = made_panel(1, 1).values
    found = estimate_regular(Panel(("A", "B"), np.hstack([one, one])), "sample", 252, 63)
    assert "is singular: shrunk by" in found.notes[0]
    assert np.linalg.eigvalsh(found.matrix).min() > 0


def test_an_asset_that_never_moves_is_refused_by_name():
    values = made_panel(1, 2).values.copy()
    values[:, 1] = 0.0
    with pytest.raises(InvalidInput, match="the return of CASH is the same in all 300 periods"):
        estimate_regular(Panel(("A", "CASH"), values), "sample", 252, 63)
    with pytest.raises(InvalidInput, match="the return of CASH is the same"):
        estimate_regular(Panel(("CASH",), values[:, 1:]), "sample", 252, 63)


def test_correlations_of_what_never_moves_are_unknown():
    found = correlation_of(np.array([[4.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(found[:2, :2], [[1, 0.5], [0.5, 1]])
    assert np.isnan(found[2]).all()
