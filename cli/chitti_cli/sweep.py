"""`chitti sweep`: many combinations of a strategy's parameters, in the terminal and as a heat map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chitti_cli.backtest import AsJson, json_of, parameters_of
from chitti_cli.problem import Problem
from chitti_cli.running import err, fail, load_settings, out, run, write_line

if TYPE_CHECKING:
    from chitti_cli.report.trials import Sweep


def sweep(
    symbols: Annotated[list[str], typer.Argument(help="TCS, or several: each is swept for itself.")],
    grid: Annotated[
        list[str], typer.Option(metavar="NAME=VALUES", help="fast_period=5:50:5 (with its end) or stop_loss=0.02,0.05.")
    ],
    strategy: Annotated[str, typer.Option(help="One of: chitti call mojo-compute list_strategies")] = "sma_crossover",
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What does not vary, as position_size=0.5. Repeatable."),
    ] = None,
    strategy_file: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="A strategy as data, in place of --strategy.")
    ] = None,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = None,
    end: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")] = None,
    costs: Annotated[str, typer.Option(help="flat, none, nse_delivery, nse_intraday, or @FILE.json.")] = "flat",
    search: Annotated[str, typer.Option(help="grid: all; random: --trials of them; tpe: by Optuna.")] = "grid",
    trials: Annotated[int | None, typer.Option(min=1, help="How many are tried, by random and tpe.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed tries the same combinations.")] = 0,
    objective: Annotated[str, typer.Option(help="Any figure of a backtest.")] = "sharpe_ratio",
    top: Annotated[int, typer.Option(min=1, max=100, help="How many of the best are shown.")] = 10,
    plots: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the heat map as a PNG file.")] = None,
    as_json: AsJson = False,
    timeout: Annotated[float, typer.Option(min=0.001, metavar="SECONDS")] = 3600.0,
) -> None:
    """Try many combinations of a strategy's parameters, and say how much of the best one is luck."""
    settings = load_settings()
    try:
        axes = axes_of(grid)
        given = {"start": start, "end": end, "trials": trials}
        named = {"strategy_id": strategy} if strategy_file is None else {"strategy": json_of(strategy_file)}
        request = {
            **({"symbol": symbols[0].upper()} if len(symbols) == 1 else {"symbols": [one.upper() for one in symbols]}),
            **named,
            "parameters": parameters_of(param or [], None),
            "costs": json_of(Path(costs[1:])) if costs.startswith("@") else costs,
            **{name: value for name, value in given.items() if value is not None},
            "grid": axes,
            "search": search,
            "seed": seed,
            "objective": objective,
            "top": 1,  # whose proof and manifest are told
            **heatmap_of(axes),
        }
    except Problem as problem:
        fail(problem.message, problem.hint)
    from chitti_shared.contracts.sweeps import SWEEP, SweepPart

    from chitti_cli.runs import answer

    def told(part: SweepPart) -> str:
        return f"{part.done:,} of {part.of:,} combinations"

    text = run(answer(settings, SWEEP, request, timeout, told), settings)
    if as_json:
        write_line(text)
    tell(text, top, plots, as_json=as_json)


def tell(text: bytes, top: int, folder: Path | None, *, as_json: bool) -> None:
    """Print what a sweep found, and draw its heat map."""
    if as_json and folder is None:
        return
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


def draw(found: Sweep, folder: Path) -> list[Path]:
    """Write the heat maps as PNG files."""
    from chitti_cli.report.heatmaps import write_heatmaps

    return write_heatmaps(found, folder)


def axes_of(given: list[str]) -> dict[str, Any]:
    """`NAME=from:to:step` as a span, `NAME=a,b,c` as a list.

    Raises
    ------
    Problem
        One is neither.
    """
    axes: dict[str, Any] = {}
    for text in given:
        name, equals, values = (part.strip() for part in text.partition("="))
        if not name or not equals or not values:
            raise Problem(f"an axis is NAME=VALUES, found {text!r}", "for example: --grid fast_period=5:50:5")
        parts = values.split(":")
        if len(parts) == 1:
            axes[name] = [parameters_of([f"x={one}"], None)["x"] for one in values.split(",")]
            continue
        try:
            first, last, step = (float(part) for part in (*parts, "1")[:3])
        except ValueError:
            raise Problem(
                f"a span is from:to:step in numbers, found {values!r}", f"for example: --grid {name}=5:50:5"
            ) from None
        axes[name] = {"from": first, "to": last, "step": step}
    return axes


def heatmap_of(axes: dict[str, Any]) -> dict[str, Any]:
    """The wish for a heat map of the first two axes; nothing where there is one axis."""
    if len(axes) < 2:
        return {}
    x, y = list(axes)[:2]
    return {"heatmaps": [{"x": x, "y": y, "aggregate": "max" if len(axes) > 2 else "mean"}]}
