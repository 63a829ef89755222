"""Portfolios of 500 assets, beside PyPortfolioOpt, skfolio, and cvxpy with the solver that is used here.

python -m benchmarks.portfolio
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version

import cvxpy as cp
import numpy as np
import pandas as pd
from mojo_compute.portfolio.constraints import Limits
from mojo_compute.portfolio.efficient import Market, min_volatility
from mojo_compute.portfolio.optimise import Problem, optimise
from mojo_compute.portfolio.returns import Panel
from pypfopt import EfficientFrontier, HRPOpt, risk_models
from skfolio import RiskMeasure
from skfolio.optimization import MaximumDiversification, MeanRisk, ObjectiveFunction, RiskBudgeting

from benchmarks.results import Row, against, interleaved, plain

ASSETS, PERIODS = 500, 1_260
SECTORS = 12
ROUNDS = 5
LEAST_RATIO = 1.0
PEERS = {
    "PyPortfolioOpt": f"PyPortfolioOpt {version('pyportfolioopt')}",
    "skfolio": f"skfolio {version('skfolio')}",
    "cvxpy and Clarabel": f"cvxpy {version('cvxpy-base')} and Clarabel",
}


def measure() -> list[Row]:
    """Rows of the least variance, by the whole way from returns and by the solver alone; and of other methods."""
    values = market_returns()
    rows = [*solver_rows(values), *whole_rows(values)]
    return [*rows, *other_rows(values)]


def market_returns(seed: int = 1) -> np.ndarray:
    """Daily returns [periods, assets] of a market, its sectors, and noise of each asset's own."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0005, 0.009, PERIODS)
    sectors = rng.normal(0.0, 0.006, (PERIODS, SECTORS))
    own = rng.normal(0.0, 1.0, (PERIODS, ASSETS)) * rng.uniform(0.009, 0.022, ASSETS)
    member = rng.integers(0, SECTORS, ASSETS)
    return np.outer(market, rng.uniform(0.6, 1.5, ASSETS)) + sectors[:, member] * rng.uniform(0.5, 1.3, ASSETS) + own


def dense_returns(seed: int = 0) -> np.ndarray:
    """Returns of assets without a market in common: nearly all of them are held."""
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 0.01, (PERIODS, 10)) @ rng.normal(size=(10, ASSETS)) / 2 + rng.normal(
        0.0, 0.015, (PERIODS, ASSETS)
    )


def solver_rows(values: np.ndarray) -> list[Row]:
    """From a covariance to weights."""
    rows = []
    for kind, returns in (("of a market", values), ("without a market in common", dense_returns())):
        covariance = np.cov(returns.T) * 252
        market = Market(covariance, returns.mean(axis=0) * 252)
        calls: dict[str, Callable[[], object]] = {
            "ours": partial(min_volatility, market, _limits()),
            "PyPortfolioOpt": lambda covariance=covariance: EfficientFrontier(None, covariance).min_volatility(),
            "cvxpy and Clarabel": partial(_cvxpy, covariance),
        }
        medians = _medians(calls)
        for peer in ("PyPortfolioOpt", "cvxpy and Clarabel"):
            what = f"min volatility, {ASSETS} assets {kind}, covariance to weights"
            rows.append(against(what, medians["ours"], medians[peer], PEERS[peer], unit="ms", least_ratio=LEAST_RATIO))
    return rows


def whole_rows(values: np.ndarray) -> list[Row]:
    """From returns to weights, with all that a reply tells."""
    frame = pd.DataFrame(values)
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(_ours, values, "min_volatility"),
        "PyPortfolioOpt": lambda: EfficientFrontier(
            None, risk_models.sample_cov(frame, returns_data=True)
        ).min_volatility(),
        "skfolio": lambda: MeanRisk().fit(values),
    }
    medians = _medians(calls)
    what = f"min volatility, {ASSETS} assets x {PERIODS:,} returns to weights"
    return [
        against(what, medians["ours"], medians[peer], PEERS[peer], unit="ms", least_ratio=LEAST_RATIO)
        for peer in ("PyPortfolioOpt", "skfolio")
    ]


def other_rows(values: np.ndarray) -> list[Row]:
    """Other methods, from returns to weights."""
    frame = pd.DataFrame(values)
    few = values[:, :100]
    cases: list[tuple[str, str, np.ndarray, str, Callable[[], object]]] = [
        ("max Sharpe", "max_sharpe", values, "skfolio",
         lambda: MeanRisk(objective_function=ObjectiveFunction.MAXIMIZE_RATIO).fit(values)),
        ("max diversification", "max_diversification", values, "skfolio",
         lambda: MaximumDiversification().fit(values)),
        ("hierarchical risk parity", "hrp", values, "PyPortfolioOpt", lambda: HRPOpt(frame).optimize()),
        ("risk parity", "risk_parity", few, "skfolio", lambda: RiskBudgeting().fit(few)),
        ("mean-CVaR", "mean_cvar", few, "skfolio", lambda: MeanRisk(risk_measure=RiskMeasure.CVAR).fit(few)),
    ]  # fmt: skip
    rows = []
    for name, method, returns, peer, call in cases:
        medians = _medians({"ours": partial(_ours, returns, method), peer: call}, rounds=3)
        what = f"{name}, {returns.shape[1]} assets x {PERIODS:,} returns to weights"
        rows.append(against(what, medians["ours"], medians[peer], PEERS[peer], unit="ms", least_ratio=LEAST_RATIO))
    return rows


def _limits(assets: int = ASSETS) -> Limits:
    return Limits(tuple(f"S{at}" for at in range(assets)), np.zeros(assets), np.ones(assets))


def _ours(values: np.ndarray, method: str) -> object:
    limits = _limits(values.shape[1])
    problem = Problem(method, Panel(tuple(limits.symbols), values), limits, covariance="sample")  # type: ignore[arg-type]
    return optimise(problem)


def _cvxpy(covariance: np.ndarray) -> object:
    weights = cp.Variable(len(covariance))
    problem = cp.Problem(
        cp.Minimize(cp.quad_form(weights, cp.psd_wrap(covariance))), [cp.sum(weights) == 1, weights >= 0]
    )
    return problem.solve(solver="CLARABEL")


def _medians(calls: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    taken = interleaved(calls, rounds=rounds, calls_per_round=1, warm_up=1)
    return {name: statistics.median(seconds) * 1e3 for name, seconds in taken.items()}


def main() -> None:
    print(plain(measure()))


if __name__ == "__main__":
    main()
