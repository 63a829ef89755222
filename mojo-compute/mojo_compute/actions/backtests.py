"""Backtests: run one, read, list, cancel and delete the runs, list the strategies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any, Literal

from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts.action import Empty, schema_of
from chitti_shared.contracts.strategies import PRESETS, STRATEGIES, Execution, StrategyDeclaration
from chitti_shared.errors import Conflict, NotFound
from chitti_shared.ipc import Router

from mojo_compute.actions.backtest_inputs import plan_of, symbols_of
from mojo_compute.actions.backtest_results import page_of, reply_of, reply_of_stored
from mojo_compute.actions.backtest_runs import compute_backtest
from mojo_compute.actions.backtest_tables import Page
from mojo_compute.actions.jobs import keep, known_run, run_now, submit
from mojo_compute.context import ComputeContext
from mojo_compute.storage.jobs import JobTable
from mojo_compute.storage.runs import RunQuery, RunTable, StoredRun

_BYTE_US = 0.01  # of making records of packed rows
_PART_US = 100.0
_FAST_US = 10_000.0


def register(router: Router[ComputeContext]) -> None:
    """Give the actions of backtests their handlers."""
    router.handles(contract.BACKTEST)(backtest)
    router.handles(contract.GET_BACKTEST)(get_backtest)
    router.handles(contract.LIST_BACKTESTS)(list_backtests)
    router.handles(contract.CANCEL_BACKTEST)(cancel_backtest)
    router.handles(contract.LIST_STRATEGIES)(list_strategies)


async def backtest(request: contract.BacktestRequest, ctx: ComputeContext) -> contract.BacktestReply:
    """Run a strategy, now or as a job. Errors: invalid_input, not_found, conflict, overloaded, ..."""
    started = perf_counter()
    plan, symbols = plan_of(request), symbols_of(request)
    page = Page(trades_limit=request.trades_limit, curve_limit=request.curve_limit)
    if request.async_:
        run_id = await submit("backtest", request, ctx, strategy_id=plan.declared, symbols=symbols)
        return await _stored_reply(run_id, page, ctx)
    job = await run_now("backtest", request, ctx, strategy_id=plan.declared, symbols=symbols)
    if (known := await known_run(job, ctx)) is not None:
        return await _stored_reply(known, page, ctx)
    finished = await compute_backtest(request, ctx)
    kept = await keep(job, finished, ctx) if request.keep else None
    if kept is not None and kept != job.run_id:  # the same request, twice at once
        return await _stored_reply(kept, page, ctx)
    facts = {"strategy_id": plan.declared, "kept": kept is not None, "time_ms": _ms_since(started)}
    parts = len(finished.summary["parts"])
    wanted = page.of(parts).wanted
    told = sum(table.itemsize * min(len(table), wanted[name][1]) for (_, name), table in finished.tables.items())
    return await _made(partial(reply_of, job.run_id, finished, page, **facts), told, parts, ctx)


async def get_backtest(request: contract.GetBacktestRequest, ctx: ComputeContext) -> contract.BacktestReply:
    """Serve a run and a page of its results. Errors: not_found."""
    page = Page(request.trades_after, request.trades_limit, request.curve_after, request.curve_limit)
    return await _stored_reply(request.run_id, page, ctx)


async def _stored_reply(run_id: str, page: Page, ctx: ComputeContext) -> contract.BacktestReply:
    runs = RunTable(ctx.pool)
    run = await runs.one(run_id)
    if run is None:
        raise _no_run(run_id)
    told = page_of(run, page)
    if told is None or run.result is None:
        return reply_of_stored(run, [], told)
    pages = await runs.page(run_id, told.wanted)
    told_bytes = sum(len(one.data) for one in pages)
    return await _made(partial(reply_of_stored, run, pages, told), told_bytes, len(run.result["parts"]), ctx)


async def _made(
    make: Callable[[], contract.BacktestReply], told: int, parts: int, ctx: ComputeContext
) -> contract.BacktestReply:
    """A reply of so many bytes of curves and trades, made off the loop where that takes a while."""
    cost_us = told * _BYTE_US + (parts - 1) * _PART_US
    lane: Literal["fast", "bulk"] = "fast" if cost_us <= _FAST_US else "bulk"
    return await ctx.cpu.run(make, lane=lane, cost_us=cost_us)


async def list_backtests(request: contract.ListBacktestsRequest, ctx: ComputeContext) -> contract.ListBacktestsReply:
    """Serve a page of the runs, newest first."""
    before = None if request.cursor is None else int(request.cursor)
    query = RunQuery(request.state, request.kind, request.strategy_id, request.symbol, before, request.limit)
    runs, following = await RunTable(ctx.pool).newest(query)
    entries = [_entry(run) for run in runs]
    return contract.ListBacktestsReply(
        runs=entries, count=len(entries), next_cursor=None if following is None else str(following)
    )


def _entry(run: StoredRun) -> contract.BacktestEntry:
    return contract.BacktestEntry(
        run_id=run.run_id,
        kind=run.kind,  # type: ignore[arg-type]
        state=run.state,  # type: ignore[arg-type]
        strategy_id=run.strategy_id,
        symbols=run.symbols,
        progress=run.progress,
        attempts=run.attempts,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        sharpe=run.sharpe,
        return_=run.total_return,
        error=None if run.error is None else run.error["message"],
    )


async def cancel_backtest(request: contract.CancelBacktestRequest, ctx: ComputeContext) -> contract.CancelBacktestReply:
    """Cancel a live run, delete a finished one. Errors: not_found, conflict (`only` the other is wanted)."""
    run_id = request.run_id
    if request.only != "delete" and await JobTable(ctx.pool).cancel(run_id):
        return contract.CancelBacktestReply(run_id=run_id, state="cancelled", cancelled=True, deleted=False)
    state: Any = None if request.only == "cancel" else await RunTable(ctx.pool).delete(run_id)
    if state is None:
        raise _not_done(await RunTable(ctx.pool).one(run_id), request)
    return contract.CancelBacktestReply(run_id=run_id, state=state, cancelled=False, deleted=True)


def _not_done(run: StoredRun | None, request: contract.CancelBacktestRequest) -> NotFound | Conflict:
    if run is None:
        return _no_run(request.run_id)
    wanted = "a live run can be cancelled" if request.only == "cancel" else "a run that is over can be deleted"
    return Conflict(f"the run is {run.state}: only {wanted}", field="only", run_id=run.run_id, state=run.state)


def _no_run(run_id: str) -> NotFound:
    return NotFound(f"no run has the id {run_id}", kind="run", run_id=run_id)


async def list_strategies(_request: Empty, _ctx: ComputeContext) -> contract.ListStrategiesReply:
    """Serve what a backtest can be asked for."""
    entries = [_strategy(one) for one in STRATEGIES]
    costs = {name: list(lines) for name, lines in PRESETS.items()}
    return contract.ListStrategiesReply(
        strategies=entries, count=len(entries), execution=schema_of(Execution), costs=costs
    )


def _strategy(declared: StrategyDeclaration) -> contract.StrategyEntry:
    return contract.StrategyEntry(
        strategy_id=declared.name,
        summary=declared.summary,
        needs=declared.needs,
        parameters=[
            contract.StrategyParameter(
                name=one.name,
                type="integer" if one.kind is int else "number",
                default=one.default,
                minimum=one.ge,
                maximum=one.le,
                names=list(one.names),
            )
            for one in declared.parameters
        ],
        ordered=[list(pair) for pair in declared.ordered],
        defaults=dict(declared.execution),
        weights=declared.weights,
        source=declared.source,
    )


def _ms_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
