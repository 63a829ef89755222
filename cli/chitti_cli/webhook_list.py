"""Asks the daemon about webhooks, changes them, and shows them."""

from __future__ import annotations

from typing import Any

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Action
from chitti_shared.settings import Settings
from rich.console import Group
from rich.table import Table
from rich.text import Text

from chitti_cli.lists import clock
from chitti_cli.problem import Problem
from chitti_cli.sockets import asked
from chitti_cli.supervisor.lines import visible

_TIMEOUT_S = 30.0
_COLOURS = {"delivering": "green", "retrying": "yellow", "disabled": "red"}
_STOPPED = {"user": "paused", "failures": "given up after a day", "gone": "gone (410)"}


async def listed(settings: Settings) -> list[signals.Webhook]:
    """All webhooks."""
    reply: signals.ListWebhooksReply = await _asked(settings, signals.LIST_WEBHOOKS, {})
    return reply.webhooks


async def put(settings: Settings, given: dict[str, Any]) -> signals.PutWebhookReply:
    """A webhook made or changed. Errors: Problem (the request is none)."""
    reply: signals.PutWebhookReply = await _asked(settings, signals.PUT_WEBHOOK, given)
    return reply


async def switched(settings: Settings, name: str, *, enabled: bool) -> signals.PutWebhookReply:
    """A webhook paused or resumed. Errors: Problem (there is none)."""
    known = next((hook for hook in await listed(settings) if hook.name == name), None)
    if known is None:
        raise Problem(f"there is no webhook {name}", "see: chitti webhooks")
    same = {"name": name, "url": known.url, "filter": msgspec.to_builtins(known.filter)}
    return await put(settings, {**same, "enabled": enabled})


async def removed(settings: Settings, name: str) -> signals.RemoveWebhookReply:
    """What was removed."""
    reply: signals.RemoveWebhookReply = await _asked(settings, signals.REMOVE_WEBHOOK, {"name": name})
    return reply


async def tested(settings: Settings, name: str) -> signals.TestWebhookReply:
    """What the receiver made of a test event."""
    reply: signals.TestWebhookReply = await _asked(settings, signals.TEST_WEBHOOK, {"name": name})
    return reply


async def _asked(settings: Settings, action: Action, given: dict[str, Any]) -> Any:
    return await asked(settings, signals.SIGNAL_SERVICE, action, given, command="chitti webhooks", timeout_s=_TIMEOUT_S)


def line_of(hook: signals.Webhook) -> str:
    """A webhook in one line."""
    return f"{hook.name} {visible(hook.url)} ({wanted(hook.filter)}; {state(hook)})"


def wanted(chosen: signals.AlertFilter) -> str:
    """A filter in words."""
    lists = (chosen.symbols, chosen.sectors, chosen.kinds, chosen.rules, chosen.directions)
    parts = [", ".join(one) for one in lists if one]
    parts += ["the watchlist"] if chosen.watchlist else []
    parts += [f"impact from {chosen.min_impact:g}"] if chosen.min_impact else []
    parts += [f"confidence from {chosen.min_confidence:g}"] if chosen.min_confidence is not None else []
    return " and ".join(parts) or "all alerts"


def state(hook: signals.Webhook) -> str:
    """How a webhook fares."""
    if hook.disabled_by is not None:
        return _STOPPED[hook.disabled_by]
    if hook.state == "retrying" and hook.next_try_at is not None:
        return f"{hook.failures} failures, next try {clock(hook.next_try_at)}"
    return hook.state


def page_of(hooks: list[signals.Webhook]) -> Group:
    """Webhooks for a person: the list, and what is wrong with some of them."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("name", "address", "told of", "state", "last success"):
        table.add_column(name)
    table.add_column("behind", justify="right", no_wrap=True)
    table.add_column("told", justify="right", no_wrap=True)
    for hook in hooks:
        table.add_row(
            hook.name,
            Text(visible(hook.url)),
            wanted(hook.filter),
            Text(state(hook), style=_COLOURS[hook.state]),
            "never" if hook.last_success_at is None else clock(hook.last_success_at),
            "?" if hook.behind is None else f"{hook.behind:,}",
            f"{hook.delivered:,}",
        )
    wrong = [Text(f"{hook.name}: {hook.last_error}", style="yellow") for hook in hooks if hook.last_error]
    return Group(table, *wrong)
