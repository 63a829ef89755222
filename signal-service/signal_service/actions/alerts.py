"""Reading and acknowledging alerts."""

from __future__ import annotations

from hashlib import blake2b

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Encoded, Router
from chitti_shared.universe import companies, current_symbol, industry_named

from signal_service.actions.names import check_rules, check_symbols
from signal_service.actions.places import cursor_of, place_of
from signal_service.alerts.listing import Criteria
from signal_service.context import SignalContext
from signal_service.work.told import encoded, stored_alert


class _EncodedPage(msgspec.Struct, frozen=True, kw_only=True):
    """`GetAlertsReply` with alerts that are encoded already."""

    alerts: list[msgspec.Raw]
    count: int
    next_cursor: str | None
    as_of: str


async def get_alerts(request: signals.GetAlertsRequest, ctx: SignalContext) -> Encoded:
    """A page of alerts; `as_of` is read before the data. Errors: invalid_input."""
    version, question = ctx.events.version, blake2b(msgspec.json.encode(request), digest_size=16).digest()
    known = ctx.results.get(question, version)
    if known is not None:
        return Encoded(known)
    as_of = str(ctx.events.top)
    wanted, after = await _criteria_of(request, ctx), place_of(request.cursor, request.sort)
    numbers, end = await ctx.listing.page(wanted, request.sort, after, request.limit)
    if not numbers and request.rule is not None:
        await check_rules([request.rule], "rule", ctx)
    alerts = await ctx.listing.alerts(numbers)
    reply = _EncodedPage(
        alerts=[msgspec.Raw(alert) for alert in alerts],
        count=len(alerts),
        next_cursor=cursor_of(end, request.sort) if end is not None else None,
        as_of=as_of,
    )
    answer = encoded(reply)
    # else it is stale already and would push out what isn't, or becomes so by the clock alone
    if version == ctx.events.version and request.expired is None:
        ctx.results.put(question, version, answer)
    return Encoded(answer)


async def get_alert(request: signals.GetAlertRequest, ctx: SignalContext) -> Encoded:
    """One alert. Errors: not_found."""
    row = await ctx.alerts.one(request.alert_id)
    if row is None:
        raise _no_such(request.alert_id)
    return Encoded(b'{"alert":%b}' % stored_alert(row))


async def acknowledge_alert(
    request: signals.AcknowledgeAlertRequest, ctx: SignalContext
) -> signals.AcknowledgeAlertReply:
    """Mark an alert as seen; the first time counts. Errors: not_found."""
    marked = await ctx.alerts.acknowledge(request.alert_id, ctx.clock())
    if marked is None:
        raise _no_such(request.alert_id)
    ctx.events.committed()
    return signals.AcknowledgeAlertReply(alert_id=request.alert_id, acknowledged_at=marked)


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.GET_ALERTS)(get_alerts)
    router.handles(signals.GET_ALERT)(get_alert)
    router.handles(signals.ACKNOWLEDGE_ALERT)(acknowledge_alert)


async def _criteria_of(request: signals.GetAlertsRequest, ctx: SignalContext) -> Criteria:
    return Criteria(
        symbols=await _symbols_of(request, ctx),
        kind=request.kind,
        rule=request.rule,
        direction=request.direction,
        outcome=request.outcome,
        min_impact=request.min_impact,
        min_confidence=request.min_confidence,
        since=request.since,
        until=request.until,
        acknowledged=request.acknowledged,
        expired=request.expired,
    )


async def _symbols_of(request: signals.GetAlertsRequest, ctx: SignalContext) -> set[str] | None:
    """The symbols that meet what is asked of symbol, sector and watchlist; None: all do."""
    if request.symbol is not None and request.symbols is not None:
        raise InvalidInput("give symbol or symbols, not both", field="symbols", constraint="symbol or symbols")
    await check_symbols(
        [request.symbol] if request.symbol is not None else request.symbols,
        "symbol" if request.symbol is not None else "symbols",
        ctx,
    )
    sets: list[set[str]] = []
    if (named := [request.symbol] if request.symbol is not None else request.symbols) is not None:
        sets.append({current_symbol(symbol) for symbol in named})
    if request.sector is not None:
        industry = industry_named(request.sector)
        sets.append({company.symbol for company in companies() if company.industry == industry})
    if request.watchlist:
        sets.append({symbol for symbol, _ in await ctx.watchlist.all()})
    return set.intersection(*sets) if sets else None


def _no_such(alert_id: str) -> NotFound:
    return NotFound(f"there is no alert {alert_id}", kind="alert")
