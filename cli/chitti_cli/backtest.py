"""`chitti backtest` and `chitti report`: a strategy over stored prices, read in the terminal or as a tear sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.asked import AsJson, Costs, End, Param, Plots, Start, Strategy, StrategyFile, Timeout, request_of
from chitti_cli.problem import Problem
from chitti_cli.running import err, fail, load_settings, out, run, write_line

if TYPE_CHECKING:
    from chitti_cli.report.result import Result


def backtest(
    symbols: Annotated[list[str], typer.Argument(help="TCS, or several: they share one pool of cash.")],
    strategy: Strategy = "sma_crossover",
    param: Param = None,
    strategy_file: StrategyFile = None,
    start: Start = None,
    end: End = None,
    bars: Annotated[int | None, typer.Option(min=1, help="The newest so many bars.")] = None,
    costs: Costs = "flat",
    benchmark: Annotated[str, typer.Option(help="buy_and_hold, none, or a symbol.")] = "buy_and_hold",
    verify_causality: Annotated[
        int, typer.Option(min=0, max=100, metavar="POINTS", help="Where history is cut to look for look-ahead.")
    ] = 3,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a tear sheet: one HTML file.")] = None,
    plots: Plots = None,
    background: Annotated[bool, typer.Option("--background", help="Make it a job, don't wait for it.")] = False,
    as_json: AsJson = False,
    timeout: Timeout = 300.0,
) -> None:
    """Run a strategy over stored prices and show what it brought."""
    settings = load_settings()
    days = {"start": start, "end": end, "bars": bars}
    try:
        request = request_of(
            symbols,
            strategy,
            strategy_file,
            param,
            costs,
            benchmark=benchmark,
            verify_causality=verify_causality,
            **days,
        )
    except Problem as problem:
        fail(problem.message, problem.hint)
    from chitti_cli.runs import ask, hand_in

    if background:
        run_id = run(hand_in(settings, request, timeout), settings)
        out.print(run_id, highlight=False)
        err.print(f"handed in; when it is done: chitti report {run_id} --out report.html", highlight=False)
        return
    tell(run(ask(settings, request, timeout), settings), report, plots, as_json=as_json)


def report(
    source: Annotated[str, typer.Argument(help="A run's id, or a file with what `chitti backtest --json` printed.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="Write a tear sheet: one HTML file.")
    ] = None,
    plots: Plots = None,
    as_json: AsJson = False,
) -> None:
    """Show a run that was made before, or write its tear sheet."""
    from chitti_cli.runs import find

    settings = load_settings()
    tell(run(find(settings, source), settings), out_file, plots, as_json=as_json)


def tell(text: bytes, page: Path | None, folder: Path | None, *, as_json: bool) -> None:
    """Print a reply, and write what was asked for."""
    if as_json:
        write_line(text)
    if as_json and page is None and folder is None:
        return
    from chitti_cli.report.result import read

    try:
        result = read(text)
        written = write(result, page, folder)
    except Problem as problem:
        fail(problem.message, problem.hint)
    if not as_json:
        from chitti_cli.report.summary import summary_of

        out.print(summary_of(result))
    for path in written:
        err.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)


def write(result: Result, page: Path | None, folder: Path | None) -> list[Path]:
    """Write the tear sheet and the plots that are asked for."""
    if page is None and folder is None:
        return []
    from chitti_cli.report.drawing import write_plots
    from chitti_cli.report.page import write_page

    with err.status("drawing ..."):
        if page is not None:
            write_page(result, page)
        drawn = [] if folder is None else write_plots(result, folder)
    return [*([] if page is None else [page]), *drawn]
