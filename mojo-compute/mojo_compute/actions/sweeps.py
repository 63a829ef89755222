"""Sweeps and walks forward: now, with progress on the way, or as jobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any, Literal, TypeVar

from chitti_shared.contracts import sweeps as contract
from chitti_shared.errors import NotFound
from chitti_shared.ipc import Progress, Router
from chitti_shared.ipc.calls import raise_if_cancelled
from chitti_shared.json import decode, encode

from mojo_compute.actions.backtest_inputs import Stored, load
from mojo_compute.actions.jobs import submit
from mojo_compute.actions.sweep_inputs import Wanted, axis_length, series_of, wanted_of
from mojo_compute.actions.sweep_results import part_of, sweep_reply, top_trial, walk_reply
from mojo_compute.backtesting.sweeps.studies import DEFAULT_METRICS, Aim, HeatmapWish, Standing, Swept, sweep
from mojo_compute.backtesting.walks import walk_forward
from mojo_compute.backtesting.windows import WalkPlan
from mojo_compute.context import ComputeContext
from mojo_compute.storage.jobs import Finished
from mojo_compute.storage.runs import RunTable

SearchT = TypeVar("SearchT", contract.SweepRequest, contract.WalkForwardRequest)

_COST_US = 10_000.0  # a sweep always goes to the bulk lane
_VALUE_US = 6.0  # of judging a value of an axis
_FAST_VALUES = 2_000
_SWEEPING = 0.98  # of a sweep's time: the rest goes into the best trials' whole runs


def register(router: Router[ComputeContext]) -> None:
    """Give the actions of sweeps their handlers."""
    router.handles(contract.SWEEP)(sweep_parameters)
    router.handles(contract.WALK_FORWARD)(walk)


async def sweep_parameters(request: contract.SweepRequest, ctx: ComputeContext) -> contract.SweepReply:
    """Try many combinations. Errors: invalid_input (too large: with its size), not_found, payload_too_large."""
    started = perf_counter()
    wanted = await _judged(_sweep_wanted, request, ctx)
    if request.async_:
        return contract.SweepReply(**await _handed_in("sweep", request, wanted, ctx))
    fields = await _swept(request, wanted, ctx)
    return contract.SweepReply(**fields, status="completed", time_ms=_ms_since(started))


async def walk(request: contract.WalkForwardRequest, ctx: ComputeContext) -> contract.WalkForwardReply:
    """Walk forward over one series. Errors: invalid_input, not_found, payload_too_large."""
    started = perf_counter()
    wanted = await _judged(_walk_wanted, request, ctx)
    if request.async_:
        return contract.WalkForwardReply(**await _handed_in("walk_forward", request, wanted, ctx))
    fields = await _walked(request, wanted, ctx)
    return contract.WalkForwardReply(**fields, status="completed", time_ms=_ms_since(started))


async def compute_sweep(request: contract.SweepRequest, ctx: ComputeContext) -> Finished:
    """A sweep as a job."""
    started = perf_counter()
    fields = await _swept(request, await _judged(_sweep_wanted, request, ctx), ctx)
    reply = contract.SweepReply(**fields, time_ms=_ms_since(started))
    best = reply.best.metrics if isinstance(reply.best, contract.Trial) else {}
    return await ctx.cpu.run(_finished, reply, best, lane="bulk", cost_us=_COST_US)


async def compute_walk(request: contract.WalkForwardRequest, ctx: ComputeContext) -> Finished:
    """A walk forward as a job."""
    started = perf_counter()
    fields = await _walked(request, await _judged(_walk_wanted, request, ctx), ctx)
    reply = contract.WalkForwardReply(**fields, time_ms=_ms_since(started))
    return await ctx.cpu.run(_finished, reply, fields["results"], lane="bulk", cost_us=_COST_US)


def _finished(reply: contract.SweepReply | contract.WalkForwardReply, figures: dict[str, Any]) -> Finished:
    summary = decode(dict[str, Any], encode(reply))
    return Finished(summary, {}, figures.get("sharpe_ratio"), figures.get("total_return"))


async def _judged(judge: Callable[[SearchT], Wanted], request: SearchT, ctx: ComputeContext) -> Wanted:
    """What a request asks for, off the loop where its axes are long: a line of JSON may stand for 100,000 values."""
    values = sum(axis_length(one) for one in request.grid.values())
    lane: Literal["fast", "bulk"] = "fast" if values <= _FAST_VALUES else "bulk"
    return await ctx.cpu.run(judge, request, lane=lane, cost_us=values * _VALUE_US)


def _sweep_wanted(request: contract.SweepRequest) -> Wanted:
    wishes = [HeatmapWish(one.x, one.y, one.metric, one.aggregate) for one in request.heatmaps]
    metrics = request.metrics or DEFAULT_METRICS
    aim = Aim(request.objective, request.goal, metrics, request.trials_limit, wishes)
    wanted = wanted_of(request, aim, request.mode)
    rows = min(request.trials_limit, wanted.search.count(wanted.grid) * wanted.count)
    wanted.check_size(0, 0, rows)
    return wanted


def _walk_wanted(request: contract.WalkForwardRequest) -> Wanted:
    aim = Aim(request.objective, request.goal, request.metrics or DEFAULT_METRICS)
    return wanted_of(request, aim, "portfolio")


async def _handed_in(kind: str, request: Any, wanted: Wanted, ctx: ComputeContext) -> dict[str, Any]:
    run_id = await submit(kind, request, ctx, strategy_id=wanted.strategy_id, symbols=wanted.symbols)
    run = await RunTable(ctx.pool).one(run_id)
    if run is None:  # somebody deleted it at once
        raise NotFound(f"no run has the id {run_id}", kind="run", run_id=run_id)
    return {"run_id": run_id, "state": run.state, "status": run.state, "strategy_id": run.strategy_id}


async def _swept(request: contract.SweepRequest, wanted: Wanted, ctx: ComputeContext) -> dict[str, Any]:
    stored = await load(request, wanted.needs, wanted.symbols, ctx)
    work = partial(_sweep, request, wanted, stored, ctx, Progress(request))
    return await ctx.cpu.run(work, lane="bulk", cost_us=_COST_US)


def _sweep(
    request: contract.SweepRequest, wanted: Wanted, stored: Stored, ctx: ComputeContext, progress: Progress
) -> dict[str, Any]:
    data = series_of(request, wanted, stored)
    wanted.check_size(request.top, max(len(one.bars) for one in data), 0)

    def tell(standing: Standing) -> None:
        if progress.wanted:
            progress.tell(_SWEEPING * standing.done / standing.of, part_of(wanted, standing))

    swept = sweep(
        data,
        wanted.subject,
        wanted.grid.axes,
        wanted.given,
        request.costs,
        search=wanted.search,
        aim=wanted.aim,
        executor=ctx.sweeps,
        engine=ctx.engines.name,
        tell=tell,
        between=raise_if_cancelled,
    )
    return _with_tops(request, wanted, swept)


def _with_tops(request: contract.SweepRequest, wanted: Wanted, swept: Swept) -> dict[str, Any]:
    """The best trials once more, as whole runs with curves and proof; the very best one's figures in any case."""
    top = swept.top(max(request.top, 1))
    outcomes = []
    for series, number in zip(top.series.tolist(), top.numbers.tolist(), strict=True):
        raise_if_cancelled()
        points = request.verify_causality if request.top else 0
        outcomes.append(swept.outcome(series, number, verify_causality=points, stop=raise_if_cancelled))
    tops = [top_trial(wanted, top, at, outcome) for at, outcome in enumerate(outcomes[: request.top])]
    return sweep_reply(wanted, swept, tops, outcomes[0] if outcomes else None)


async def _walked(request: contract.WalkForwardRequest, wanted: Wanted, ctx: ComputeContext) -> dict[str, Any]:
    stored = await load(request, wanted.needs, wanted.symbols, ctx)
    work = partial(_walk, request, wanted, stored, ctx, Progress(request))
    return await ctx.cpu.run(work, lane="bulk", cost_us=_COST_US)


def _walk(
    request: contract.WalkForwardRequest, wanted: Wanted, stored: Stored, ctx: ComputeContext, progress: Progress
) -> dict[str, Any]:
    (data,) = series_of(request, wanted, stored)

    def tell(standing: Standing) -> None:
        progress.tell(standing.done / standing.of, contract.WalkForwardPart(done=standing.done, of=standing.of))

    walked = walk_forward(
        data,
        wanted.subject,
        wanted.grid.axes,
        wanted.given,
        request.costs,
        plan=WalkPlan(request.train, request.test, request.step, request.embargo, request.anchored),
        search=wanted.search,
        aim=wanted.aim,
        executor=ctx.sweeps,
        engine=ctx.engines.name,
        tell=tell,
        stop=raise_if_cancelled,
    )
    return walk_reply(wanted, walked)


def _ms_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
