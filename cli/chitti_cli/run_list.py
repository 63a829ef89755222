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
from chitti_cli.sockets import client_of

_COLOURS = {"completed": "green", "failed": "red", "running": "cyan", "pending": "yellow", "cancelled": "dim"}
_SYMBOLS = 3


async def listed(settings: Settings, query: dict[str, Any]) -> ListBacktestsReply:
    """The newest runs. Errors: Problem (the query is none)."""
    try:
        request = msgspec.convert(query, backtests.ListBacktestsRequest)
    except msgspec.ValidationError as error:
        raise Problem(f"this can't be asked for: {error}", "see: chitti backtests list --help") from error
    async with client_of(MOJO_COMPUTE, settings) as client:
        reply: ListBacktestsReply = await client.call(backtests.LIST_BACKTESTS, request)
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


def as_line(entry: BacktestEntry) -> bytes:
    return msgspec.json.encode(entry)


def table_of(reply: ListBacktestsReply) -> Table:
    """Runs for a person, the newest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("run", "kind", "strategy", "symbols", "state", "made"):
        table.add_column(name, no_wrap=name in ("run", "state", "made"))
    for name in ("return", "Sharpe"):
        table.add_column(name, justify="right")
    for one in reply.runs:
        table.add_row(
            one.run_id,
            one.kind,
            escape(one.strategy_id or "as data"),
            escape(_symbols(one.symbols)),
            _state(one),
            _time(one.created_at),
            "" if one.return_ is None else f"{one.return_:+.2%}",
            "" if one.sharpe is None else f"{one.sharpe:.2f}",
        )
    if reply.next_cursor is not None:
        table.caption = "there are more: --limit"
    return table


def _symbols(symbols: list[str]) -> str:
    more = len(symbols) - _SYMBOLS
    return ", ".join(symbols[:_SYMBOLS]) + (f" and {more} more" if more > 0 else "")


def _state(one: BacktestEntry) -> str:
    colour = _COLOURS[one.state]
    told = f"{one.state} {one.progress:.0%}" if one.state == "running" else one.state
    why = f" [dim]({escape(one.error)})[/]" if one.error else ""
    return f"[{colour}]{told}[/]{why}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%d %b %H:%M:%S}"
