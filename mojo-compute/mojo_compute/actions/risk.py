"""`compute_risk`: what a holding risks."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from chitti_shared import universe
from chitti_shared.contracts import risk as contract
from chitti_shared.contracts.portfolio import COMPUTE_RISK
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router, raise_if_cancelled
from msgspec import UNSET

from mojo_compute.actions.assets import (
    Assets,
    Source,
    assets_of,
    covariance_reply,
    sectors_of,
    source_of,
    span_reply,
    tail_reply,
    tree_reply,
    vector,
)
from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days
from mojo_compute.portfolio.risk.assess import Assessment, Holding, assess
from mojo_compute.portfolio.risk.drawdowns import Drawdown
from mojo_compute.portfolio.risk.scenarios import Stress, Window, over_window, under_shock, window_named, windows

_COST_US = 20_000.0  # of a usual holding; it goes to the bulk lane anyhow
_MOST_SHOCKS = 64


def register(router: Router[ComputeContext]) -> None:
    """Give the action its handler."""
    router.handles(COMPUTE_RISK)(compute_risk)


async def compute_risk(request: contract.ComputeRiskRequest, ctx: ComputeContext) -> contract.ComputeRiskReply:
    """Serve a holding's risks. Errors: invalid_input, not_found."""
    started = perf_counter()
    source = await source_of(request, "weights", list(request.weights), ctx)
    return await ctx.cpu.run(_assessed, request, source, started, lane="bulk", cost_us=_COST_US)


def _assessed(request: contract.ComputeRiskRequest, source: Source, started: float) -> contract.ComputeRiskReply:
    assets = assets_of(source)
    holding = Holding(
        panel=assets.panel,
        weights=_weights(request, assets.panel.symbols),
        benchmark=assets.benchmark,
        periods_per_year=request.periods_per_year,
        risk_free_rate=request.risk_free_rate,
        covariance=request.covariance,
        half_life=request.half_life,
        confidence=request.confidence,
        methods=request.methods,
        samples=request.samples,
        block=request.block,
        seed=request.seed,
        linkage=request.linkage,
        clusters=request.clusters,
    )
    found = assess(holding, raise_if_cancelled)
    scenarios, notes = _windows(request, assets, holding)
    scenarios += _shocks(request, holding, found.betas)
    return _reply(request, holding, found, scenarios, notes, started)


def _weights(request: contract.ComputeRiskRequest, symbols: tuple[str, ...]) -> Floats:
    weights = vector("weights", request.weights, symbols)
    assert weights is not None
    if not request.normalize:
        return weights
    total = float(weights.sum())
    if abs(total) < 1e-9:
        raise InvalidInput(
            "weights with a sum of 0 can't be normalized", field="normalize", constraint="sum of weights other than 0"
        )
    return weights / total


def _windows(
    request: contract.ComputeRiskRequest, assets: Assets, holding: Holding
) -> tuple[list[contract.ScenarioReply], list[str]]:
    """The holding in times of stress, and which of these were left out, and why."""
    wanted = windows() if request.scenarios is None else [window_named(name) for name in request.scenarios]
    if not wanted:
        return [], []
    if assets.history is None:
        return [], ["stress windows need prices and their days: left out"]
    found: list[contract.ScenarioReply] = []
    notes: list[str] = []
    missed: list[str] = []
    for window in wanted:
        stress = over_window(window, holding.weights, assets.history)
        if stress is None:
            missed.append(window.name)
            continue
        if stress.covered < 1 - 1e-9:
            notes.append(
                f"{window.name}: {stress.covered:.1%} of the weights have prices then, the rest counts as cash"
            )
        found.append(_scenario(window, stress, holding.panel.symbols))
    if missed:
        notes.append(f"the prices do not reach {', '.join(missed)}: left out")
    return found, notes


def _shocks(request: contract.ComputeRiskRequest, holding: Holding, betas: Floats) -> list[contract.ScenarioReply]:
    symbols = holding.panel.symbols
    wanted = request.shocks or {}
    if len(wanted) > _MOST_SHOCKS:  # each is told for every asset
        raise InvalidInput(
            f"shocks has {len(wanted)} entries, at most {_MOST_SHOCKS} fit",
            field="shocks",
            constraint=f"length <= {_MOST_SHOCKS}",
        )
    sectors = sectors_of(request, symbols)
    there = set(sectors.values())
    found: list[contract.ScenarioReply] = []
    for name, changes in wanted.items():
        shock = {
            one if one in symbols or one in there else universe.INDUSTRY_NAMES.get(one, one): change
            for one, change in changes.items()
        }
        stress = under_shock(shock, symbols, holding.weights, sectors, betas)
        what = ", ".join(f"{one} {change:+.1%}" for one, change in changes.items())
        found.append(_scenario(name, stress, symbols, what))
    return found


def _scenario(of: Window | str, stress: Stress, symbols: Sequence[str], what: str = "") -> contract.ScenarioReply:
    window = None if isinstance(of, str) else of
    return contract.ScenarioReply(
        name=of if isinstance(of, str) else of.name,
        kind="shock" if window is None else "window",
        what=what if window is None else window.what,
        change=stress.change,
        max_drawdown=stress.deepest,
        covered=stress.covered,
        first_date=None if window is None else window.first.isoformat(),
        last_date=None if window is None else window.last.isoformat(),
        assets={
            one: value for one, value in zip(symbols, stress.by_asset.tolist(), strict=True) if not np.isnan(value)
        },
    )


def _reply(
    request: contract.ComputeRiskRequest,
    holding: Holding,
    found: Assessment,
    scenarios: list[contract.ScenarioReply],
    notes: list[str],
    started: float,
) -> contract.ComputeRiskReply:
    panel, annual = holding.panel, holding.panel.has_annual
    symbols = panel.symbols
    cash = 1.0 - float(holding.weights.sum())
    return contract.ComputeRiskReply(
        symbols=list(symbols),
        weights=dict(zip(symbols, holding.weights.tolist(), strict=True)),
        cash=0.0 if abs(cash) < 1e-9 else cash,
        mean_return=found.mean_return if annual else None,
        volatility=found.volatility if annual else None,
        sharpe=found.sharpe if annual else None,
        benchmark=request.benchmark,
        beta=found.relation.beta,
        alpha=found.relation.alpha if annual else None,
        correlation_with_benchmark=found.relation.correlation,
        tracking_error=found.relation.tracking_error if annual else None,
        tails={method: tail_reply(tail, request.confidence) for method, tail in found.tails.items()},
        drawdown=_drawdown(found.drawdown, panel.days),
        contributions=_contributions(symbols, holding, found),
        covariance=covariance_reply(found.covariance, matrices=request.matrices),
        correlation=found.correlation if request.matrices else UNSET,
        clusters=[[symbols[at] for at in members] for members in found.clusters.members],
        tree=tree_reply(found.clusters.tree, symbols),
        scenarios=scenarios,
        span=span_reply(panel),
        periods_per_year=request.periods_per_year,
        risk_free_rate=request.risk_free_rate,
        notes=[*found.notes, *notes],
        time_ms=round((perf_counter() - started) * 1000, 3),
    )


def _contributions(symbols: Sequence[str], holding: Holding, found: Assessment) -> dict[str, contract.RiskShare]:
    shares = found.contributions
    return {
        symbol: contract.RiskShare(
            weight=float(holding.weights[at]),
            marginal=float(shares.marginal[at]),
            component=float(shares.component[at]),
            share=float(shares.share[at]),
            beta=float(found.betas[at]),
            cvar_component=float(found.tail_components[at]),
        )
        for at, symbol in enumerate(symbols)
    }


def _drawdown(found: Drawdown, days: Days | None) -> contract.DrawdownReply:
    """A peak at the start, before the first period, has no day."""

    def day(at: int | None) -> str | None:
        return None if at is None or at < 0 or days is None else str(days[at])

    return contract.DrawdownReply(
        max_drawdown=found.deepest,
        current=found.current,
        peak_date=day(found.peak),
        trough_date=day(found.trough),
        recovery_date=day(found.recovery),
        periods_to_trough=found.trough - found.peak,
        periods_to_recovery=None if found.recovery is None else found.recovery - found.trough,
    )
