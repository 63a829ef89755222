"""`mute`, `unmute`, `list_mutes`."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Router
from chitti_shared.universe import current_symbol

from signal_service.context import SignalContext
from signal_service.storage.mutes import StoredMute


async def mute(request: signals.MuteRequest, ctx: SignalContext) -> signals.MuteReply:
    """Silence a symbol, a rule, or a rule on a symbol. Errors: invalid_input, not_found."""
    now = ctx.clock()
    if request.symbol is None and request.rule is None:
        raise InvalidInput("expected symbol, rule or both", field="symbol", constraint="symbol or rule")
    if request.until is not None and (request.until.tzinfo is None or request.until <= now):
        raise InvalidInput(
            f"until is {request.until.isoformat()}, now is {now.isoformat()}: expected a later time with its zone",
            field="until",
            constraint="a time to come",
        )
    symbol = current_symbol(request.symbol) if request.symbol is not None else None
    if symbol is not None and not await ctx.sources.known(symbol):
        raise NotFound(f"no instrument has the symbol {symbol}", kind="symbol", symbol=symbol)
    if request.rule is not None:
        (await ctx.books.now()).book.entry(request.rule)
    return signals.MuteReply(mute=_told(await ctx.mutes.mute(symbol, request.rule, request.until, request.reason, now)))


async def unmute(request: signals.UnmuteRequest, ctx: SignalContext) -> signals.UnmuteReply:
    """End a mute; one that isn't there is no error."""
    return signals.UnmuteReply(mute_id=request.mute_id, removed=await ctx.mutes.unmute(request.mute_id))


async def list_mutes(_request: Empty, ctx: SignalContext) -> signals.ListMutesReply:
    """The mutes in force."""
    found = [_told(one) for one in await ctx.mutes.all(ctx.clock())]
    return signals.ListMutesReply(mutes=found, count=len(found))


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.MUTE)(mute)
    router.handles(signals.UNMUTE)(unmute)
    router.handles(signals.LIST_MUTES)(list_mutes)


def _told(one: StoredMute) -> signals.Mute:
    return signals.Mute(
        mute_id=one.mute_id,
        symbol=one.symbol,
        rule=one.rule,
        until=one.until,
        reason=one.reason,
        created_at=one.created_at,
    )
