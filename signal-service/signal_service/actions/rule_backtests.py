"""`backtest_rule`: a rule over history, as a hit rate and as trades."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts import backtests, signals
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Fact, walk, written
from chitti_shared.ipc import Router

from signal_service.alerts.bars import days_of
from signal_service.context import SignalContext
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.rules import RuleDocument, RuleSide, parse_document
from signal_service.rules.outcomes import Followed, followed, together

TIMEOUT_S = 300.0
_COST_US = 2_000.0
_PASSED_ON = ("start", "end", "bars", "costs", "mode", "benchmark", "verify_causality", "keep")
_LIMITS = ("trades_limit", "curve_limit")


async def backtest_rule(request: signals.BacktestRuleRequest, ctx: SignalContext) -> signals.BacktestRuleReply:
    """What a rule's word was worth, and what trading it brought. Errors: invalid_input, not_found."""
    began = perf_counter()
    symbols = _symbols_of(request)
    rule, settings = await _rule_of(request, ctx)
    side = rule.side(request.direction)
    plan = Plan([side.when])
    found = await ctx.market.facts(symbols, plan, history=True)
    for refusal in found.refused.values():
        raise refusal
    held = {
        symbol: await ctx.cpu.run(plan.run, facts, cost_us=_COST_US, lane="bulk")
        for symbol, facts in found.known.items()
    }
    counted = together(
        followed(held[symbol][0], facts.close, _span_of(facts, request), side.direction, side.horizon)
        for symbol, facts in found.known.items()
    )
    traded = _traded(side, found.known, {symbol: flags[0] for symbol, flags in held.items()})
    body = msgspec.json.encode({**_common(request, symbols, side, settings), **traded})
    result = await ctx.compute.forward(backtests.BACKTEST.name, body, timeout_s=TIMEOUT_S)
    return signals.BacktestRuleReply(
        rule=rule.name,
        direction=side.direction,
        description=side.description,
        hit_rate=_rate_of(counted, side.horizon),
        backtest=msgspec.Raw(bytes(result)),
        time_ms=round((perf_counter() - began) * 1000.0, 3),
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.BACKTEST_RULE)(backtest_rule)


def _symbols_of(request: signals.BacktestRuleRequest) -> list[str]:
    if (request.symbol is None) == (request.symbols is None):
        found = "neither" if request.symbol is None else "both"
        raise InvalidInput(
            f"expected symbol or symbols, found {found}", field="symbols", constraint="symbol or symbols"
        )
    return list(dict.fromkeys(request.symbols)) if request.symbols is not None else [str(request.symbol)]


async def _rule_of(request: signals.BacktestRuleRequest, ctx: SignalContext) -> tuple[RuleDocument, dict[str, Any]]:
    """The rule with its own parameters in place, and the others, which are the execution's."""
    if isinstance(request.rule, str):
        rule = (await ctx.books.now()).book.entry(request.rule).document
    else:
        rule = parse_document({"name": "unnamed", **request.rule}, "rule")
    own = {name: value for name, value in request.parameters.items() if name in rule.variables}
    settings = {name: value for name, value in request.parameters.items() if name not in own}
    return rule.bound(own), settings


def _common(
    request: signals.BacktestRuleRequest, symbols: list[str], side: RuleSide, settings: Mapping[str, Any]
) -> dict[str, Any]:
    direction = "long" if side.direction == "bullish" else "short"
    passed = {name: getattr(request, name) for name in (*_PASSED_ON, *_LIMITS)}
    return {
        "symbols": symbols,
        "parameters": {"direction": direction, "max_bars": side.horizon, **settings},
        **{name: value for name, value in passed.items() if value is not None},
    }


def _traded(side: RuleSide, known: Mapping[str, SymbolFacts], held: Mapping[str, Any]) -> dict[str, Any]:
    """The rule as mojo-compute takes it: as a strategy, or, where only this service knows its words, as days."""
    if not any(isinstance(node, Fact) for node in walk(side.when)):
        entry = "entry" if side.direction == "bullish" else "short_entry"
        return {"strategy": {"name": side.name, entry: written(side.when)}}
    return {
        "entries": {
            symbol: [day.isoformat() for day in days_of(facts.days[held[symbol] != 0])]
            for symbol, facts in known.items()
        }
    }


def _span_of(facts: SymbolFacts, request: signals.BacktestRuleRequest) -> slice:
    """Which bars are meant: from `start` to `end`, of these the newest `bars`."""
    first = 0 if request.start is None else int(np.searchsorted(facts.days, _day(request.start, "start")))
    last = len(facts) if request.end is None else int(np.searchsorted(facts.days, _day(request.end, "end"), "right"))
    return slice(first if request.bars is None else max(first, last - request.bars), last)


def _day(text: str, field: str) -> int:
    try:
        return int(np.datetime64(text, "D").astype(np.int64))
    except ValueError as error:
        raise InvalidInput(f"{field} is no day: {text}", field=field, constraint="YYYY-MM-DD") from error


def _rate_of(counted: Followed, horizon: int) -> signals.HitRate:
    return signals.HitRate(
        cases=counted.cases,
        hits=counted.hits,
        rate=counted.rate,
        base_rate=counted.base_rate,
        mean_return=counted.mean_return,
        horizon=horizon,
    )
