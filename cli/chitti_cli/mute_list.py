"""Asks the daemon about mutes, changes them, and shows them."""

from __future__ import annotations

from typing import Any

from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Action
from chitti_shared.market_time import IST
from chitti_shared.settings import Settings
from chitti_shared.universe import current_symbol
from rich.table import Table
from rich.text import Text

from chitti_cli.problem import Problem
from chitti_cli.sockets import asked
from chitti_cli.supervisor.lines import visible


async def listed(settings: Settings) -> list[signals.Mute]:
    """What is muted, the oldest first."""
    reply: signals.ListMutesReply = await _asked(settings, signals.LIST_MUTES, {}, "mutes")
    return reply.mutes


async def muted(settings: Settings, given: dict[str, Any]) -> signals.Mute:
    """A mute made or given a new end. Errors: Problem (the request is none), InvalidInput, NotFound."""
    reply: signals.MuteReply = await _asked(settings, signals.MUTE, given, "mute")
    return reply.mute


async def ended(settings: Settings, symbol: str | None, rule: str | None) -> signals.Mute:
    """The mute of exactly this company and this rule, which is over now. Errors: Problem (there is none)."""
    if symbol is None and rule is None:
        raise Problem("name a company, a rule (--rule), or both", "see: chitti mutes")
    current = symbol and current_symbol(symbol)
    known = await listed(settings)
    found = next((one for one in known if (one.symbol, one.rule) == (current, rule)), None)
    if found is None:
        raise Problem(f"{_target(current, rule)} is not muted", _hint(known, current, rule))
    await _asked(settings, signals.UNMUTE, {"mute_id": found.mute_id}, "unmute")
    return found


async def _asked(settings: Settings, action: Action, given: dict[str, Any], command: str) -> Any:
    return await asked(settings, signals.SIGNAL_SERVICE, action, given, command=f"chitti {command}")


def _hint(known: list[signals.Mute], symbol: str | None, rule: str | None) -> str:
    """Mutes of the same company or rule, which may be meant."""
    near = [one for one in known if (symbol and one.symbol == symbol) or (rule and one.rule == rule)]
    return f"muted: {', '.join(map(target_of, near))}" if near else "see: chitti mutes"


def line_of(mute: signals.Mute) -> str:
    """A mute in one line."""
    return f"{target_of(mute)}, {end_of(mute)}"


def target_of(mute: signals.Mute) -> str:
    """What is muted, in words."""
    return _target(mute.symbol, mute.rule)


def _target(symbol: str | None, rule: str | None) -> str:
    return f"{rule} on {symbol}" if symbol and rule else symbol or f"rule {rule}"


def end_of(mute: signals.Mute) -> str:
    """When it ends; with the year, since that may be far."""
    return "for good" if mute.until is None else f"until {mute.until.astimezone(IST):%d %b %Y %H:%M}"


def table_of(mutes: list[signals.Mute]) -> Table:
    """Mutes for a person."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("company", "rule", "how long", "reason"):
        table.add_column(name)
    for mute in mutes:
        table.add_row(mute.symbol or "all", mute.rule or "all", end_of(mute), Text(visible(mute.reason or "")))
    return table
