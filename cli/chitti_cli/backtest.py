"""`chitti backtest` and `chitti report`: a strategy over stored prices, read in the terminal or as a tear sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chitti_cli.problem import Problem
from chitti_cli.running import err, fail, load_settings, out, run, write_line

if TYPE_CHECKING:
    from chitti_cli.report import Result

Report = Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a tear sheet: one HTML file.")]
Plots = Annotated[Path | None, typer.Option(metavar="DIR", help="Write its plots as PNG files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the daemon's reply for a program.")]


def backtest(
    symbols: Annotated[list[str], typer.Argument(help="TCS, or several: they share one pool of cash.")],
    strategy: Annotated[str, typer.Option(help="One of: chitti call mojo-compute list_strategies")] = "sma_crossover",
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Of the strategy or the execution, as fast_period=10. Repeatable."),
    ] = None,
    strategy_file: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="A strategy as data, in place of --strategy.")
    ] = None,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = None,
    end: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")] = None,
    bars: Annotated[int | None, typer.Option(min=1, help="The newest so many bars.")] = None,
    costs: Annotated[
        str, typer.Option(help="flat, none, nse_delivery, nse_intraday, or @FILE.json with lines of a schedule.")
    ] = "flat",
    benchmark: Annotated[str, typer.Option(help="buy_and_hold, none, or a symbol.")] = "buy_and_hold",
    fill: Annotated[str | None, typer.Option(help="next_open, next_close or close.")] = None,
    verify_causality: Annotated[
        int,
        typer.Option(min=0, max=100, metavar="POINTS", help="Where history is cut to look for look-ahead."),
    ] = 3,
    report: Report = None,
    plots: Plots = None,
    as_json: AsJson = False,
    timeout: Annotated[float, typer.Option(min=0.001, metavar="SECONDS")] = 300.0,
) -> None:
    """Run a strategy over stored prices and show what it brought."""
    settings = load_settings()
    try:
        named = {} if strategy_file is None else {"strategy": json_of(strategy_file)}
        request = {
            **({"symbol": symbols[0].upper()} if len(symbols) == 1 else {"symbols": [one.upper() for one in symbols]}),
            **(named or {"strategy_id": strategy}),
            "parameters": parameters_of(param or [], fill),
            "costs": json_of(Path(costs[1:])) if costs.startswith("@") else costs,
            **{name: value for name, value in (("start", start), ("end", end), ("bars", bars)) if value is not None},
            "benchmark": benchmark,
            "verify_causality": verify_causality,
        }
    except Problem as problem:
        fail(problem.message, problem.hint)
    from chitti_cli.runs import ask

    text = run(ask(settings, request, timeout), settings)
    tell(text, report, plots, as_json=as_json)


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
    from chitti_cli.report import write_page, write_plots

    with err.status("drawing ..."):
        if page is not None:
            write_page(result, page)
        drawn = [] if folder is None else write_plots(result, folder)
    return [*([] if page is None else [page]), *drawn]


def parameters_of(given: list[str], fill: str | None) -> dict[str, Any]:
    """`NAME=VALUE` as JSON has it: numbers, true, false and null as such, the rest words.

    Raises
    ------
    Problem
        One has no `=`, or no name.
    """
    import msgspec

    found: dict[str, Any] = {} if fill is None else {"fill": fill}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Problem(f"a parameter is NAME=VALUE, found {text!r}", "for example: --param fast_period=10")
        try:
            found[name.strip()] = msgspec.json.decode(value.strip())
        except msgspec.DecodeError:
            found[name.strip()] = value.strip()
    return found


def json_of(path: Path) -> Any:
    """What a JSON file holds.

    Raises
    ------
    Problem
        It can't be read, or is no JSON.
    """
    import msgspec

    from chitti_cli.sockets import read

    try:
        return msgspec.json.decode(read(path))
    except msgspec.DecodeError as error:
        raise Problem(f"{path} is no JSON: {error}") from error
