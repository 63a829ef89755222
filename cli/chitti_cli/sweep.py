"""`chitti sweep` and `chitti walk-forward`: many combinations of a strategy's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chitti_cli.asked import (
    AsJson,
    Costs,
    End,
    Grid,
    Objective,
    Param,
    Plots,
    Search,
    Seed,
    Start,
    Strategy,
    StrategyFile,
    Timeout,
    Trials,
    axes_of,
    request_of,
)
from chitti_cli.problem import Problem
from chitti_cli.running import err, fail, load_settings, out, run, write_line

if TYPE_CHECKING:
    from chitti_cli.report.trials import Sweep

Symbols = Annotated[list[str], typer.Argument(help="TCS, or several: each is swept for itself.")]
OneSymbol = Annotated[str, typer.Argument(help="For example TCS.")]


def sweep(
    symbols: Symbols,
    grid: Grid,
    strategy: Strategy = "sma_crossover",
    param: Param = None,
    strategy_file: StrategyFile = None,
    start: Start = None,
    end: End = None,
    costs: Costs = "flat",
    search: Search = "grid",
    trials: Trials = None,
    seed: Seed = 0,
    objective: Objective = "sharpe_ratio",
    top: Annotated[int, typer.Option(min=1, max=100, help="How many of the best are shown.")] = 10,
    plots: Plots = None,
    as_json: AsJson = False,
    timeout: Timeout = 3600.0,
) -> None:
    """Try many combinations of a strategy's parameters, and say how much of the best one is luck."""
    settings = load_settings()
    searched = {"search": search, "trials": trials, "seed": seed, "objective": objective, "start": start, "end": end}
    try:
        axes = axes_of(grid)
        request = request_of(symbols, strategy, strategy_file, param, costs, grid=axes, **searched)
    except Problem as problem:
        fail(problem.message, problem.hint)
    from chitti_shared.contracts.sweeps import SWEEP

    from chitti_cli.runs import answer
    from chitti_cli.runs import as_json as as_json_of

    # of the best one the proof and the manifest are in the reply
    asked = {**request, "top": 1, **heatmap_of(axes)}
    text = as_json_of(run(answer(settings, SWEEP, asked, timeout, combinations), settings))
    if as_json:
        write_line(text)
    if not as_json or plots is not None:
        tell(text, top, plots, as_json=as_json)


def walk_forward(
    symbol: OneSymbol,
    grid: Grid,
    train: Annotated[int, typer.Option(min=2, metavar="BARS", help="On which parameters are chosen.")] = 504,
    test: Annotated[int, typer.Option(min=1, metavar="BARS", help="Behind them, on which they are tried.")] = 126,
    step: Annotated[
        int | None, typer.Option(min=1, metavar="BARS", help="From one window to the next; unset: --test.")
    ] = None,
    embargo: Annotated[int, typer.Option(min=0, metavar="BARS", help="Between the two, seen by neither.")] = 0,
    anchored: Annotated[
        bool, typer.Option("--anchored", help="Every training window begins with the first bar.")
    ] = False,
    strategy: Strategy = "sma_crossover",
    param: Param = None,
    strategy_file: StrategyFile = None,
    start: Start = None,
    end: End = None,
    costs: Costs = "flat",
    search: Search = "grid",
    trials: Trials = None,
    seed: Seed = 0,
    objective: Objective = "sharpe_ratio",
    as_json: AsJson = False,
    timeout: Timeout = 3600.0,
) -> None:
    """Choose parameters on past bars and try them on the bars after, again and again."""
    settings = load_settings()
    searched = {"search": search, "trials": trials, "seed": seed, "objective": objective, "start": start, "end": end}
    windows = {"train": train, "test": test, "step": step, "embargo": embargo, "anchored": anchored}
    try:
        request = request_of([symbol], strategy, strategy_file, param, costs, grid=axes_of(grid), **searched, **windows)
    except Problem as problem:
        fail(problem.message, problem.hint)
    from chitti_shared.contracts.sweeps import WALK_FORWARD

    from chitti_cli.runs import answer
    from chitti_cli.runs import as_json as as_json_of

    text = as_json_of(run(answer(settings, WALK_FORWARD, request, timeout, combinations), settings))
    if as_json:
        write_line(text)
    else:
        tell_walk(text)


def combinations(part: Any) -> str:
    """How far it is, in words."""
    return f"{part.done:,} of {part.of:,} combinations"


def tell(text: bytes, top: int, folder: Path | None, *, as_json: bool) -> None:
    """Print what a sweep found, and draw its heat map."""
    from chitti_cli.report.trials import read_sweep, summary_of_sweep

    try:
        found = read_sweep(text)
        written = [] if folder is None else draw(found, folder)
    except Problem as problem:
        fail(problem.message, problem.hint)
    if not as_json:
        out.print(summary_of_sweep(found, top))
    for path in written:
        err.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)


def tell_walk(text: bytes) -> None:
    """Print what a walk forward found."""
    from chitti_cli.report.walks import read_walk, summary_of_walk

    try:
        out.print(summary_of_walk(read_walk(text)))
    except Problem as problem:
        fail(problem.message, problem.hint)


def draw(found: Sweep, folder: Path) -> list[Path]:
    """Write the heat maps as PNG files."""
    from chitti_cli.report.heatmaps import write_heatmaps

    return write_heatmaps(found, folder)


def heatmap_of(axes: dict[str, Any]) -> dict[str, Any]:
    """The wish for a heat map of the first two axes; nothing where there is one axis."""
    if len(axes) < 2:
        return {}
    x, y = list(axes)[:2]
    return {"heatmaps": [{"x": x, "y": y, "aggregate": "max" if len(axes) > 2 else "mean"}]}
