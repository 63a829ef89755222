"""Panels of returns that portfolios are made of in tests."""

from __future__ import annotations

from functools import cache

import numpy as np
from mojo_compute.portfolio.constraints import Limits
from mojo_compute.portfolio.efficient import Market
from mojo_compute.portfolio.returns import Panel, of_prices

from support.markets import sample_market

PERIODS = 1_000


@cache
def sample_panel(assets: int = 20) -> Panel:
    """Daily returns of the first stocks of the sample market, over its last thousand days."""
    closes = {symbol: bars["close"] for symbol, bars in sample_market().items() if len(bars["close"]) > PERIODS}
    symbols = tuple(closes)[:assets]
    return of_prices(symbols, np.array([closes[symbol][-PERIODS - 1 :] for symbol in symbols]).T)


def made_panel(seed: int, assets: int, periods: int = 300) -> Panel:
    """Returns of assets that share a market, made at random."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0005, 0.009, periods)
    values = np.outer(market, rng.uniform(0.5, 1.5, assets)) + rng.normal(0.0002, 1.0, (periods, assets)) * rng.uniform(
        0.005, 0.02, assets
    )
    return Panel(tuple(f"S{at}" for at in range(assets)), values)


def made_market(seed: int, assets: int, risk_free_rate: float = 0.0) -> Market:
    """Means and covariances of such returns, per year."""
    values = made_panel(seed, assets).values
    return Market(np.atleast_2d(np.cov(values.T)) * 252, values.mean(axis=0) * 252, risk_free_rate)


def long_only(assets: int, upper: float = 1.0, **limits: object) -> Limits:
    """Limits of long-only portfolios of S0, S1, ..."""
    return Limits(
        tuple(f"S{at}" for at in range(assets)),
        np.zeros(assets),
        np.full(assets, upper),
        **limits,  # type: ignore[arg-type]
    )
