"""Computing a backtest as a request asks for it: now, or as a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from chitti_shared.contracts.backtests import BacktestPart, BacktestRequest
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Progress
from chitti_shared.ipc.calls import raise_if_cancelled

from mojo_compute.actions.backtest_inputs import (
    Plan,
    Stored,
    closes_at,
    load,
    news_of,
    parts_of,
    plan_of,
    present,
    symbols_of,
)
from mojo_compute.actions.backtest_results import finished_of
from mojo_compute.backtesting.backtests import Outcome, backtest
from mojo_compute.backtesting.calendars import aligned
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.context import ComputeContext
from mojo_compute.storage.jobs import Finished

_FIXED_US = 500.0
_CELL_US = 0.1  # of a bar of a symbol, each time that it is looked at
_FAST_CELLS = 125_000  # looked at, the proof of causality's shortened histories among them

Tell = Callable[[float, BacktestPart], None]


async def compute_backtest(request: BacktestRequest, ctx: ComputeContext) -> Finished:
    """Load, run it off the loop, bring it into the form that is stored. Errors: InvalidInput, NotFound."""
    plan, symbols = plan_of(request), symbols_of(request)
    stored = await load(request, plan.needs, symbols, ctx, request.benchmark)
    # each point of the proof decides anew over half of the history on average
    cells = round(_cells(request, stored) * (1 + request.verify_causality / 2))
    lane: Literal["fast", "bulk"] = "fast" if cells <= _FAST_CELLS else "bulk"
    work = partial(computed, request, plan, symbols, stored, ctx.engines.name, Progress(request).tell)
    return await ctx.cpu.run(work, lane=lane, cost_us=_FIXED_US + cells * _CELL_US)


def _cells(request: BacktestRequest, stored: Stored) -> int:
    given = [request.prices, request.data, *(request.panel or {}).values()]
    return sum(map(len, stored.series.values())) + sum(len(one.close) for one in given if one is not None)


def computed(
    request: BacktestRequest, plan: Plan, symbols: Sequence[str], stored: Stored, engine: str, tell: Tell
) -> Finished:
    """The run itself, in whichever thread; `tell` is called from there. Errors: InvalidInput, NotFound, Cancelled."""
    parts = parts_of(request, plan, symbols, stored)
    run = partial(_outcome, request, plan, stored, engine)
    if request.mode == "portfolio":
        bars = [present(part) for part in parts]
        places = range(len(bars))

        def told(progress: float, stage: str) -> None:
            tell(progress, BacktestPart(stage=stage, symbols=0, of=len(bars)))

        outcomes: list[Outcome | ChittiError] = [run(aligned(bars), places, told)]
        return finished_of(outcomes, bars[0].symbols, apart=False, benchmark=request.benchmark)
    outcomes = [_alone(part, place, len(parts), run, tell) for place, part in enumerate(parts)]
    if all(isinstance(one, ChittiError) for one in outcomes):
        raise next(one for one in outcomes if isinstance(one, ChittiError))
    names = symbols or [""]
    return finished_of(outcomes, names, apart=True, benchmark=request.benchmark)


def _alone(
    part: Bars | ChittiError,
    place: int,
    of: int,
    run: Callable[[Bars, Sequence[int], Callable[[float, str], None]], Outcome],
    tell: Tell,
) -> Outcome | ChittiError:
    """One symbol of many: what fails in it concerns it alone."""
    raise_if_cancelled()
    tell(place / of, BacktestPart(stage="symbols", symbols=place, of=of))
    if isinstance(part, ChittiError):
        return part
    try:
        return run(part, [place], lambda _progress, _stage: None)
    except ChittiError as error:
        raise_if_cancelled()
        return error


def _outcome(
    request: BacktestRequest,
    plan: Plan,
    stored: Stored,
    engine: str,
    bars: Bars,
    places: Sequence[int],
    tell: Callable[[float, str], None],
) -> Outcome:
    news = None if stored.scores is None else news_of(bars, stored.scores, places)
    return backtest(
        Data(bars, news),
        plan.strategy,
        plan.execution,
        request.costs,
        benchmark=None if stored.benchmark is None else closes_at(bars, stored.benchmark),
        verify_causality=request.verify_causality,
        actions=None if request.adjusted else Actions.of(bars, stored.happenings),
        engine=engine,
        tell=tell,
        stop=raise_if_cancelled,
    )
