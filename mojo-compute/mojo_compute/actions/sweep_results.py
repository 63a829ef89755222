"""From what a sweep or a walk forward brought to its reply."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts import sweeps as contract
from chitti_shared.contracts.backtest_results import Lookahead

from mojo_compute.actions.backtest_results import is_daily, lookahead_of
from mojo_compute.actions.backtest_tables import texts
from mojo_compute.actions.sweep_inputs import Wanted
from mojo_compute.backtesting.backtests import Outcome
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.metrics import COUNTS
from mojo_compute.backtesting.sweeps.heatmaps import Heatmap
from mojo_compute.backtesting.sweeps.ledgers import Trials
from mojo_compute.backtesting.sweeps.studies import Standing, Swept
from mojo_compute.backtesting.walks import Step, Walked
from mojo_compute.kernels.arrays import Floats


def part_of(wanted: Wanted, standing: Standing) -> contract.SweepPart:
    """How far a sweep is."""
    return contract.SweepPart(done=standing.done, of=standing.of, best=trial_of(wanted, standing.best))


def trial_of(wanted: Wanted, trials: Trials, at: int = 0) -> contract.Trial | None:
    """One of some trials; None of none."""
    if not len(trials):
        return None
    return contract.Trial(
        symbol=wanted.name_of(int(trials.series[at])),
        parameters=wanted.grid.point(int(trials.numbers[at])),
        metrics={
            name: _figure(name, value)
            for name, value in zip(wanted.aim.columns(), trials.values[:, at].tolist(), strict=True)
        },
    )


def _figure(name: str, value: float) -> float | int | None:
    if np.isnan(value):
        return None
    return int(value) if name in COUNTS else value


def sweep_reply(wanted: Wanted, swept: Swept, tops: list[contract.TopTrial], best: Outcome | None) -> dict[str, Any]:
    """The fields of a reply that are the sweep's own."""
    several = len(swept.job.data) > 1
    fields: dict[str, Any] = {
        **_head(wanted),
        "size": wanted.grid.size,
        "count": swept.count,
        "invalid": swept.invalid,
        "failed": swept.failed,
        "reason": swept.reason or None,
        "trials": _columns(wanted, swept.trials, several=several),
        "best": trial_of(wanted, swept.best),
        "top": tops,
        "heatmaps": [_heatmap(one) for one in swept.heatmaps],
        "deflated_sharpe": _deflated(swept, best),
        "executor": swept.executor,
        "engine": swept.job.engine,
        "mojo_used": False,
        "computation_time_ms": round(swept.elapsed_s * 1000, 3),
    }
    if several:
        each = [trial_of(wanted, swept.best_of[series]) for series in sorted(swept.best_of)]
        fields["best_by_symbol"] = [one for one in each if one is not None]
    return fields


def _head(wanted: Wanted) -> dict[str, Any]:
    return {
        "strategy_id": wanted.strategy_id,
        "symbols": wanted.symbols,
        "search": wanted.search.kind,
        "seed": wanted.search.seed,
        "objective": wanted.aim.objective,
        "goal": wanted.aim.direction,
    }


def _columns(wanted: Wanted, trials: Trials, *, several: bool) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if several:
        columns["symbol"] = [wanted.name_of(series) for series in trials.series.tolist()]
    for axis, places in zip(wanted.grid.axes, wanted.grid.places(trials.numbers), strict=True):
        columns[axis.name] = [axis.values[place] for place in places.tolist()]
    return columns | dict(zip(wanted.aim.columns(), trials.values, strict=True))


def _heatmap(one: Heatmap) -> contract.Heatmap:
    return contract.Heatmap(
        x=one.x,
        y=one.y,
        metric=one.metric,
        aggregate=one.aggregate,
        x_values=list(one.x_values),
        y_values=list(one.y_values),
        values=[[None if np.isnan(cell) else cell for cell in row] for row in one.values.tolist()],
        trials=one.trials.astype(np.int64).tolist(),
    )


def _deflated(swept: Swept, best: Outcome | None) -> contract.DeflatedSharpe:
    sharpe = None if best is None else best.metrics["sharpe_ratio"]
    return contract.DeflatedSharpe(
        probability=None if best is None else swept.deflated_sharpe(best),
        sharpe_ratio=sharpe,
        trials=swept.count,
        deviation=None if np.isnan(swept.sharpe_deviation) else swept.sharpe_deviation,
    )


def top_trial(wanted: Wanted, trials: Trials, at: int, outcome: Outcome) -> contract.TopTrial:
    """One of the best as a whole run."""
    return contract.TopTrial(
        rank=at + 1,
        symbol=wanted.name_of(int(trials.series[at])),
        parameters=wanted.grid.point(int(trials.numbers[at])),
        results=outcome.metrics,
        dates=_dates(outcome.data.bars),
        equity_curve=outcome.run.equity,
        drawdown_curve=outcome.drawdown_curve,
        lookahead=msgspec.convert(lookahead_of(outcome), Lookahead),
        manifest=outcome.manifest,
    )


def _dates(bars: Bars) -> list[str] | None:
    return None if bars.times is None else texts(_seconds(bars), daily=is_daily(bars.times))


def _seconds(bars: Bars) -> Any:
    assert bars.times is not None
    return np.ascontiguousarray(bars.times.astype("datetime64[s]")).view(np.int64)


def walk_reply(wanted: Wanted, walked: Walked) -> dict[str, Any]:
    """The fields of a reply that are the walk's own."""
    swept = walked.swept
    return {
        **_head(wanted),
        "windows": [_window(step, walked.data.bars) for step in walked.steps],
        "degradation": {
            name: contract.Degradation(
                in_sample=one.in_sample,
                out_of_sample=one.out_of_sample,
                difference=one.difference,
                ratio=one.ratio,
                windows=one.windows,
            )
            for name, one in walked.degradation().items()
        },
        "stability": {
            name: contract.Stability(
                values=list(one.values),
                distinct=one.distinct,
                changes=one.changes,
                mean=one.mean,
                deviation=one.deviation,
            )
            for name, one in walked.stability().items()
        },
        "results": walked.metrics,
        "dates": _dates(walked.bars),
        "equity_curve": _plain(walked.run.equity),
        "drawdown_curve": _plain(walked.drawdown_curve),
        "count": swept.count,
        "invalid": swept.invalid,
        "failed": swept.failed,
        "executor": swept.executor,
        "engine": swept.job.engine,
        "mojo_used": False,
        "computation_time_ms": round(walked.elapsed_s * 1000, 3),
    }


def _plain(values: Floats) -> Floats:
    return np.ascontiguousarray(values)


def _window(step: Step, bars: Bars) -> contract.WalkWindow:
    return contract.WalkWindow(
        train=_span(step.window.train, bars),
        test=_span(step.window.test, bars),
        parameters=None if step.parameters is None else dict(step.parameters),
        in_sample={name: _told(name, value) for name, value in step.in_sample.items()},
        out_of_sample=dict(step.out_of_sample),
    )


def _told(name: str, value: float | None) -> float | int | None:
    return None if value is None else _figure(name, value)


def _span(span: tuple[int, int], bars: Bars) -> contract.Window:
    first, last = span[0], span[1] - 1
    days: list[str | None] = [None, None]
    if bars.times is not None:
        seconds = _seconds(bars)[[first, last]]
        days = list(texts(seconds, daily=is_daily(bars.times)))
    return contract.Window(first=first, last=last, first_date=days[0], last_date=days[1])
