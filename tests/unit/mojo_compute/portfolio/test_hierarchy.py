"""Hierarchical risk parity against PyPortfolioOpt's."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.hierarchy import hierarchical, tree_of
from pypfopt import HRPOpt
from support.portfolios import long_only, made_market, made_panel, sample_panel

LINKAGES = ["single", "complete", "average", "ward"]


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("assets", [2, 7, 40])
def test_the_weights_are_pyportfolioopts(assets, linkage):
    panel = sample_panel(assets)
    theirs = HRPOpt(pd.DataFrame(panel.values, columns=panel.symbols))
    theirs.optimize(linkage_method=linkage)
    found, tree = hierarchical(np.cov(panel.values.T), long_only(assets), linkage)
    expected = theirs.clean_weights(cutoff=0, rounding=None)
    np.testing.assert_allclose(found, [expected[symbol] for symbol in panel.symbols], rtol=1e-8)
    np.testing.assert_allclose(tree.links, theirs.clusters, rtol=1e-9)
    assert sorted(tree.order) == list(range(assets))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 20), st.floats(0, 1), st.floats(0, 0.9))
def test_bounds_hold_and_the_sum_is_one(seed, assets, tightness, least):
    upper = 1 - tightness * (1 - 1 / assets)
    limits = replace(long_only(assets, upper=max(upper, 1 / assets)), lower=np.full(assets, least / assets))
    found, _tree = hierarchical(made_market(seed, assets).covariance, limits, "single")
    assert found.sum() == pytest.approx(1)
    assert (found >= limits.lower - 1e-12).all()
    assert (found <= limits.upper + 1e-12).all()


def test_two_uncorrelated_assets_weigh_by_the_inverse_of_their_variance():
    found, _tree = hierarchical(np.diag([0.01, 0.03]), long_only(2), "single")
    np.testing.assert_allclose(found, [0.75, 0.25])


def test_unknown_correlations_count_as_none():
    correlation = np.corrcoef(made_panel(1, 3).values.T)
    correlation[2] = correlation[:, 2] = np.nan
    tree = tree_of(correlation, "average")
    assert np.isfinite(tree.links).all()
    assert tree.links[-1, 2] == pytest.approx(0.5**0.5)
