"""How much each asset adds to a portfolio's risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mojo_compute.kernels.arrays import Floats


@dataclass(frozen=True, slots=True)
class Contributions:
    """To the volatility, by asset.

    Parameters
    ----------
    marginal : ndarray of float64
        What one more of the asset adds: `C w / volatility`.
    component : ndarray of float64
        `weight x marginal`; their sum is the volatility.
    share : ndarray of float64
        Of the whole; their sum is 1. All 0 where there is no risk.
    """

    marginal: Floats
    component: Floats
    share: Floats


def contributions(weights: Floats, covariance: Floats) -> Contributions:
    """Euler's decomposition of volatility: D. Tasche, Risk Contributions and Performance Measurement, 1999."""
    pull = covariance @ weights
    variance = float(weights @ pull)
    if variance <= 0:
        nothing = np.zeros(len(weights))
        return Contributions(nothing, nothing, nothing)
    marginal = pull / np.sqrt(variance)
    return Contributions(marginal, weights * marginal, weights * pull / variance)
