"""`chitti explain`: what a rule or strategy as data does, in English, or what is wrong with it and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chitti_cli.asked import json_of, parameters_of
from chitti_cli.problem import Problem
from chitti_cli.running import fail, out, write_record


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="A strategy or a rule: docs/EXPRESSIONS.md")],
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A value of one of its parameters. Repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check a strategy or rule as data and tell what it does. Exit code 1: something is wrong with it."""
    from chitti_shared.errors import InvalidInput

    try:
        told = explanation_of(json_of(file), parameters_of(param or []))
    except Problem as problem:
        fail(problem.message, problem.hint)
    except InvalidInput as error:
        fail(error.message, f"expected: {error.details['constraint']}")
    if as_json:
        write_record(told)
    else:
        out.print(_table_of(told))


def explanation_of(document: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """What can be said about a strategy or rule without data, JSON-ready.

    Raises
    ------
    InvalidInput
        It is neither, or a parameter is wrong.
    """
    from chitti_shared import expressions as language

    is_strategy = isinstance(document, dict) and ("entry" in document or "short_entry" in document)
    parsed: Any = language.parse_strategy(document) if is_strategy else language.parse_rule(document)
    bound = parsed.bind(parameters)
    nodes = bound.nodes if is_strategy else (bound,)
    settling = language.settling(*nodes)
    return {
        "kind": "strategy" if is_strategy else "rule",
        **({"name": parsed.name, "direction": parsed.direction} if is_strategy else {}),
        "description": parsed.describe(parameters),
        "parameters": parsed.values(parameters),
        "indicators": [{"name": one.name, **dict(one.parameters)} for one in language.indicators(*nodes)],
        "columns": list(language.columns(*nodes)),
        "needs_dates": language.needs_dates(*nodes),
        "needs_news": language.needs_news(*nodes),
        "needs": sorted(frozenset().union(*(one.needs for one in nodes))),
        "lookback": language.lookback(*nodes),
        "settling": None if settling == language.NEVER else settling,
        "nodes": sum(one.size for one in nodes),
        "fingerprint": parsed.fingerprint,
        "canonical": parsed.canonical,
    }


def _table_of(told: dict[str, Any]) -> Any:
    from rich.table import Table
    from rich.text import Text

    reads = [*told["columns"], *(["dates"] if told["needs_dates"] else []), *(["news"] if told["needs_news"] else [])]
    settling = "never" if told["settling"] is None else f"{told['settling']} bars"
    rows = {
        told["kind"]: told.get("name") or told["fingerprint"][:12],
        "does": told["description"].replace("; ", ";\n"),
        "trades": told.get("direction", ""),
        "parameters": ", ".join(f"{name} = {value}" for name, value in told["parameters"].items()),
        "indicators": ", ".join(map(_spelled, told["indicators"])),
        "reads": ", ".join(reads),
        "needs": f"{told['lookback']} bars before it can decide everything; settled after: {settling}",
    }
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value))
    return table


def _spelled(indicator: dict[str, Any]) -> str:
    given = ", ".join(f"{name} {value:g}" for name, value in indicator.items() if name != "name")
    return f"{indicator['name']}({given})"
