"""Portfolios: how much of each asset to hold, and what a holding risks. Served by mojo-compute."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Reply, Route, Symbol
from chitti_shared.contracts.assets import (
    MAX_ASSETS,
    AssetShare,
    AssetsRequest,
    CovarianceKind,
    CovarianceReply,
    LinkageKind,
    Money,
    PositiveRate,
    Rate,
    SectorName,
    Span,
    TailReply,
    TreeReply,
    Weight,
)
from chitti_shared.contracts.risk import ComputeRiskReply, ComputeRiskRequest


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is believed of a return, per year.

    Parameters
    ----------
    symbol : str
        The asset, absolutely; with `over` it returns so much more than that one.
    weights : mapping
        In their place: a portfolio of assets, such as `{"TCS": 0.5, "INFY": 0.5, "HDFCBANK": -1}`.
    expected_return : float
    confidence : float
        Above 0, at most 1: 1 is certain, at 0.5 the view weighs as much as the market.
    """

    expected_return: Rate
    symbol: Symbol | None = None
    over: Symbol | None = None
    weights: dict[Symbol, Weight] | None = None
    confidence: Annotated[float, Meta(gt=0, le=1)] = 0.5


class OptimizePortfolioRequest(AssetsRequest, frozen=True, kw_only=True):
    """A portfolio by a method, within limits. The weights have a sum of 1 and are long only by default.

    Parameters
    ----------
    method : str
        See docs/PORTFOLIO.md.
    expected_returns : str or mapping
        How they are estimated, or the caller's own, per year.
    min_weight, max_weight : float
        Of every asset; `bounds` has `[least, most]` of single ones.
    sector_caps, sector_floors : mapping
        The most and the least of a sector.
    current_weights : mapping
        What is held now; assets that are left out are not held, and without it everything is bought.
    max_turnover : float
        Most of the sum of |change of weight|, purchases and sales together.
    cost_bps : float
        Of a trade's value; `holding_years` are those over which it is spread.
    target_return, target_volatility : float
        Least expected return after costs, and most volatility, per year.
    points, frontier_risk
        Of `efficient_frontier`: how many portfolios, and their risk.
    confidence : float
        Of `mean_cvar`, and of the reply's `tail`: 0.95 looks at the worst 5 % of the periods.
    risk_budgets : mapping
        Of `risk_parity`: the shares of the risk; equal ones without it.
    linkage : str
        Of `hrp`: how clusters are joined.
    objective, views, market_weights, market_caps, risk_aversion, tau
        Of `black_litterman`: what is made of the beliefs, the views, what the market holds (equal without it).
    capital : float
        Money for which whole shares are suggested; `lots` are the shares of a lot, `latest_prices` are needed
        where only returns are known.
    """

    method: Literal[
        "min_volatility",
        "max_sharpe",
        "max_return",
        "efficient_frontier",
        "risk_parity",
        "hrp",
        "max_diversification",
        "mean_cvar",
        "black_litterman",
    ] = "min_volatility"
    covariance: CovarianceKind = "ledoit_wolf"
    expected_returns: Literal["mean", "ewma", "capm"] | dict[Symbol, Rate] = "mean"
    min_weight: Weight = 0.0
    max_weight: Weight = 1.0
    bounds: dict[Symbol, tuple[Weight, Weight]] | None = None
    sector_caps: dict[SectorName, Weight] | None = None
    sector_floors: dict[SectorName, Weight] | None = None
    current_weights: dict[Symbol, Weight] | None = None
    max_turnover: Annotated[float, Meta(ge=0, le=100)] | None = None
    cost_bps: Annotated[float, Meta(ge=0, le=1_000)] = 0.0
    holding_years: Annotated[float, Meta(gt=0, le=100)] = 1.0
    target_return: Rate | None = None
    target_volatility: PositiveRate | None = None
    points: Annotated[int, Meta(ge=2, le=200)] = 20
    frontier_risk: Literal["volatility", "cvar"] = "volatility"
    confidence: Annotated[float, Meta(ge=0.5, lt=1)] = 0.95
    risk_budgets: dict[Symbol, Annotated[float, Meta(gt=0, le=1e6)]] | None = None
    linkage: LinkageKind = "single"
    objective: Literal["max_sharpe", "min_volatility", "max_return"] = "max_sharpe"
    views: Annotated[list[View], Meta(max_length=MAX_ASSETS)] = msgspec.field(default_factory=list)
    market_weights: dict[Symbol, Annotated[float, Meta(ge=0, le=10)]] | None = None
    market_caps: dict[Symbol, Annotated[float, Meta(ge=0, le=1e18)]] | None = None
    risk_aversion: Annotated[float, Meta(gt=0, le=1_000)] = 2.5
    tau: Annotated[float, Meta(gt=0, le=1)] = 0.05
    capital: Money | None = None
    lots: dict[Symbol, Annotated[int, Meta(ge=1, le=1_000_000)]] | None = None
    latest_prices: dict[Symbol, Money] | None = None


class BindingConstraint(msgspec.Struct, frozen=True, kw_only=True):
    """A constraint without room; `name` is its symbol or sector."""

    constraint: str
    name: str | None
    limit: float


class FrontierReply(msgspec.Struct, frozen=True, kw_only=True):
    """The portfolios of a frontier, from the least risk to the highest return; a row of `weights` for each."""

    expected_return: list[float | None]
    volatility: list[float | None]
    sharpe: list[float | None]
    weights: np.ndarray


class BeliefsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Expected returns per year: `prior` is what the market implies, `posterior` with the views."""

    prior: dict[str, float]
    posterior: dict[str, float]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Whole shares of an asset; `weight` is their value in the capital."""

    shares: int
    price: float
    value: float
    weight: float


class AllocationReply(msgspec.Struct, frozen=True, kw_only=True):
    """Whole shares for a capital, and the money that is left."""

    capital: float
    positions: dict[str, Position]
    leftover_cash: float


class OptimizePortfolioReply(Reply, frozen=True, kw_only=True):
    """The portfolio. Figures per year are null below 30 periods.

    Parameters
    ----------
    expected_return, volatility, sharpe : float or None
        Per year; `sharpe` is after costs.
    turnover, cost, net_return : float or None
        Against `current_weights`: the sum of |change|, what it costs in a year, and what return is left.
    tail : record
        Historical, of one period.
    """

    method: str
    symbols: list[str]
    weights: dict[str, float]
    expected_return: float | None
    volatility: float | None
    sharpe: float | None
    net_return: float | None
    turnover: float | None
    cost: float | None
    tail: TailReply
    risk_contributions: dict[str, AssetShare]
    expected_returns: dict[str, float]
    covariance: CovarianceReply
    binding: list[BindingConstraint]
    span: Span
    periods_per_year: float
    risk_free_rate: float
    notes: list[str]
    time_ms: float
    frontier: FrontierReply | UnsetType = UNSET
    tree: TreeReply | UnsetType = UNSET
    beliefs: BeliefsReply | UnsetType = UNSET
    allocation: AllocationReply | UnsetType = UNSET


OPTIMIZE_PORTFOLIO = Action(
    "optimize_portfolio",
    OptimizePortfolioRequest,
    OptimizePortfolioReply,
    lane="bulk",
    route=Route("POST", "/api/portfolio/optimize"),
    doc="How much of each asset to hold, by a method and within limits.",
)
COMPUTE_RISK = Action(
    "compute_risk",
    ComputeRiskRequest,
    ComputeRiskReply,
    lane="bulk",
    route=Route("POST", "/api/portfolio/risk"),
    doc="What a holding risks: volatility, tail losses, contributions, clusters, stress.",
)

PORTFOLIO = (OPTIMIZE_PORTFOLIO, COMPUTE_RISK)
