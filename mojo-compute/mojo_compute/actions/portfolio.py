"""`optimize_portfolio`: how much of each asset to hold."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

import numpy as np
from chitti_shared.contracts import portfolio as contract
from chitti_shared.contracts.assets import AssetShare
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router, raise_if_cancelled
from msgspec import UNSET, UnsetType

from mojo_compute.actions.assets import (
    Assets,
    Source,
    assets_of,
    check_once,
    covariance_reply,
    sector_named,
    sectors_of,
    source_of,
    span_reply,
    tail_reply,
    tree_reply,
    vector,
)
from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.allocation import allocate
from mojo_compute.portfolio.beliefs import View
from mojo_compute.portfolio.constraints import Limits, Sector
from mojo_compute.portfolio.optimise import Problem, Solution, optimise
from mojo_compute.portfolio.returns import Panel, check_known
from mojo_compute.portfolio.risk.measures import historical

_COST_US = 20_000.0  # of a usual portfolio; it goes to the bulk lane anyhow


def register(router: Router[ComputeContext]) -> None:
    """Give the action its handler."""
    router.handles(contract.OPTIMIZE_PORTFOLIO)(optimize_portfolio)


async def optimize_portfolio(
    request: contract.OptimizePortfolioRequest, ctx: ComputeContext
) -> contract.OptimizePortfolioReply:
    """Serve a portfolio. Errors: invalid_input, not_found, computation_error."""
    started = perf_counter()
    source = await source_of(request, "symbols", request.symbols, ctx)
    return await ctx.cpu.run(_optimised, request, source, started, lane="bulk", cost_us=_COST_US)


def _optimised(
    request: contract.OptimizePortfolioRequest, source: Source, started: float
) -> contract.OptimizePortfolioReply:
    assets = assets_of(source)
    problem = _problem(request, assets)
    prices = _latest_prices(request, assets.panel)
    solution = optimise(problem, raise_if_cancelled)
    return _reply(request, problem, solution, prices, started)


def _problem(request: contract.OptimizePortfolioRequest, assets: Assets) -> Problem:
    symbols = assets.panel.symbols
    budgets = vector("risk_budgets", request.risk_budgets, symbols)
    if budgets is not None:
        _check_positive("risk_budgets", budgets, symbols)
        budgets = budgets / budgets.sum()
    return Problem(
        method=request.method,
        panel=assets.panel,
        limits=_limits(request, symbols),
        periods_per_year=request.periods_per_year,
        risk_free_rate=request.risk_free_rate,
        covariance=request.covariance,
        half_life=request.half_life,
        expected=request.expected_returns,
        benchmark=assets.benchmark,
        points=request.points,
        measure=request.frontier_risk,
        confidence=request.confidence,
        budgets=budgets,
        linkage=request.linkage,
        objective=request.objective,
        views=tuple(_view(f"views[{at}]", view, symbols) for at, view in enumerate(request.views)),
        market_weights=_market_weights(request, symbols),
        risk_aversion=request.risk_aversion,
        tau=request.tau,
    )


def _limits(request: contract.OptimizePortfolioRequest, symbols: tuple[str, ...]) -> Limits:
    lower, upper = np.full(len(symbols), request.min_weight), np.full(len(symbols), request.max_weight)
    bounds = request.bounds or {}
    check_known("bounds", bounds, symbols)
    for symbol, (least, most) in bounds.items():
        at = symbols.index(symbol)
        lower[at], upper[at] = least, most
    return Limits(
        symbols=symbols,
        lower=lower,
        upper=upper,
        sectors=_sectors(request, symbols),
        current=vector("current_weights", request.current_weights, symbols),
        max_turnover=request.max_turnover,
        cost=request.cost_bps / 10_000 / request.holding_years,
        target_return=request.target_return,
        target_volatility=request.target_volatility,
    )


def _sectors(request: contract.OptimizePortfolioRequest, symbols: tuple[str, ...]) -> tuple[Sector, ...]:
    if not request.sector_caps and not request.sector_floors:
        return ()
    sectors = sectors_of(request, symbols)
    caps = _by_sector("sector_caps", request.sector_caps or {}, sectors)
    floors = _by_sector("sector_floors", request.sector_floors or {}, sectors)
    return tuple(
        Sector(
            name,
            np.array([at for at, symbol in enumerate(symbols) if sectors.get(symbol) == name], dtype=np.int64),
            floors.get(name),
            caps.get(name),
        )
        for name in dict.fromkeys([*caps, *floors])
    )


def _by_sector(field: str, limits: Mapping[str, float], sectors: Mapping[str, str]) -> dict[str, float]:
    named = [(sector_named(field, name, sectors), limit) for name, limit in limits.items()]
    check_once(field, (name for name, _limit in named))
    return dict(named)


def _view(field: str, view: contract.View, symbols: tuple[str, ...]) -> View:
    if (view.symbol is None) == (view.weights is None):
        raise InvalidInput(f"{field} has a symbol or weights, one of both", field=field, constraint="symbol or weights")
    if view.over is not None and (view.symbol is None or view.over == view.symbol):
        raise InvalidInput(
            f"{field}: over names another asset than symbol", field=field, constraint="symbol over another"
        )
    picked: dict[str, float] = dict(view.weights or {})
    if view.symbol is not None:
        picked[view.symbol] = 1.0
    if view.over is not None:
        picked[view.over] = -1.0
    weights = vector(field, picked, symbols)
    assert weights is not None
    if not weights.any():
        raise InvalidInput(f"{field} has only weights of 0", field=field, constraint="a weight other than 0")
    return View(weights, view.expected_return, view.confidence)


def _market_weights(request: contract.OptimizePortfolioRequest, symbols: tuple[str, ...]) -> Floats | None:
    if request.market_weights is not None and request.market_caps is not None:
        raise InvalidInput(
            "market_weights and market_caps are given, one of them is enough",
            field="market_caps",
            constraint="market_weights or market_caps",
        )
    field = "market_weights" if request.market_weights is not None else "market_caps"
    held = vector(field, getattr(request, field), symbols)
    if held is None:
        return None
    if held.sum() <= 0:
        raise InvalidInput(f"{field} are all 0", field=field, constraint="one above 0")
    shares: Floats = held / held.sum()
    return shares


def _check_positive(field: str, values: Floats, symbols: tuple[str, ...]) -> None:
    missing = [symbol for symbol, value in zip(symbols, values, strict=True) if value <= 0]
    if missing:
        raise InvalidInput(
            f"{field} lacks {', '.join(missing[:8])}", field=field, constraint="a value above 0 for each asset"
        )


def _latest_prices(request: contract.OptimizePortfolioRequest, panel: Panel) -> Floats | None:
    """The price of each asset, where shares are asked for."""
    for name in ("lots", "latest_prices"):
        check_known(name, getattr(request, name) or {}, panel.symbols)
    if request.capital is None:
        return None
    found = np.full(len(panel.symbols), np.nan) if panel.latest is None else panel.latest.copy()
    for symbol, price in (request.latest_prices or {}).items():
        found[panel.symbols.index(symbol)] = price
    if np.isnan(found).any():
        missing = [one for one, price in zip(panel.symbols, found, strict=True) if np.isnan(price)]
        raise InvalidInput(
            f"capital needs prices, and returns tell none: latest_prices lacks {', '.join(missing[:8])}",
            field="latest_prices",
            constraint="a price for each asset",
        )
    return found


def _reply(
    request: contract.OptimizePortfolioRequest,
    problem: Problem,
    solution: Solution,
    prices: Floats | None,
    started: float,
) -> contract.OptimizePortfolioReply:
    panel, weights = problem.panel, solution.weights
    symbols = panel.symbols
    return contract.OptimizePortfolioReply(
        method=request.method,
        symbols=list(symbols),
        weights=_named(symbols, weights),
        **_figures(request, problem, solution),
        tail=tail_reply(historical(panel.values @ weights, request.confidence), request.confidence),
        risk_contributions=_shares(symbols, solution),
        expected_returns=_named(symbols, solution.market.expected),
        covariance=covariance_reply(solution.covariance, matrices=request.matrices),
        binding=[
            contract.BindingConstraint(constraint=one.constraint, name=one.name, limit=one.limit)
            for one in solution.bindings
        ],
        span=span_reply(panel),
        periods_per_year=request.periods_per_year,
        risk_free_rate=request.risk_free_rate,
        notes=list(solution.notes),
        frontier=_frontier(solution, annual=panel.has_annual),
        tree=UNSET if solution.tree is None else tree_reply(solution.tree, symbols),
        beliefs=_beliefs(symbols, solution),
        allocation=UNSET if prices is None else _allocation(request, panel, weights, prices),
        time_ms=round((perf_counter() - started) * 1000, 3),
    )


def _figures(
    request: contract.OptimizePortfolioRequest, problem: Problem, solution: Solution
) -> dict[str, float | None]:
    """Those of a year, where there are enough periods for them; of trades, where something is held or limited."""
    told, annual = solution.figures, problem.panel.has_annual
    trades = request.current_weights is not None or problem.limits.limits_trades
    return {
        "expected_return": told.expected_return if annual else None,
        "volatility": told.volatility if annual else None,
        "sharpe": told.sharpe if annual else None,
        "net_return": told.net_return if annual else None,
        "turnover": told.turnover if trades else None,
        "cost": told.cost if trades else None,
    }


def _shares(symbols: tuple[str, ...], solution: Solution) -> dict[str, AssetShare]:
    found = solution.contributions
    return {
        symbol: AssetShare(
            weight=float(solution.weights[at]),
            marginal=float(found.marginal[at]),
            component=float(found.component[at]),
            share=float(found.share[at]),
        )
        for at, symbol in enumerate(symbols)
    }


def _named(symbols: tuple[str, ...], values: Floats) -> dict[str, float]:
    return dict(zip(symbols, values.tolist(), strict=True))


def _frontier(solution: Solution, *, annual: bool) -> contract.FrontierReply | UnsetType:
    if solution.frontier is None:
        return UNSET
    points, figures = solution.frontier
    return contract.FrontierReply(
        expected_return=[one.net_return if annual else None for one in figures],
        volatility=[one.volatility if annual else None for one in figures],
        sharpe=[one.sharpe if annual else None for one in figures],
        weights=points.weights,
    )


def _beliefs(symbols: tuple[str, ...], solution: Solution) -> contract.BeliefsReply | UnsetType:
    if solution.beliefs is None:
        return UNSET
    return contract.BeliefsReply(
        prior=_named(symbols, solution.beliefs.prior), posterior=_named(symbols, solution.beliefs.expected)
    )


def _allocation(
    request: contract.OptimizePortfolioRequest, panel: Panel, weights: Floats, prices: Floats
) -> contract.AllocationReply:
    assert request.capital is not None
    lots = np.array([(request.lots or {}).get(one, 1) for one in panel.symbols], dtype=np.int64)
    found = allocate(panel.symbols, weights, prices, lots, request.capital, request.cost_bps / 10_000)
    return contract.AllocationReply(
        capital=request.capital,
        positions={
            symbol: contract.Position(
                shares=int(shares), price=float(price), value=float(value), weight=float(value) / request.capital
            )
            for symbol, shares, price, value in zip(panel.symbols, found.shares, prices, found.values, strict=True)
            if shares
        },
        leftover_cash=found.left,
    )
