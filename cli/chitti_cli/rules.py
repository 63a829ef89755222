"""`chitti rules`: what is judged, how it did, and changes to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.asked import AsJson, Costs, End, Param, Start, Timeout
from chitti_cli.lists import show_list
from chitti_cli.problem import Problem
from chitti_cli.running import fail, load_settings, out, run, write_line, write_record

if TYPE_CHECKING:
    from chitti_shared.contracts.signals import RuleEntry

app = typer.Typer(help="The rules that raise alerts: show, check, put, remove, backtest.", invoke_without_command=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `chitti rules` shows it.")]
Document = Annotated[Path, typer.Argument(metavar="FILE.json", help="A rule document: docs/SIGNALS.md")]


@app.callback()
def show_all(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules."""
    if context.invoked_subcommand is not None:
        return
    list_all(as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show the rules."""
    from chitti_cli import rule_list

    settings = load_settings()
    found = run(rule_list.listed(settings), settings)
    show_list(found, rule_list.table_of, "no rules; `chitti rules put FILE.json` stores one", as_json=as_json)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one rule: what it says, what it reads, how it is written."""
    from chitti_cli import rule_list

    settings = load_settings()
    tell(run(rule_list.one(settings, name), settings), as_json)


@app.command()
def statistics(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One rule; unset: all of them.")] = None,
    symbol: Annotated[str | None, typer.Option(help="One company's, with the confidence an alert on it has.")] = None,
    as_json: AsJson = False,
) -> None:
    """How often the rules were right: on stored history, and with the alerts they raised."""
    from chitti_cli import rule_records

    settings = load_settings()
    reply = run(rule_records.asked(settings, name, symbol.upper() if symbol is not None else None), settings)
    if as_json:
        write_record(reply)
    else:
        out.print(rule_records.table_of(reply, symbol is not None))


@app.command()
def check(file: Document, as_json: AsJson = False) -> None:
    """Check a rule document without storing it. Exit code 1: something is wrong with it."""
    from chitti_cli import rule_list

    settings = load_settings()
    reply = run(rule_list.checked(settings, document_of(file)), settings)
    if as_json:
        write_record(reply)
    if not reply.valid:
        if as_json:
            raise typer.Exit(1)
        fail(reply.errors[0].message, f"expected: {reply.errors[0].constraint}")
    if not as_json and reply.rule is not None:
        tell(reply.rule, as_json)
    if not as_json:
        _warn(reply.warnings)


@app.command()
def put(
    file: Document,
    disabled: Annotated[bool, typer.Option("--disabled", help="Store it, but don't judge it yet.")] = False,
) -> None:
    """Store a rule of one's own under its name, or replace it."""
    from chitti_cli import rule_list

    settings = load_settings()
    reply = run(rule_list.stored(settings, document_of(file), enabled=not disabled), settings)
    done = "added" if reply.created else "replaced"
    out.print(f"{done}: {reply.rule.name}{'' if reply.rule.enabled else ' (disabled)'}", highlight=False)
    _warn(reply.warnings)


@app.command()
def delete(name: Name) -> None:
    """Forget a rule of one's own; its alerts stay."""
    from chitti_cli import rule_list

    settings = load_settings()
    run(rule_list.removed(settings, name), settings)
    out.print(f"removed: {name}", highlight=False)


@app.command()
def enable(name: Name) -> None:
    """Judge a rule again."""
    switch(name, enabled=True)


@app.command()
def disable(name: Name) -> None:
    """Judge a rule no more; it stays in the list."""
    switch(name, enabled=False)


@app.command()
def backtest(
    rule: Annotated[str, typer.Argument(metavar="NAME", help="A rule, or a file with a document.")],
    symbols: Annotated[list[str], typer.Argument(help="TCS, or several: they share one pool of cash.")],
    direction: Annotated[str | None, typer.Option(help="bullish or bearish, of a rule that has both.")] = None,
    param: Param = None,
    start: Start = None,
    end: End = None,
    bars: Annotated[int | None, typer.Option(min=1, help="The newest so many bars.")] = None,
    costs: Costs = "flat",
    as_json: AsJson = False,
    timeout: Timeout = 300.0,
) -> None:
    """Run a rule over stored prices: how often it was right, and what trading it brought."""
    from chitti_cli import rule_list
    from chitti_cli.asked import parameters_of

    settings = load_settings()
    names = [one.upper() for one in symbols]
    try:
        given: dict[str, object] = {
            "rule": document_of(Path(rule)) if rule.endswith(".json") else rule,
            **({"symbol": names[0]} if len(names) == 1 else {"symbols": names}),
            "parameters": parameters_of(param or []),
        }
    except Problem as problem:
        fail(problem.message, problem.hint)
    asked: dict[str, object] = {"direction": direction, "start": start, "end": end, "bars": bars, "costs": costs}
    given |= {key: value for key, value in asked.items() if value is not None}
    reply = run(rule_list.backtested(settings, given, timeout), settings)
    if as_json:
        write_line(reply)
    else:
        out.print(rule_list.result_of(reply))


def switch(name: str, *, enabled: bool) -> None:
    """Switch a rule on or off."""
    from chitti_cli import rule_list

    settings = load_settings()
    rule = run(rule_list.switched(settings, name, enabled), settings)
    out.print(f"{'enabled' if rule.enabled else 'disabled'}: {rule.name}", highlight=False)


def document_of(file: Path) -> dict[str, object]:
    """The rule document in a file; one that is none ends the command."""
    from chitti_cli.asked import json_of

    try:
        document = json_of(file)
    except Problem as problem:
        fail(problem.message, problem.hint)
    if not isinstance(document, dict):
        fail(f"{file} holds no rule document", "an object with name and bullish or bearish: docs/SIGNALS.md")
    return document


def tell(rule: RuleEntry, as_json: bool) -> None:
    """Print one rule."""
    from chitti_cli import rule_list

    if as_json:
        write_record(rule)
    else:
        out.print(rule_list.page_of(rule))


def _warn(warnings: list[str]) -> None:
    """Say what a rule waits for in vain, as things are."""
    for warning in warnings:
        out.print(f"[yellow]warning:[/] {warning}", highlight=False, soft_wrap=True)
