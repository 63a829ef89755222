"""Value at risk and what lies beyond it: returns of one period, negative where they are losses."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.returns import Between

Method = Literal["historical", "gaussian", "cornish_fisher", "bootstrap"]

_NORMAL = NormalDist()
_ROUNDING = 1e-9
_DEEPEST = -5.0  # standard deviations; a normal value is below that once in 3.5 million
_MOST_NUMBERS = 500_000_000  # that a bootstrap draws
_MOST_DRAWN = 1_000_000  # numbers of resamples that are held at once


@dataclass(frozen=True, slots=True)
class Tail:
    """The return that is undercut in a share `1 - confidence` of periods, and the mean of those that do.

    The ranges, of a bootstrap, hold 95 % of the resamples. `cvar` is None where the method has none that is valid.
    """

    var: float
    cvar: float | None
    var_range: tuple[float, float] | None = None
    cvar_range: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def worst_of(periods: int, confidence: float) -> int:
    """How many periods the tail has: `floor((n - 1) share) + 1`, as empyrical's `conditional_value_at_risk`."""
    return int((periods - 1) * (1.0 - confidence) + _ROUNDING) + 1  # 1 - 0.9 is a little less than 0.1


def historical(returns: Floats, confidence: float) -> Tail:
    """The quantile of the returns themselves, interpolated, and the mean of the worst `floor((n - 1) share) + 1`.

    As empyrical's `value_at_risk` and `conditional_value_at_risk`.
    """
    share = 1.0 - confidence
    worst = worst_of(len(returns), confidence)
    beyond = np.partition(returns, worst - 1)[:worst]
    return Tail(float(np.quantile(returns, share)), float(beyond.mean()))


def gaussian(returns: Floats, confidence: float) -> Tail:
    """Of a normal distribution with the returns' mean and standard deviation (ddof 1)."""
    share = 1.0 - confidence
    at = _NORMAL.inv_cdf(share)
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    return Tail(mean + deviation * at, mean - deviation * _NORMAL.pdf(at) / share)


def cornish_fisher(returns: Floats, confidence: float) -> Tail:
    """The normal quantile corrected for skewness and kurtosis: E. A. Cornish and R. A. Fisher, 1938.

    The mean beyond it is the integral of the corrected quantiles. Far from the normal the correction turns back on
    itself; where it does within the tail, there is no such mean.
    """
    share = 1.0 - confidence
    at = _NORMAL.inv_cdf(share)
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    centred = returns - mean
    second = float((centred**2).mean())
    if second == 0.0:
        return Tail(mean, mean)
    skew = float((centred**3).mean()) / second**1.5
    excess = float((centred**4).mean()) / second**2 - 3.0
    # Hermite polynomials, whose integrals below z are -density(z) times the one before
    first, squared = at, at * at - 1.0
    corrected = at + squared * skew / 6 + (at**3 - 3 * at) * excess / 24 - (2 * at**3 - 5 * at) * skew**2 / 36
    beyond = 1.0 + first * skew / 6 + squared * excess / 24 - (2 * squared + 1.0) * skew**2 / 36
    var = mean + deviation * corrected
    if not _rises(at, skew, excess):
        note = (
            f"cornish_fisher: with a skewness of {skew:.3g} and an excess kurtosis of {excess:.3g} the expansion "
            f"does not rise throughout the tail; read its VaR with care, it has no CVaR"
        )
        return Tail(var, None, notes=(note,))
    return Tail(var, mean - deviation * _NORMAL.pdf(at) / share * beyond)


def _rises(at: float, skew: float, excess: float) -> bool:
    """Whether the corrected quantile rises with the normal one, from five deviations below up to `at`."""
    square = excess / 8 - skew**2 / 6
    linear = skew / 3
    constant = 1 - excess / 8 + 5 * skew**2 / 36
    turn = -linear / (2 * square) if square else at
    slopes = [square * z * z + linear * z + constant for z in (_DEEPEST, at, min(max(turn, _DEEPEST), at))]
    return min(slopes) >= 0


def bootstrap(
    returns: Floats, confidence: float, *, samples: int, block: int, seed: int, between: Between | None = None
) -> Tail:
    """The mean of the historical figures of resamples, and the range of 95 % of them.

    A resample has as many periods, drawn with replacement in runs of `block` that wrap around the end (D. N. Politis
    and J. P. Romano, A circular block-resampling procedure, 1992). The same seed gives the same figures.

    Raises
    ------
    InvalidInput
        More numbers would be drawn than is sensible.
    """
    periods = len(returns)
    if samples * periods > _MOST_NUMBERS:
        raise InvalidInput(
            f"{samples} resamples of {periods} periods are more than {_MOST_NUMBERS:,} numbers: ask for fewer samples",
            field="samples",
            constraint=f"samples x periods <= {_MOST_NUMBERS}",
        )
    rng = np.random.default_rng(seed)
    share = 1.0 - confidence
    worst = worst_of(periods, confidence)
    runs = -(-periods // block)
    vars_, cvars = np.empty(samples), np.empty(samples)
    at_once = max(1, _MOST_DRAWN // (runs * block))
    for first in range(0, samples, at_once):
        if between is not None:
            between()
        count = min(at_once, samples - first)
        starts = rng.integers(0, periods, size=(count, runs))
        drawn = (starts[:, :, None] + np.arange(block)).reshape(count, -1)[:, :periods] % periods
        resampled = returns[drawn]
        vars_[first : first + count] = np.quantile(resampled, share, axis=1)
        cvars[first : first + count] = np.partition(resampled, worst - 1, axis=1)[:, :worst].mean(axis=1)
    return Tail(float(vars_.mean()), float(cvars.mean()), _range(vars_), _range(cvars))


def _range(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
