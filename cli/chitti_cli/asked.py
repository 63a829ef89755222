"""What commands over backtests have in common: their options, and the request that these mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chitti_cli.problem import Problem

Strategy = Annotated[str, typer.Option(help="One of: chitti strategies")]
Param = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Of the strategy or the execution, as fast_period=10. Repeatable."),
]
StrategyFile = Annotated[
    Path | None, typer.Option(metavar="FILE.json", help="A strategy as data, in place of --strategy.")
]
Start = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")]
End = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")]
Costs = Annotated[
    str, typer.Option(help="flat, none, nse_delivery, nse_intraday, or @FILE.json with lines of a schedule.")
]
Grid = Annotated[
    list[str], typer.Option(metavar="NAME=VALUES", help="fast_period=5:50:5 (with its end) or stop_loss=0.02,0.05.")
]
Search = Annotated[str, typer.Option(help="grid: all; random: --trials of them; tpe: by Optuna.")]
Trials = Annotated[int | None, typer.Option(min=1, help="How many are tried, by random and tpe.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed tries the same combinations.")]
Objective = Annotated[str, typer.Option(help="Any figure of a backtest.")]
Plots = Annotated[Path | None, typer.Option(metavar="DIR", help="Write its plots as PNG files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the daemon's reply for a program.")]
Timeout = Annotated[float, typer.Option(min=0.001, metavar="SECONDS")]


def request_of(
    symbols: list[str],
    strategy: str,
    strategy_file: Path | None,
    param: list[str] | None,
    costs: str,
    **others: Any,
) -> dict[str, Any]:
    """The fields of a request; of `others` those that are given.

    Raises
    ------
    Problem
        A parameter is no `NAME=VALUE`, a file can't be read.
    """
    names = [one.upper() for one in symbols]
    return {
        **({"symbol": names[0]} if len(names) == 1 else {"symbols": names}),
        **({"strategy_id": strategy} if strategy_file is None else {"strategy": json_of(strategy_file)}),
        "parameters": parameters_of(param or []),
        "costs": json_of(Path(costs[1:])) if costs.startswith("@") else costs,
        **{name: value for name, value in others.items() if value is not None},
    }


def parameters_of(given: list[str]) -> dict[str, Any]:
    """`NAME=VALUE` as JSON has it: numbers, true, false and null as such, the rest words.

    Raises
    ------
    Problem
        One has no `=`, or no name.
    """
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Problem(f"a parameter is NAME=VALUE, found {text!r}", "for example: --param fast_period=10")
        found[name.strip()] = value_of(value)
    return found


def value_of(text: str) -> Any:
    """A number, true, false or null; anything else is a word."""
    import msgspec

    try:
        return msgspec.json.decode(text.strip())
    except msgspec.DecodeError:
        return text.strip()


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
        axes[name] = [value_of(one) for one in values.split(",")] if len(parts) == 1 else span_of(name, parts)
    return axes


def span_of(name: str, parts: list[str]) -> dict[str, float]:
    """from, to, and a step of 1 unless there is one."""
    try:
        first, last, step = (float(part) for part in (*parts, *["1"] * (3 - len(parts))))
    except ValueError:
        raise Problem(
            f"a span is from:to:step in numbers, found {':'.join(parts)!r}", f"for example: --grid {name}=5:50:5"
        ) from None
    return {"from": first, "to": last, "step": step}


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
