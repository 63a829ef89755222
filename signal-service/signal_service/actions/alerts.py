"""Reading and acknowledging alerts."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Encoded, Router
from chitti_shared.universe import current_symbol

from signal_service.context import SignalContext
from signal_service.storage.alerts import AlertQuery
from signal_service.work.told import encoded, stored_alert


async def get_alerts(request: signals.GetAlertsRequest, ctx: SignalContext) -> Encoded:
    """A page of alerts, newest first; `as_of` is read before the data. Errors: invalid_input."""
    version = ctx.events.version
    known = ctx.results.get(request, version)
    if known is not None:
        return Encoded(known)
    as_of = str(ctx.events.top)
    rows, following = await ctx.alerts.newest(_query_of(request))
    reply = signals.GetAlertsReply(
        alerts=[stored_alert(row) for row in rows],
        count=len(rows),
        next_cursor=str(following) if following is not None else None,
        as_of=as_of,
    )
    answer = encoded(reply)
    if version == ctx.events.version:  # else it is stale already, and would push out what isn't
        ctx.results.put(request, version, answer)
    return Encoded(answer)


async def get_alert(request: signals.GetAlertRequest, ctx: SignalContext) -> signals.GetAlertReply:
    """One alert. Errors: not_found."""
    row = await ctx.alerts.one(request.alert_id)
    if row is None:
        raise _no_such(request.alert_id)
    return signals.GetAlertReply(alert=stored_alert(row))


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


def _query_of(request: signals.GetAlertsRequest) -> AlertQuery:
    return AlertQuery(
        symbol=current_symbol(request.symbol) if request.symbol is not None else None,
        kind=request.kind,
        rule=request.rule,
        direction=request.direction,
        min_impact=request.min_impact,
        acknowledged=request.acknowledged,
        watchlist=request.watchlist,
        before=_page_of(request.cursor),
        limit=request.limit,
    )


def _page_of(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise InvalidInput(
            "cursor is not one that get_alerts gave", field="cursor", constraint="next_cursor of a reply"
        )
    return int(cursor)


def _no_such(alert_id: str) -> NotFound:
    return NotFound(f"there is no alert {alert_id}", kind="alert")
