"""`chitti backtests`: the runs that the daemon keeps, finished ones and jobs."""

from __future__ import annotations

from typing import Annotated

import typer

from chitti_cli.lists import AsJsonLines, show_list
from chitti_cli.running import load_settings, out, run

app = typer.Typer(help="Runs that were made or handed in: list, cancel, delete.", no_args_is_help=True)

RunId = Annotated[str, typer.Argument(metavar="RUN_ID", help="As `chitti backtests list` shows it.")]


@app.command("list")
def list_runs(
    state: Annotated[str | None, typer.Option(help="pending, running, completed, failed or cancelled.")] = None,
    kind: Annotated[str | None, typer.Option(help="backtest, sweep or walk_forward.")] = None,
    strategy: Annotated[str | None, typer.Option(help="Those of one named strategy.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Those of one symbol.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 20,
    as_json: AsJsonLines = False,
) -> None:
    """Show the newest runs."""
    from chitti_cli import run_list

    settings = load_settings()
    wanted = {"state": state, "kind": kind, "strategy_id": strategy, "symbol": symbol and symbol.upper()}
    given = {name: value for name, value in wanted.items() if value is not None}
    reply = run(run_list.listed(settings, {**given, "limit": limit}), settings)
    nothing = "no runs yet; `chitti backtest TCS` makes one"
    show_list(reply.runs, lambda _runs: run_list.table_of(reply), nothing, as_json=as_json)


@app.command()
def cancel(run_id: RunId) -> None:
    """Stop a run that waits or is computed; it stays in the list."""
    from chitti_cli import run_list

    settings = load_settings()
    run(run_list.end(settings, run_id, "cancel"), settings)
    out.print(f"cancelled: {run_id}", highlight=False)


@app.command()
def delete(run_ids: Annotated[list[str], typer.Argument(metavar="RUN_ID...", help="Runs that are over.")]) -> None:
    """Delete runs that are over, with their results."""
    from chitti_cli import run_list

    settings = load_settings()
    for run_id in run_ids:
        run(run_list.end(settings, run_id, "delete"), settings)
        out.print(f"deleted: {run_id}", highlight=False)
