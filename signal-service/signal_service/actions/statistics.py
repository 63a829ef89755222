"""How the rules did."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.errors import NotFound
from chitti_shared.ipc import Router
from chitti_shared.universe import current_symbol

from signal_service.context import SignalContext
from signal_service.rules import RuleSide
from signal_service.scoring.books import Book
from signal_service.scoring.confidence import confidence_of
from signal_service.scoring.records import SIGN
from signal_service.scoring.sums import Sums
from signal_service.storage.outcomes import Counted


async def get_rule_statistics(
    request: signals.GetRuleStatisticsRequest, ctx: SignalContext
) -> signals.GetRuleStatisticsReply:
    """Records on history and outcomes of alerts, rule by rule. Errors: not_found."""
    ready = await ctx.books.now()
    if request.rule is not None:
        ready.book.entry(request.rule)
    records = await ctx.records.now(ready)
    symbol = _symbol_of(request, records.book)
    counted = await ctx.outcomes.counted(symbol)
    told = [
        _statistics_of(side, records.book, symbol, counted.get(side.key, Counted()))
        for side in ready.book.sides
        if request.rule in (None, side.name) and request.direction in (None, side.direction)
    ]
    return signals.GetRuleStatisticsReply(
        rules=told, count=len(told), symbols=len(records.book.tallies), price_seq=records.state.price_seq
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.GET_RULE_STATISTICS)(get_rule_statistics)


def _symbol_of(request: signals.GetRuleStatisticsRequest, book: Book) -> str | None:
    if request.symbol is None or request.symbol in book.tallies:
        return request.symbol
    symbol = current_symbol(request.symbol)
    if symbol not in book.tallies:
        raise NotFound(f"no bars are stored for {request.symbol}", kind="symbol", symbol=request.symbol)
    return symbol


def _statistics_of(side: RuleSide, book: Book, symbol: str | None, counted: Counted) -> signals.RuleStatistics:
    key = (side.name, SIGN[side.direction])
    value, basis, sums = None, "of one company alone: give symbol", book.everyone(key)
    if symbol is not None:
        levels = book.levels(key, symbol)
        confidence = confidence_of(levels, SIGN[side.direction], side.horizon)
        value, basis, sums = confidence.value, confidence.basis, levels.company
    return signals.RuleStatistics(
        rule=side.name,
        direction=side.direction,
        horizon=side.horizon,
        cooldown=side.cooldown,
        base_rate=book.base_rate(key),
        confidence=value,
        confidence_basis=basis,
        history=_figures_of(sums),
        outcomes=_outcomes_of(counted),
    )


def _figures_of(sums: Sums) -> signals.RecordFigures:
    compared = sums.cases - sums.alone
    return signals.RecordFigures(
        cases=sums.cases,
        hits=sums.hits,
        hit_rate=sums.hit_rate,
        expected_rate=sums.expected / compared if compared else None,
        mean_return=sums.mean_return,
        mean_move=sums.mean_move,
    )


def _outcomes_of(counted: Counted) -> signals.AlertOutcomes:
    over = counted.hits + counted.misses
    return signals.AlertOutcomes(
        alerts=counted.alerts,
        pending=counted.pending,
        hits=counted.hits,
        misses=counted.misses,
        hit_rate=counted.hits / over if over else None,
        mean_return=counted.mean_return,
    )
