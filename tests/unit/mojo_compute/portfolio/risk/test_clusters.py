"""Clusters of assets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.risk.clusters import clusters_of
from support.portfolios import made_panel


def blocks(*sizes: int, inside: float = 0.8, outside: float = 0.1) -> np.ndarray:
    group = np.repeat(np.arange(len(sizes)), sizes)
    found = np.where(group[:, None] == group, inside, outside)
    np.fill_diagonal(found, 1.0)
    return found


@pytest.mark.parametrize("linkage", ["single", "complete", "average", "ward"])
def test_assets_that_move_together_are_found(linkage):
    found = clusters_of(blocks(3, 4, 2), linkage, None)
    assert sorted(map(sorted, (one.tolist() for one in found.members))) == [[0, 1, 2], [3, 4, 5, 6], [7, 8]]


@given(st.integers(0, 10_000), st.integers(1, 15), st.one_of(st.none(), st.integers(1, 20)))
def test_every_asset_is_in_one_cluster(seed, assets, count):
    correlation = np.atleast_2d(np.corrcoef(made_panel(seed, assets).values.T))
    found = clusters_of(correlation, "average", count)
    assert np.concatenate(found.members).tolist() == found.tree.order.tolist()
    assert len(found.members) <= min(count or 10, assets)
