"""Asks the daemon about rules, changes them, and shows them."""

from __future__ import annotations

from typing import Any

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Action
from chitti_shared.settings import Settings
from rich.console import Group
from rich.table import Table
from rich.text import Text

from chitti_cli.problem import Problem
from chitti_cli.sockets import asked, client_of

_COLORS = {"bullish": "green", "bearish": "red"}


async def listed(settings: Settings) -> list[signals.RuleEntry]:
    """All rules."""
    reply: signals.ListRulesReply = await _asked(settings, signals.LIST_RULES, {})
    return reply.rules


async def one(settings: Settings, name: str) -> signals.RuleEntry:
    """One rule. Errors: Problem, NotFound."""
    reply: signals.RuleReply = await _asked(settings, signals.GET_RULE, {"name": name})
    return reply.rule


async def checked(settings: Settings, document: dict[str, object]) -> signals.CheckRuleReply:
    """What a document means, or what is wrong with it."""
    reply: signals.CheckRuleReply = await _asked(settings, signals.CHECK_RULE, {"rule": document})
    return reply


async def stored(settings: Settings, document: dict[str, object], *, enabled: bool) -> signals.PutRuleReply:
    """A rule as stored. Errors: Problem (it has no name), InvalidInput, Conflict."""
    if not isinstance(document.get("name"), str):
        raise Problem("the rule has no name: its alerts bear it", 'add "name": "..." to the document')
    given = {"name": document["name"], "rule": document, "enabled": enabled}
    reply: signals.PutRuleReply = await _asked(settings, signals.PUT_RULE, given)
    return reply


async def removed(settings: Settings, name: str) -> None:
    """Forget a rule."""
    await _asked(settings, signals.REMOVE_RULE, {"name": name})


async def switched(settings: Settings, name: str, enabled: bool) -> signals.RuleEntry:
    """A rule, switched on or off."""
    reply: signals.RuleReply = await _asked(settings, signals.SET_RULE, {"name": name, "enabled": enabled})
    return reply.rule


async def backtested(settings: Settings, given: dict[str, Any], timeout_s: float) -> bytes:
    """The reply of `backtest_rule`, as the daemon wrote it."""
    async with client_of(signals.SIGNAL_SERVICE, settings) as client:
        return bytes(await client.forward(signals.BACKTEST_RULE.name, msgspec.json.encode(given), timeout_s=timeout_s))


async def _asked(settings: Settings, action: Action, given: dict[str, Any]) -> Any:
    return await asked(settings, signals.SIGNAL_SERVICE, action, given, command="chitti rules")


def table_of(rules: list[signals.RuleEntry]) -> Table:
    """A row for each rule."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", style="bold cyan", no_wrap=True)
    for name in ("kind", "directions"):
        table.add_column(name, no_wrap=True)
    table.add_column("title")
    table.add_column("", no_wrap=True)
    for rule in rules:
        note = [] if rule.origin == "shipped" else ["own"]
        note += [] if rule.enabled else ["disabled"]
        table.add_row(rule.name, rule.kind, _directions(rule), rule.title, Text(" ".join(note), style="yellow"))
    return table


def page_of(rule: signals.RuleEntry) -> Group:
    """One rule for a person: its words, its conditions, its document."""
    head = Text(rule.name, style="bold cyan")
    head.append(f"  {rule.title}", style="not bold default")
    state = "" if rule.enabled else ", disabled"
    lines = [head, Text(f"{rule.kind}, {rule.origin}{state}", style="dim"), *([Text(rule.why)] if rule.why else [])]
    lines += [Text(), *(_side(side) for side in rule.sides), Text()]
    lines.append(
        Text(
            f"silent for {rule.cooldown} sessions after an alert, judged right or wrong after {rule.horizon}, "
            f"over after {rule.expires}",
            style="dim",
        )
    )
    document = msgspec.json.format(msgspec.json.encode(rule.document), indent=2).decode()
    return Group(*lines, Text(), Text(document))


def result_of(reply: bytes) -> Group:
    """A rule's backtest for a person."""
    from chitti_cli.report.result import read
    from chitti_cli.report.summary import summary_of

    fields = msgspec.json.decode(reply, type=dict[str, msgspec.Raw])
    rate = msgspec.json.decode(fields["hit_rate"], type=signals.HitRate)
    rule, direction = (msgspec.json.decode(fields[name], type=str) for name in ("rule", "direction"))
    head = Text(f"{rule} {direction}: ", style="bold")
    head.append(msgspec.json.decode(fields["description"], type=str), style="not bold")
    return Group(head, Text(_rate(rate, direction)), Text(), summary_of(read(bytes(fields["backtest"]))))


def _rate(rate: signals.HitRate, direction: str) -> str:
    word = "higher" if direction == "bullish" else "lower"
    if rate.rate is None or rate.base_rate is None or rate.mean_return is None:
        return f"it never began to hold with {rate.horizon} bars after it"
    return (
        f"{rate.hits} of {rate.cases} times the close was {word} {rate.horizon} bars later: {rate.rate:.1%} "
        f"(all bars: {rate.base_rate:.1%}), mean return {rate.mean_return:+.2%}"
    )


def _side(side: signals.RuleCondition) -> Text:
    text = Text(f"{side.direction}: ", style=f"bold {_COLORS[side.direction]}")
    text.append(side.says, style="default not bold")
    text.append(f"\n  when {side.description}", style="dim not bold")
    text.append(
        f"\n  reads {', '.join(side.needs) or 'nothing'}; {side.bars} bars before it can tell", style="dim not bold"
    )
    return text


def _directions(rule: signals.RuleEntry) -> Text:
    text = Text()
    for side in rule.sides:
        text.append(f"{side.direction} ", style=_COLORS[side.direction])
    return text
