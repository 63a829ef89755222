"""Expected returns of the market and of views: F. Black and R. Litterman, Global Portfolio Optimization, 1992."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats

_SAME = 1e-10  # of the views' correlation: a smaller eigenvalue is rounding


@dataclass(frozen=True, slots=True)
class View:
    """A portfolio and the return that is expected of it per year.

    Parameters
    ----------
    weights : ndarray of float64, [assets]
        1 for an asset by itself; 1 and -1 for one over another.
    expected_return : float
    confidence : float
        0...1, both excluded or 1: 1 is certain, at 0.5 the view weighs as much as the market.
    """

    weights: Floats
    expected_return: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Per year: what the market's weights imply, and what is expected with the views."""

    prior: Floats
    expected: Floats
    covariance: Floats


def implied_returns(covariance: Floats, market_weights: Floats, risk_aversion: float, risk_free_rate: float) -> Floats:
    """The returns for which the market's weights are the best: `rf + risk_aversion x C w`."""
    found: Floats = risk_free_rate + risk_aversion * covariance @ market_weights
    return found


def combine(covariance: Floats, prior: Floats, views: Sequence[View], tau: float) -> Beliefs:
    """Blend a prior with views.

    The prior's uncertainty is `tau x C`, a view's `tau x (1 - confidence) / confidence x p'Cp` (T. Idzorek, A
    step-by-step guide to the Black-Litterman model, 2005). The covariance is that of returns about the blended
    mean: `C` and the uncertainty of that mean.

    Raises
    ------
    InvalidInput
        Views without a doubt depend on each other.
    """
    if not views:
        return Beliefs(prior, prior, covariance * (1.0 + tau))
    picks = np.array([view.weights for view in views])
    said = np.array([view.expected_return for view in views])
    confidence = np.array([view.confidence for view in views])
    spread = tau * covariance @ picks.T
    doubt = np.diag((1.0 - confidence) / confidence * np.einsum("ij,ji->i", picks, spread))
    # (tau C)^-1 and doubt^-1 are never needed: certain views have no doubt to invert
    said_variance = picks @ spread + doubt
    scale = np.sqrt(np.diag(said_variance))
    if np.linalg.eigvalsh(said_variance / np.outer(scale, scale))[0] < _SAME:
        raise InvalidInput(
            "two certain views (confidence 1) are about the same: they repeat or contradict each other",
            field="views",
            constraint="certain views independent",
        )
    gain = np.linalg.solve(said_variance, spread.T).T
    expected = prior + gain @ (said - picks @ prior)
    uncertainty = tau * covariance - gain @ spread.T
    blended = covariance + (uncertainty + uncertainty.T) / 2
    return Beliefs(prior, expected, blended)
