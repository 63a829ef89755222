"""Assets that move together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.hierarchy import Linkage, Tree, tree_of

_MOST = 10


@dataclass(frozen=True, slots=True)
class Clusters:
    """`members` of each cluster, in the order of the tree; `tree` of all assets."""

    members: tuple[npt.NDArray[np.int64], ...]
    tree: Tree


def clusters_of(correlation: Floats, linkage: Linkage, count: int | None) -> Clusters:
    """The tree of assets, cut into so many clusters.

    Parameters
    ----------
    count : int or None
        None: where the tree's joints are farthest apart, at most 10.
    """
    from scipy.cluster import hierarchy

    tree = tree_of(correlation, linkage)
    assets = len(correlation)
    wanted = _natural(tree.links, assets) if count is None else min(count, assets)
    numbers = hierarchy.fcluster(tree.links, wanted, "maxclust") if assets > 1 else np.ones(1, dtype=np.int64)
    in_order = dict.fromkeys(numbers[tree.order].tolist())
    members = tuple(np.array([at for at in tree.order if numbers[at] == one]) for one in in_order)
    return Clusters(members, tree)


def _natural(links: Floats, assets: int) -> int:
    """The number of clusters that stays the same over the widest range of distances."""
    if assets < 3:
        return assets
    most = min(_MOST, assets - 1)
    heights = links[:, 2]
    # between the joint that leaves k clusters and the next one, k is the number; 1 is none
    gaps = [heights[assets - k] - heights[assets - k - 1] for k in range(2, most + 1)]
    return 2 + int(np.argmax(gaps))
