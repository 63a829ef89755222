"""Portfolios of mean and variance: H. Markowitz, Portfolio Selection, 1952, and what followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Limits, Weights, constrained
from mojo_compute.portfolio.infeasible import conflict
from mojo_compute.portfolio.program import Answer, Infeasible, Terms
from mojo_compute.portfolio.returns import Between

Least = Callable[[Limits], Floats]  # the weights of least risk within limits


@dataclass(frozen=True, slots=True)
class Market:
    """What is believed of the assets, per year.

    Parameters
    ----------
    covariance : ndarray of float64, [assets, assets]
        Positive definite.
    expected : ndarray of float64, [assets]
    risk_free_rate : float
    """

    covariance: Floats
    expected: Floats
    risk_free_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Frontier:
    """Portfolios of least risk for rising returns; `weights` [points, assets]."""

    weights: Floats


def min_volatility(market: Market, limits: Limits, between: Between | None = None) -> Floats:
    """The weights with the least variance, costs per year added to it.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits.
    """
    made = constrained(limits, expected=market.expected, covariance=market.covariance)
    unit = _unit(market.covariance)
    made.program.minimise_quadratic(made.weights, market.covariance * (2.0 / unit))
    if made.trades is not None and limits.cost > 0:
        made.program.minimise(made.trades, limits.cost / unit)
    return solved(made, market, between, _hint(market, returns=limits.target_return is not None))


def max_return(market: Market, limits: Limits, between: Between | None = None) -> Floats:
    """The weights with the highest expected return after costs; with a target of volatility, the best below it.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits.
    """
    made = constrained(limits, expected=market.expected, covariance=market.covariance)
    for variable, row in made.net_return(market.expected).items():
        made.program.minimise(variable, -np.asarray(row))
    return solved(made, market, between, _hint(market, returns=True))


def max_sharpe(market: Market, limits: Limits, between: Between | None = None) -> Floats:
    """The weights with the highest `(expected return - costs - rf) / volatility`.

    Solved for weights times a free scale, of which the excess return is 1: A. Charnes and W. W. Cooper, Programming
    with linear fractional functionals, 1962.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits, or none of these has an expected return above the risk-free rate.
    """
    excess = market.expected - market.risk_free_rate
    made = constrained(limits, expected=market.expected, covariance=market.covariance, scaled=True)
    try:
        return _best_ratio(made, market, made.net_return(excess), between)
    except (Infeasible, ComputationError) as failed:
        best = max_return(market, limits, between)  # says so when there are no weights at all
        net = _net(market, limits, best)
        if net > market.risk_free_rate and isinstance(failed, ComputationError):
            raise
    raise InvalidInput(
        f"no portfolio within the constraints is expected to return more than the risk-free rate "
        f"({market.risk_free_rate:g}): the best returns {net:.6g}",
        field="risk_free_rate",
        constraint="risk_free_rate < highest expected return",
    )


def max_diversification(market: Market, limits: Limits, between: Between | None = None) -> Floats:
    """The weights with the highest ratio of mean volatility to volatility.

    Y. Choueifaty and Y. Coignard, Toward Maximum Diversification, 2008.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits, or all of these have a mean volatility of 0 or less.
    """
    volatilities = np.sqrt(np.diag(market.covariance))
    made = constrained(limits, expected=market.expected, covariance=market.covariance, scaled=True)
    try:
        return _best_ratio(made, market, {made.weights: volatilities}, between)
    except Infeasible:
        max_return(market, limits, between)
    raise InvalidInput(
        "no portfolio within the constraints has a mean volatility above 0",
        field="max_weight",
        constraint="sum of weight x volatility > 0",
    )


def _best_ratio(made: Weights, market: Market, gain: Terms, between: Between | None) -> Floats:
    made.program.minimise_quadratic(made.weights, market.covariance * (2.0 / _unit(market.covariance)))
    # a gain of 1 in its own unit leaves the variables at about 1 too
    unit = float(np.abs(gain[made.weights]).max()) or 1.0
    made.program.at_most({variable: np.asarray(row) / -unit for variable, row in gain.items()}, -1.0)
    answer = made.program.solve(between, _hint(market, returns=True))
    assert made.scale is not None
    found: Floats = answer.of(made.weights) / answer.of(made.scale)[0]
    return found


def frontier(market: Market, limits: Limits, least: Least, points: int, between: Between | None = None) -> Frontier:
    """Weights of least risk at returns evenly spaced from that of the least risk to the highest.

    Parameters
    ----------
    least : callable
        The weights of least risk within limits.
    points : int
        How many, at least 2.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits.
    """
    lowest = least(limits)
    highest = max_return(market, limits, between)
    net = partial(_net, market, limits)
    targets = np.linspace(net(lowest), net(highest), points)[1:]
    # at the very highest return a solver has no room
    targets[-1] = max(net(lowest), targets[-1] - 1e-7 * max(1.0, abs(targets[-1])))
    found = [lowest, *(least(replace(limits, target_return=float(target))) for target in targets)]
    return Frontier(np.array(found))


def _net(market: Market, limits: Limits, weights: Floats) -> float:
    return float(weights @ market.expected) - limits.cost * limits.turnover_of(weights)


def solved(made: Weights, market: Market, between: Between | None, hint: Floats | None = None) -> Floats:
    """The weights of a program without a scale. Errors: InvalidInput, which names what can't be satisfied."""
    try:
        answer: Answer = made.program.solve(between, hint)
    except Infeasible:
        raise conflict(made.limits, market.expected, market.covariance, between) from None
    return answer.of(made.weights)


def _unit(covariance: Floats) -> float:
    """The mean variance: objectives are taken in it, so that their size is about 1."""
    return float(np.trace(covariance)) / len(covariance) or 1.0


def _hint(market: Market, *, returns: bool) -> Floats:
    """Which assets are likely to be held: those that add little to the risk of all, or pay well for it."""
    shared = market.covariance.mean(axis=1)
    calm = _ranks(-shared)
    if not returns:
        return calm
    paid = _ranks((market.expected - market.risk_free_rate) / np.maximum(shared, 1e-12))
    found: Floats = np.maximum(calm, paid)
    return found


def _ranks(values: Floats) -> Floats:
    found = np.empty(len(values))
    found[np.argsort(values, kind="stable")] = np.arange(len(values), dtype=np.float64)
    return found
