"""Asks the daemon which runs it keeps, and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from chitti_shared.contracts import backtests
from chitti_shared.contracts.backtests import BacktestEntry, CancelBacktestReply, ListBacktestsReply
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.settings import Settings
from rich.markup import escape
from rich.table import Table

from chitti_cli.problem import Problem
from chitti_cli.sockets import asked, client_of

_COLOURS = {"completed": "green", "failed": "red", "running": "cyan", "pending": "yellow", "cancelled": "dim"}
_SYMBOLS = 2


async def listed(settings: Settings, query: dict[str, Any]) -> ListBacktestsReply:
    """The newest runs. Errors: Problem (the query is none)."""
    reply: ListBacktestsReply = await asked(
        settings, MOJO_COMPUTE, backtests.LIST_BACKTESTS, query, command="chitti backtests list"
    )
    return reply


async def end(settings: Settings, run_id: str, only: Literal["cancel", "delete"]) -> CancelBacktestReply:
    """Cancel a live run, or delete one that is over. Errors: Problem (no id of a run)."""
    try:
        request = msgspec.convert({"run_id": run_id, "only": only}, backtests.CancelBacktestRequest)
    except msgspec.ValidationError as error:
        raise Problem(f"{run_id!r} is no id of a run", "chitti backtests list shows them") from error
    async with client_of(MOJO_COMPUTE, settings) as client:
        reply: CancelBacktestReply = await client.call(backtests.CANCEL_BACKTEST, request)
    return reply


def table_of(reply: ListBacktestsReply) -> Table:
    """Runs for a person, the newest first: what each is of stands below its id, so that a narrow terminal does."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("run", no_wrap=True, min_width=36)
    table.add_column("state")
    table.add_column("made", no_wrap=True)
    for name in ("return", "Sharpe"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in reply.runs:
        table.add_row(
            f"{one.run_id}\n[dim]{escape(_what(one))}[/]",
            _state(one),
            _time(one.created_at),
            "" if one.return_ is None else f"{one.return_:+.1%}",
            "" if one.sharpe is None else f"{one.sharpe:.2f}",
        )
    if reply.next_cursor is not None:
        table.caption = "there are more: --limit"
    return table


def _what(one: BacktestEntry) -> str:
    kind = "" if one.kind == "backtest" else f"{one.kind} of "
    return f"{kind}{one.strategy_id or 'a strategy as data'} {_symbols(one.symbols)}"


def _symbols(symbols: list[str]) -> str:
    more = len(symbols) - _SYMBOLS
    return ", ".join(symbols[:_SYMBOLS]) + (f" and {more} more" if more > 0 else "")


def _state(one: BacktestEntry) -> str:
    colour = _COLOURS[one.state]
    told = f"{one.state} {one.progress:.0%}" if one.state == "running" else one.state
    why = f" [dim]({escape(one.error)})[/]" if one.error else ""
    return f"[{colour}]{told}[/]{why}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%d %b %H:%M}"
