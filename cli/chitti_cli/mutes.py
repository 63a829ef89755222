"""`chitti mute`, `chitti unmute`, `chitti mutes`: what raises no alerts for now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from chitti_cli.lists import AsJsonLines, show_list
from chitti_cli.moments import moment_of
from chitti_cli.running import load_settings, out, run, write_record

Symbol = Annotated[str | None, typer.Argument(help="A company; unset: all of them.")]
Rule = Annotated[str | None, typer.Option(help="A rule as `chitti rules` shows it; unset: all of them.")]


def mute(
    symbol: Symbol = None,
    rule: Rule = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="YYYY-MM-DD[THH:MM] in Indian time, or in 90m, 6h, 2d; unset: for good."),
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Kept beside it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the mute for a program.")] = False,
) -> None:
    """Raise no alerts of a company, of a rule, or of the rule on the company. Again: with the new end."""
    from chitti_cli import mute_list

    asked: dict[str, Any] = {
        "symbol": symbol and symbol.upper(),
        "rule": rule,
        "until": moment_of(until, datetime.now(UTC), "--until", ahead=True),
        "reason": reason,
    }
    settings = load_settings()
    made = run(mute_list.muted(settings, asked), settings)
    if as_json:
        write_record(made)
    else:
        out.print(f"muted: {mute_list.line_of(made)}", highlight=False, markup=False, soft_wrap=True)


def unmute(symbol: Symbol = None, rule: Rule = None) -> None:
    """Raise alerts again of what was muted so: by company, by rule, or by both."""
    from chitti_cli import mute_list

    settings = load_settings()
    ended = run(mute_list.ended(settings, symbol and symbol.upper(), rule), settings)
    out.print(f"heard again: {mute_list.target_of(ended)}", highlight=False, markup=False, soft_wrap=True)


def mutes(as_json: AsJsonLines = False) -> None:
    """Show what is muted, and until when; times are Indian."""
    from chitti_cli import mute_list

    settings = load_settings()
    found = run(mute_list.listed(settings), settings)
    show_list(found, mute_list.table_of, "nothing is muted; `chitti mute SYMBOL --until 2d` does it", as_json=as_json)
