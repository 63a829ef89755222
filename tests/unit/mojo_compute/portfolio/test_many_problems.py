"""Problems of many shapes, made at random: the limits hold, or the error says which can't."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.portfolio.constraints import Limits, Sector
from mojo_compute.portfolio.optimise import Problem, optimise
from mojo_compute.portfolio.returns import Panel
from support.portfolios import long_only, made_panel

METHODS = (
    "min_volatility",
    "max_sharpe",
    "max_return",
    "risk_parity",
    "max_diversification",
    "mean_cvar",
    "black_litterman",
)
REFUSED = {
    "max_turnover",
    "max_weight",
    "min_weight",
    "risk_free_rate",
    "sector_caps",
    "sector_floors",
    "target_return",
    "target_volatility",
}


def made_problem(seed: int) -> tuple[Panel, Limits, str]:
    """Returns of assets, limits of several kinds, and a covariance."""
    rng = np.random.default_rng(seed)
    assets = int(rng.choice([2, 3, 8, 20, 60, 150]))
    panel = made_panel(seed, assets, int(rng.choice([40, 120, 400])))
    scale = float(rng.choice([1, 1, 1e-3, 5]))  # calm assets and wild ones
    panel = replace(panel, values=np.clip(panel.values * scale, -0.9, 5))
    upper = max(float(rng.uniform(0.02, 1)), 1.01 / assets) if rng.random() < 0.4 else 1.0
    limits = long_only(assets, upper=upper)
    if rng.random() < 0.2:
        limits = replace(limits, lower=np.full(assets, -float(rng.uniform(0, 0.3))))
    if rng.random() < 0.3:
        half = assets // 2
        cap, floor = float(rng.uniform(0.05, 1)), float(rng.uniform(0, 0.5))
        sectors = (Sector("first", np.arange(half), None, cap), Sector("last", np.arange(half, assets), floor, None))
        limits = replace(limits, sectors=sectors)
    if rng.random() < 0.4:
        most = float(rng.uniform(0.05, 2)) if rng.random() < 0.7 else None
        cost = float(rng.choice([0, 0.002]))
        limits = replace(limits, current=rng.dirichlet(np.ones(assets)), max_turnover=most, cost=cost)
    means = panel.values.mean(axis=0) * 252
    if rng.random() < 0.3:
        limits = replace(limits, target_return=float(rng.uniform(means.min(), means.max())))
    if rng.random() < 0.2:
        usual = float(panel.values.std()) * 252**0.5
        limits = replace(limits, target_volatility=float(rng.uniform(0.3, 2)) * usual)
    return panel, limits, str(rng.choice(["sample", "ledoit_wolf", "ewma"]))


def check(seed: int) -> None:
    panel, limits, covariance = made_problem(seed)
    for method in METHODS:
        try:
            found = optimise(Problem(method, panel, limits, covariance=covariance))  # type: ignore[arg-type]
        except InvalidInput as error:
            refusal = error.details
        else:
            check_kept(method, found, limits)
            continue
        assert refusal["field"] in REFUSED, (method, refusal)


def check_kept(method: str, found, limits: Limits) -> None:
    weights, told = found.weights, found.figures
    assert abs(weights.sum() - 1) < 1e-8, method
    assert (weights >= limits.lower - 1e-9).all(), method
    assert (weights <= limits.upper + 1e-9).all(), method
    for sector in limits.sectors:
        held = weights[sector.members].sum()
        assert sector.cap is None or held <= sector.cap + 2e-6, method
        assert sector.floor is None or held >= sector.floor - 2e-6, method
    assert limits.max_turnover is None or limits.turnover_of(weights) <= limits.max_turnover + 1e-5, method
    reach = 1e-5 * max(1.0, float(np.abs(found.market.expected).max()))
    assert limits.target_return is None or told.net_return >= limits.target_return - reach, method
    assert limits.target_volatility is None or told.volatility <= limits.target_volatility * (1 + 1e-5), method


@pytest.mark.parametrize("seed", range(12))
def test_limits_hold_or_are_named(seed):
    check(seed)


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(1_000, 1_500, 50))
def test_limits_hold_or_are_named_in_very_many_problems(first):
    for seed in range(first, first + 50):
        check(seed)
