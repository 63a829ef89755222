"""Covariance of returns: sample, shrunk, exponentially weighted. All are per year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.returns import Panel

Kind = Literal["sample", "ledoit_wolf", "ewma"]

_SINGULAR = 1e-10  # of a correlation matrix: a smaller eigenvalue is rounding, and its portfolio has no risk
_LEAST_SHRINKAGE = 1e-3
_LARGEST = 1e30  # a return whose fourth power, of Ledoit and Wolf, is a number still


@dataclass(frozen=True, slots=True)
class Covariance:
    """An estimate: `matrix` [assets, assets] per year, and the `shrinkage` (0...1) that is in it."""

    matrix: Floats
    kind: Kind
    shrinkage: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def volatilities(self) -> Floats:
        found: Floats = np.sqrt(np.diag(self.matrix))
        return found


def estimate(panel: Panel, kind: Kind, periods_per_year: float, half_life: float) -> Covariance:
    """The covariance of a panel, as it is: it may be singular.

    `sample` divides by n - 1. `ledoit_wolf` shrinks it towards equal, uncorrelated variances by the intensity of
    O. Ledoit and M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, 2004. `ewma`
    weighs a period `half_life` earlier half as much (about the weighted mean, without bias).

    Raises
    ------
    InvalidInput
        A return is too large for its square to be measured.
    """
    values = panel.values
    largest = np.abs(values).max(axis=0)
    if largest.max() > _LARGEST:
        worst = int(largest.argmax())
        raise InvalidInput(
            f"a return of {panel.symbols[worst]} is {largest[worst]:g}, at most {_LARGEST:g} can be measured",
            field="returns",
            constraint=f"returns <= {_LARGEST:g}",
        )
    if kind == "ledoit_wolf":
        matrix, shrinkage = _ledoit_wolf(values)
    elif kind == "ewma":
        matrix, shrinkage = _weighted(values, half_life), 0.0
    else:
        centred = values - values.mean(axis=0)
        matrix, shrinkage = centred.T @ centred / (len(values) - 1), 0.0
    return Covariance(matrix * periods_per_year, kind, shrinkage)


def estimate_regular(panel: Panel, kind: Kind, periods_per_year: float, half_life: float) -> Covariance:
    """The covariance of a panel, shrunk where it is singular, which `notes` says.

    Raises
    ------
    InvalidInput
        An asset never moves.
    """
    found = estimate(panel, kind, periods_per_year, half_life)
    still = np.flatnonzero(np.ptp(panel.values, axis=0) == 0.0)
    if len(still):
        raise InvalidInput(
            f"the return of {panel.symbols[still[0]]} is the same in all {panel.periods} periods: "
            "without risk it would take all the weight, leave it out",
            field="symbols",
            constraint="every asset moves",
        )
    if len(panel.symbols) == 1 or _is_shrunk_enough(found) or not _is_singular(found.matrix):
        return found
    _matrix, intensity = _ledoit_wolf(panel.values)
    intensity = min(max(intensity, _LEAST_SHRINKAGE), 1.0)
    note = (
        f"the {kind} covariance of {len(panel.symbols)} assets over {panel.periods} periods is singular: "
        f"shrunk by {intensity:.4g} towards equal, uncorrelated variances"
    )
    return Covariance(_shrunk(found.matrix, intensity), kind, intensity, (note,))


def correlation_of(matrix: Floats) -> Floats:
    """Correlations; NaN beside an asset without variance."""
    scale = np.sqrt(np.diag(matrix))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = matrix / np.outer(scale, scale)
    np.clip(found, -1.0, 1.0, out=found)
    found[np.diag_indices_from(found)] = np.where(scale > 0, 1.0, np.nan)
    return found


def _is_shrunk_enough(found: Covariance) -> bool:
    """Whether what was added to the diagonal keeps every eigenvalue of the correlations away from 0."""
    variances = np.diag(found.matrix)
    return bool(found.shrinkage * variances.mean() > _SINGULAR * len(variances) * variances.max())


def _is_singular(matrix: Floats) -> bool:
    correlation = correlation_of(matrix)
    if np.isnan(correlation).any():
        return True
    correlation[np.diag_indices_from(correlation)] -= _SINGULAR * len(matrix)
    try:
        np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return True
    return False


def _shrunk(matrix: Floats, intensity: float) -> Floats:
    found = (1.0 - intensity) * matrix
    found[np.diag_indices_from(found)] += intensity * np.trace(matrix) / len(matrix)
    return found


def _ledoit_wolf(values: Floats) -> tuple[Floats, float]:
    """The shrunk covariance (of n, not n - 1) and the intensity."""
    periods, assets = values.shape
    centred = values - values.mean(axis=0)
    sample = centred.T @ centred / periods
    squared = float((sample * sample).sum())
    mean = float(np.trace(sample)) / assets
    distance = squared - assets * mean * mean  # of the sample from its target, squared
    noise = (float(((centred * centred).sum(axis=1) ** 2).sum()) / periods - squared) / periods
    intensity = min(max(noise, 0.0), distance) / distance if distance > 0 else 0.0
    return _shrunk(sample, intensity), intensity


def _weighted(values: Floats, half_life: float) -> Floats:
    weights = decay(len(values), half_life)
    centred = values - weights @ values
    found: Floats = (centred * weights[:, None]).T @ centred / (1.0 - float(weights @ weights))
    return found


def decay(periods: int, half_life: float) -> Floats:
    """Weights of periods, the newest last, that halve every `half_life`; their sum is 1."""
    weights = 0.5 ** (np.arange(periods - 1, -1, -1) / half_life)
    found: Floats = weights / weights.sum()
    return found
