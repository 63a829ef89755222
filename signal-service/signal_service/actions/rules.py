"""`list_rules`, `get_rule`, `put_rule`, `remove_rule`, `set_rule`, `check_rule`."""

from __future__ import annotations

from typing import Any

from chitti_shared.contracts import signals
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Fact, indicators, lookback, walk
from chitti_shared.ipc import Router
from chitti_shared.names import nearest

from signal_service.context import SignalContext
from signal_service.rules import RuleDocument, RuleSide, parse_document
from signal_service.rules.book import Entry
from signal_service.work.books import check_room

_METRIC_WORDS = frozenset({"fundamental", "sector_rank"})


async def list_rules(request: signals.ListRulesRequest, ctx: SignalContext) -> signals.ListRulesReply:
    """The rules, the shipped ones first."""
    book = (await ctx.books.now()).book
    found = [entry_of(entry) for entry in book.entries]
    wanted = [
        one
        for one in found
        if request.kind in (None, one.kind)
        and request.origin in (None, one.origin)
        and request.enabled in (None, one.enabled)
    ]
    return signals.ListRulesReply(rules=wanted, count=len(wanted), version=book.version)


async def get_rule(request: signals.RuleRequest, ctx: SignalContext) -> signals.RuleReply:
    """One rule. Errors: not_found, with the nearest names."""
    book = (await ctx.books.now()).book
    return signals.RuleReply(rule=entry_of(book.entry(request.name)))


async def put_rule(request: signals.PutRuleRequest, ctx: SignalContext) -> signals.PutRuleReply:
    """Store a rule of one's own. Errors: invalid_input, conflict."""
    document = _named(request.name, request.rule)
    parsed = parse_document(document, "rule")
    if request.enabled:
        check_room((await ctx.books.now()).book, parsed)
    created = await ctx.rules.put(parsed, document, request.enabled, ctx.clock())
    book = (await ctx.books.now()).book
    warnings = await _warnings(parsed, ctx)
    return signals.PutRuleReply(rule=entry_of(book.entry(request.name)), created=created, warnings=warnings)


async def remove_rule(request: signals.RuleRequest, ctx: SignalContext) -> signals.RemoveRuleReply:
    """Forget a rule of one's own; its alerts stay. Errors: not_found, invalid_input (it comes with the service)."""
    if (await ctx.books.now()).book.entry(request.name).is_shipped:
        raise InvalidInput(
            f"{request.name} comes with the service: it can be switched off, not removed",
            field="name",
            constraint="a rule of one's own",
        )
    return signals.RemoveRuleReply(name=request.name, removed=await ctx.rules.remove(request.name))


async def set_rule(request: signals.SetRuleRequest, ctx: SignalContext) -> signals.RuleReply:
    """Switch a rule off or on. Errors: not_found."""
    book = (await ctx.books.now()).book
    known = book.entry(request.name)
    if request.enabled:
        check_room(book, known.document)
    if known.enabled != request.enabled:
        await ctx.rules.switch(request.name, request.enabled, ctx.clock())
    return signals.RuleReply(rule=entry_of((await ctx.books.now()).book.entry(request.name)))


async def check_rule(request: signals.CheckRuleRequest, ctx: SignalContext) -> signals.CheckRuleReply:
    """What a document means, or what is wrong with it; what is wrong is no error here."""
    document = {"name": "unnamed", **request.rule}
    try:
        parsed = parse_document(document)
    except InvalidInput as error:
        problem = signals.RuleProblem(
            field=str(error.details.get("field", "")),
            message=error.message,
            constraint=str(error.details.get("constraint", "")),
        )
        return signals.CheckRuleReply(valid=False, errors=[problem], warnings=[], rule=None, canonical=None)
    return signals.CheckRuleReply(
        valid=True,
        errors=[],
        warnings=await _warnings(parsed, ctx),
        rule=entry_of(Entry(parsed)),
        canonical=parsed.canonical,
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.LIST_RULES)(list_rules)
    router.handles(signals.GET_RULE)(get_rule)
    router.handles(signals.PUT_RULE)(put_rule)
    router.handles(signals.REMOVE_RULE)(remove_rule)
    router.handles(signals.SET_RULE)(set_rule)
    router.handles(signals.CHECK_RULE)(check_rule)


def entry_of(entry: Entry) -> signals.RuleEntry:
    """A rule as the wire has it."""
    rule = entry.document
    return signals.RuleEntry(
        name=rule.name,
        title=rule.title,
        why=rule.why,
        kind=rule.kind,
        origin="shipped" if entry.is_shipped else "user",
        enabled=entry.enabled,
        sides=[_condition_of(side) for side in rule.sides],
        cooldown=rule.cooldown,
        horizon=rule.horizon,
        expires=rule.expires,
        document=dict(rule.document),
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )


def _condition_of(side: RuleSide) -> signals.RuleCondition:
    return signals.RuleCondition(
        direction=side.direction,
        says=side.says,
        description=side.description,
        needs=sorted(side.needs),
        indicators=list(dict.fromkeys(one.name for one in indicators(side.when))),
        patterns=_subjects(side, {"pattern"}),
        metrics=_subjects(side, _METRIC_WORDS),
        events=sorted(side.events),
        bars=lookback(side.when),
        fingerprint=side.fingerprint,
    )


def _subjects(side: RuleSide, words: frozenset[str] | set[str]) -> list[str]:
    return sorted({node.subject for node in walk(side.when) if isinstance(node, Fact) and node.name in words})


def _named(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the name it is stored under; another one in it is refused."""
    if document.get("name", name) != name:
        raise InvalidInput(
            f"the rule calls itself {document['name']!r}, the request {name!r}", field="rule.name", constraint=name
        )
    return {"name": name, **document}


async def _warnings(rule: RuleDocument, ctx: SignalContext) -> list[str]:
    """What a rule waits for in vain, as things are."""
    wanted = sorted({metric for side in rule.sides for metric in _subjects(side, _METRIC_WORDS)})
    known = await ctx.sources.known_metrics() if wanted else []
    warnings = [
        f"no company has the figure {metric!r} yet: the condition is not known{nearest(metric, known)}"
        for metric in wanted
        if metric not in known
    ]
    longest = await ctx.sources.longest_history()
    return warnings + [
        f"{side.direction} reads {bars} bars and no company has more than {longest}: the condition is not known"
        for side in rule.sides
        if longest is not None and (bars := lookback(side.when) + 1) > longest
    ]
