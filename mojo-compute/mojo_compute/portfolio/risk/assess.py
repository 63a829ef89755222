"""The risks of a holding, all together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.covariance import Covariance, correlation_of, estimate
from mojo_compute.portfolio.covariance import Kind as CovarianceKind
from mojo_compute.portfolio.expected import betas
from mojo_compute.portfolio.hierarchy import Linkage
from mojo_compute.portfolio.returns import LEAST_ANNUAL, Between, Panel
from mojo_compute.portfolio.risk import measures
from mojo_compute.portfolio.risk.clusters import Clusters, clusters_of
from mojo_compute.portfolio.risk.contributions import Contributions, contributions
from mojo_compute.portfolio.risk.drawdowns import Drawdown, drawdown

_WHOLE = 1e-6  # weights whose sum is so near 1 hold no cash


@dataclass(frozen=True, slots=True)
class Holding:
    """Weights over the returns of assets, and how to look at them.

    Parameters
    ----------
    weights : ndarray of float64, [assets]
        What their sum lacks of 1 is cash, which earns nothing; what it has above is borrowed for nothing. They are
        held all the time: a period's return is `weights x returns`.
    benchmark : ndarray of float64 or None
        Returns of the market over the same periods; None: of all assets alike.
    clusters : int or None
        How many clusters; None: as many as the assets themselves show.
    """

    panel: Panel
    weights: Floats
    benchmark: Floats | None = None
    periods_per_year: float = 252.0
    risk_free_rate: float = 0.0
    covariance: CovarianceKind = "sample"
    half_life: float = 63.0
    confidence: float = 0.95
    methods: Sequence[measures.Method] = ("historical", "gaussian", "cornish_fisher", "bootstrap")
    samples: int = 1_000
    block: int = 1
    seed: int = 0
    linkage: Linkage = "average"
    clusters: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """To the benchmark: annual `alpha` and `tracking_error`; `correlation` is None where the portfolio never moves."""

    beta: float
    alpha: float
    correlation: float | None
    tracking_error: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a holding risks; annual figures are of `periods_per_year`."""

    returns: Floats
    mean_return: float
    volatility: float
    sharpe: float | None
    relation: Relation
    betas: Floats
    tails: Mapping[measures.Method, measures.Tail]
    drawdown: Drawdown
    contributions: Contributions
    tail_components: Floats
    covariance: Covariance
    correlation: Floats
    clusters: Clusters
    notes: tuple[str, ...]


def assess(holding: Holding, between: Between | None = None) -> Assessment:
    """The risks of a holding.

    Parameters
    ----------
    between : callable or None
        Called now and then; what it raises ends the work.

    Raises
    ------
    InvalidInput
        All weights are 0, or the benchmark never moves.
    """
    panel, weights = holding.panel, holding.weights
    if not weights.any():
        raise InvalidInput("all weights are 0: nothing is held", field="weights", constraint="a weight other than 0")
    covariance = estimate(panel, holding.covariance, holding.periods_per_year, holding.half_life)
    returns: Floats = panel.values @ weights
    market = panel.values.mean(axis=1) if holding.benchmark is None else holding.benchmark
    per_asset = betas(panel.values, market)
    tails: dict[measures.Method, measures.Tail] = {}
    for method in holding.methods:
        if between is not None:
            between()
        tails[method] = _tail(method, returns, holding, between)
    correlation = correlation_of(covariance.matrix)
    volatility = math.sqrt(max(float(weights @ covariance.matrix @ weights), 0.0))
    mean = float(returns.mean()) * holding.periods_per_year
    return Assessment(
        returns=returns,
        mean_return=mean,
        volatility=volatility,
        sharpe=(mean - holding.risk_free_rate) / volatility if volatility > 0 else None,
        relation=_relation(returns, market, holding),
        betas=per_asset,
        tails=tails,
        drawdown=drawdown(returns),
        contributions=contributions(weights, covariance.matrix),
        tail_components=_tail_components(panel.values, weights, returns, holding.confidence),
        covariance=covariance,
        correlation=correlation,
        clusters=clusters_of(correlation, holding.linkage, holding.clusters),
        notes=(*panel.notes, *_notes(holding, tails)),
    )


def _tail(method: measures.Method, returns: Floats, holding: Holding, between: Between | None) -> measures.Tail:
    if method == "gaussian":
        return measures.gaussian(returns, holding.confidence)
    if method == "cornish_fisher":
        return measures.cornish_fisher(returns, holding.confidence)
    if method == "bootstrap":
        return measures.bootstrap(
            returns,
            holding.confidence,
            samples=holding.samples,
            block=min(holding.block, len(returns)),
            seed=holding.seed,
            between=between,
        )
    return measures.historical(returns, holding.confidence)


def _relation(returns: Floats, market: Floats, holding: Holding) -> Relation:
    """Slope and intercept of the excess returns on the market's (simple returns, least squares)."""
    beta = float(betas(returns[:, None], market)[0])
    free = (1.0 + holding.risk_free_rate) ** (1.0 / holding.periods_per_year) - 1.0
    alpha = float((returns - free).mean() - beta * (market - free).mean()) * holding.periods_per_year
    moves = float(returns.std()) * float(market.std())
    centred = (returns - returns.mean()) @ (market - market.mean()) / len(returns)
    error = float((returns - market).std(ddof=1)) * float(np.sqrt(holding.periods_per_year))
    return Relation(beta, alpha, float(centred / moves) if moves > 0 else None, error)


def _tail_components(values: Floats, weights: Floats, returns: Floats, confidence: float) -> Floats:
    """What each asset adds to the historical CVaR: the mean of its part in the worst periods."""
    worst = measures.worst_of(len(returns), confidence)
    periods = np.argpartition(returns, worst - 1)[:worst]
    found: Floats = weights * values[periods].mean(axis=0)
    return found


def _notes(holding: Holding, tails: Mapping[measures.Method, measures.Tail]) -> list[str]:
    notes = [note for tail in tails.values() for note in tail.notes]
    total = float(holding.weights.sum())
    if abs(total - 1.0) > _WHOLE:
        what = "the rest is cash that earns nothing" if total < 1 else "what is above 1 is borrowed for nothing"
        notes.append(f"the weights have a sum of {total:.6g}: {what}")
    still = np.flatnonzero(np.ptp(holding.panel.values, axis=0) == 0.0)
    if len(still):
        names = ", ".join(holding.panel.symbols[at] for at in still[:8])
        notes.append(f"without movement, and so without correlations: {names}")
    beyond = measures.worst_of(holding.panel.periods, holding.confidence)
    if beyond < 5:
        notes.append(f"only {beyond} of {holding.panel.periods} periods lie beyond the historical VaR")
    if not holding.panel.has_annual:
        notes.append(
            f"only {holding.panel.periods} periods, annual figures want {LEAST_ANNUAL}: they are left out (null)"
        )
    return notes
