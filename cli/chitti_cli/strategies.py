"""`chitti strategies`: what a backtest can be asked for by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.running import fail, out

if TYPE_CHECKING:
    from chitti_shared.contracts.indicators import Parameter
    from chitti_shared.contracts.strategies import StrategyDeclaration
    from rich.table import Table


def strategies(
    name: Annotated[str | None, typer.Argument(help="One of them, to see its bounds; unset: all of them.")] = None,
) -> None:
    """Name the strategies that backtests know, with their parameters."""
    from chitti_shared.contracts.strategies import STRATEGIES, STRATEGY_BY_NAME
    from chitti_shared.names import nearest

    if name is None:
        out.print(table_of(STRATEGIES))
        return
    declared = STRATEGY_BY_NAME.get(name)
    if declared is None:
        fail(f"no strategy is called {name!r}{nearest(name, STRATEGY_BY_NAME)}", "all of them: chitti strategies")
    out.print(f"[bold cyan]{declared.name}[/]  {declared.summary}", highlight=False)
    out.print(f"[dim]{declared.source}[/]\n", highlight=False)
    out.print(parameters_of(declared))


def table_of(declared: tuple[StrategyDeclaration, ...]) -> Table:
    """A row for each strategy: its name, its parameters with their defaults, what it does."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("strategy", style="bold cyan", no_wrap=True)
    table.add_column("parameters")
    table.add_column("what it does")
    for one in declared:
        told = ", ".join(f"{parameter.name} {default_of(parameter)}" for parameter in one.parameters)
        table.add_row(one.name, told, one.summary)
    return table


def parameters_of(declared: StrategyDeclaration) -> Table:
    """A row for each parameter: default and bounds, and after which one it has to come."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("parameter", "default", "least", "most", ""):
        table.add_column(title, justify="left" if title in {"parameter", ""} else "right")
    after = {second: first for first, second in declared.ordered}
    for one in declared.parameters:
        note = ", ".join(one.names) if one.names else f"above {after[one.name]}" if one.name in after else ""
        table.add_row(one.name, default_of(one), f"{one.ge:g}", f"{one.le:g}", note)
    return table


def default_of(parameter: Parameter) -> str:
    """Its default, as a word where it has words for numbers."""
    return parameter.names[int(parameter.default)] if parameter.names else f"{parameter.default:g}"
