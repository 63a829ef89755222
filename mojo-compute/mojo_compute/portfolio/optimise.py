"""The portfolio that a method makes of returns, limits and beliefs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio import efficient, expected
from mojo_compute.portfolio.beliefs import Beliefs, View, combine, implied_returns
from mojo_compute.portfolio.constraints import Limits
from mojo_compute.portfolio.covariance import Covariance, estimate_regular
from mojo_compute.portfolio.covariance import Kind as CovarianceKind
from mojo_compute.portfolio.efficient import Frontier, Market, frontier
from mojo_compute.portfolio.hierarchy import Linkage, Tree, hierarchical
from mojo_compute.portfolio.parity import risk_parity
from mojo_compute.portfolio.returns import LEAST_ANNUAL, Between, Panel
from mojo_compute.portfolio.risk.contributions import Contributions, contributions
from mojo_compute.portfolio.solutions import Binding, Figures, bindings, check_kept, cleaned, figures
from mojo_compute.portfolio.tail import min_cvar

Method = Literal[
    "min_volatility",
    "max_sharpe",
    "max_return",
    "efficient_frontier",
    "risk_parity",
    "hrp",
    "max_diversification",
    "mean_cvar",
    "black_litterman",
]
Objective = Literal["max_sharpe", "min_volatility", "max_return"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked for.

    Parameters
    ----------
    expected : str or mapping
        How expected returns are estimated, or the caller's own.
    benchmark : ndarray of float64 or None
        Returns of the market, for `capm`; None: of all assets alike.
    budgets : ndarray of float64 or None
        Of risk parity, their sum 1; None: equal.
    measure : {"volatility", "cvar"}
        The risk of the frontier.
    market_weights : ndarray of float64 or None
        Of Black-Litterman, their sum 1; None: equal.
    """

    method: Method
    panel: Panel
    limits: Limits
    periods_per_year: float = 252.0
    risk_free_rate: float = 0.0
    covariance: CovarianceKind = "ledoit_wolf"
    half_life: float = 63.0
    expected: expected.Kind | Mapping[str, float] = "mean"
    benchmark: Floats | None = None
    points: int = 20
    measure: Literal["volatility", "cvar"] = "volatility"
    confidence: float = 0.95
    budgets: Floats | None = None
    linkage: Linkage = "single"
    objective: Objective = "max_sharpe"
    views: tuple[View, ...] = ()
    market_weights: Floats | None = None
    risk_aversion: float = 2.5
    tau: float = 0.05


@dataclass(frozen=True, slots=True)
class Solution:
    """The weights, and what a method tells beside them."""

    weights: Floats
    market: Market
    covariance: Covariance
    figures: Figures
    contributions: Contributions
    bindings: tuple[Binding, ...]
    notes: tuple[str, ...]
    frontier: tuple[Frontier, tuple[Figures, ...]] | None = None
    tree: Tree | None = None
    beliefs: Beliefs | None = None


@dataclass(slots=True)
class _Work:
    """A method's way from a problem to weights."""

    problem: Problem
    market: Market
    between: Between | None
    frontier: tuple[Frontier, tuple[Figures, ...]] | None = None
    tree: Tree | None = None
    beliefs: Beliefs | None = None


def optimise(problem: Problem, between: Between | None = None) -> Solution:
    """The weights that a method finds.

    Parameters
    ----------
    between : callable or None
        Called now and then; what it raises ends the work.

    Raises
    ------
    InvalidInput
        No weights satisfy the limits (the error names which), or the method doesn't take one of them.
    ComputationError
        The solver found no answer.
    """
    problem.limits.check_bounds()
    covariance = estimate_regular(problem.panel, problem.covariance, problem.periods_per_year, problem.half_life)
    market = Market(covariance.matrix, _expected_of(problem), problem.risk_free_rate)
    if between is not None:
        between()
    work = _Work(problem, market, between)
    weights = cleaned(_METHODS[problem.method](work), problem.limits)
    told = figures(weights, work.market, problem.limits)
    check_kept(weights, told, problem.limits)
    return Solution(
        weights=weights,
        market=work.market,
        covariance=replace(covariance, matrix=work.market.covariance),
        figures=told,
        contributions=contributions(weights, work.market.covariance),
        bindings=tuple(bindings(weights, work.market, problem.limits, told)),
        notes=(*problem.panel.notes, *covariance.notes, *_notes_of(problem)),
        frontier=work.frontier,
        tree=work.tree,
        beliefs=work.beliefs,
    )


def _expected_of(problem: Problem) -> Floats:
    panel, kind = problem.panel, problem.expected
    if isinstance(kind, Mapping):
        return expected.given_returns(panel.symbols, kind)
    if kind == "ewma":
        return expected.ewma_returns(panel, problem.periods_per_year, problem.half_life)
    if kind == "capm":
        market = panel.values.mean(axis=1) if problem.benchmark is None else problem.benchmark
        return expected.capm_returns(panel, market, problem.periods_per_year, problem.risk_free_rate)
    return expected.mean_returns(panel, problem.periods_per_year)


def _notes_of(problem: Problem) -> list[str]:
    notes: list[str] = []
    if not problem.panel.has_annual:
        notes.append(
            f"only {problem.panel.periods} periods, annual figures want {LEAST_ANNUAL}: they are left out (null)"
        )
    if problem.limits.cost > 0 and problem.method in ("risk_parity", "hrp", "max_diversification"):
        notes.append(f"{problem.method} does not weigh costs: they are only told")
    return notes


def _min_volatility(work: _Work) -> Floats:
    return efficient.min_volatility(work.market, work.problem.limits, work.between)


def _max_sharpe(work: _Work) -> Floats:
    return efficient.max_sharpe(work.market, work.problem.limits, work.between)


def _max_return(work: _Work) -> Floats:
    return efficient.max_return(work.market, work.problem.limits, work.between)


def _max_diversification(work: _Work) -> Floats:
    return efficient.max_diversification(work.market, work.problem.limits, work.between)


def _risk_parity(work: _Work) -> Floats:
    count = len(work.problem.panel.symbols)
    budgets = np.full(count, 1.0 / count) if work.problem.budgets is None else work.problem.budgets
    return risk_parity(work.market, work.problem.limits, budgets, work.between)


def _min_cvar(work: _Work, limits: Limits) -> Floats:
    problem = work.problem
    return min_cvar(
        problem.panel,
        work.market,
        limits,
        confidence=problem.confidence,
        periods_per_year=problem.periods_per_year,
        between=work.between,
    )


def _frontier(work: _Work) -> Floats:
    """The points, of which the one with the highest Sharpe ratio is answered."""
    problem = work.problem

    def least(limits: Limits) -> Floats:
        if problem.measure == "cvar":
            return _min_cvar(work, limits)
        return efficient.min_volatility(work.market, limits, work.between)

    found = frontier(work.market, problem.limits, least, problem.points, work.between)
    points = Frontier(np.array([cleaned(one, problem.limits) for one in found.weights]))
    told = tuple(figures(one, work.market, problem.limits) for one in points.weights)
    work.frontier = points, told
    ratios = [-np.inf if one.sharpe is None else one.sharpe for one in told]
    best: Floats = points.weights[int(np.argmax(ratios))]
    return best


def _hierarchical(work: _Work) -> Floats:
    limits = work.problem.limits
    refused = {
        "sector_caps": any(one.cap is not None for one in limits.sectors),
        "sector_floors": any(one.floor is not None for one in limits.sectors),
        "max_turnover": limits.max_turnover is not None,
        "target_return": limits.target_return is not None,
        "target_volatility": limits.target_volatility is not None,
    }
    for name, is_there in refused.items():
        if is_there:
            raise InvalidInput(
                f"hrp follows a tree of the assets and takes bounds alone, not {name}",
                field=name,
                constraint="not with hrp",
            )
    weights, work.tree = hierarchical(work.market.covariance, limits, work.problem.linkage)
    return weights


def _black_litterman(work: _Work) -> Floats:
    problem, covariance = work.problem, work.market.covariance
    count = len(problem.panel.symbols)
    held = np.full(count, 1.0 / count) if problem.market_weights is None else problem.market_weights
    prior = implied_returns(covariance, held, problem.risk_aversion, problem.risk_free_rate)
    work.beliefs = combine(covariance, prior, problem.views, problem.tau)
    work.market = Market(work.beliefs.covariance, work.beliefs.expected, problem.risk_free_rate)
    return _METHODS[problem.objective](work)


_METHODS: dict[str, Callable[[_Work], Floats]] = {
    "min_volatility": _min_volatility,
    "max_sharpe": _max_sharpe,
    "max_return": _max_return,
    "efficient_frontier": _frontier,
    "risk_parity": _risk_parity,
    "hrp": _hierarchical,
    "max_diversification": _max_diversification,
    "mean_cvar": lambda work: _min_cvar(work, work.problem.limits),
    "black_litterman": _black_litterman,
}
