"""Hierarchical risk parity: M. López de Prado, Building Diversified Portfolios that Outperform Out of Sample, 2016."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Limits
from mojo_compute.portfolio.covariance import correlation_of

Linkage = Literal["single", "complete", "average", "ward"]


@dataclass(frozen=True, slots=True)
class Tree:
    """Assets joined by likeness.

    Parameters
    ----------
    links : ndarray of float64, [assets - 1, 4]
        As scipy has them: the two clusters joined, their distance, the size of the new one.
    order : ndarray of int64, [assets]
        The assets as a dendrogram has its leaves.
    """

    links: Floats
    order: npt.NDArray[np.int64]


def tree_of(correlation: Floats, linkage: Linkage) -> Tree:
    """The tree of assets by the distance `sqrt((1 - correlation) / 2)`; an unknown correlation counts as 0."""
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    if len(correlation) == 1:
        return Tree(np.empty((0, 4)), np.zeros(1, dtype=np.int64))
    known = np.where(np.isnan(correlation), 0.0, correlation)
    distance = np.sqrt(np.clip((1.0 - (known + known.T) / 2) / 2, 0.0, 1.0))
    np.fill_diagonal(distance, 0.0)
    links = hierarchy.linkage(squareform(distance, checks=False), linkage)
    return Tree(links, hierarchy.leaves_list(links).astype(np.int64))


def hierarchical(covariance: Floats, limits: Limits, linkage: Linkage) -> tuple[Floats, Tree]:
    """Weights that halve the assets in the tree's order, again and again, each half by the inverse of its variance.

    The variance of a half is that of its assets by inverse variance. Bounds hold: a half gets no less and no more
    than its assets may have together.
    """
    tree = tree_of(correlation_of(covariance), linkage)
    lower, upper = np.maximum(limits.lower, 0.0), limits.upper
    weights = np.ones(len(covariance))
    parts = [tree.order]
    while parts:
        part = parts.pop()
        if len(part) == 1:
            continue
        left, right = part[: len(part) // 2], part[len(part) // 2 :]
        first, second = _variance_of(covariance, left), _variance_of(covariance, right)
        whole = float(weights[part[0]])
        share = whole * (1.0 - first / (first + second))
        least = max(lower[left].sum(), whole - upper[right].sum())
        most = min(upper[left].sum(), whole - lower[right].sum())
        share = min(max(share, least), most)
        weights[left], weights[right] = share, whole - share
        parts += [left, right]
    return weights, tree


def _variance_of(covariance: Floats, part: npt.NDArray[np.int64]) -> float:
    own = covariance[np.ix_(part, part)]
    inverse = 1.0 / np.diag(own)
    inverse /= inverse.sum()
    return float(inverse @ own @ inverse)
