"""The symbols a user watches."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.ipc import Router

from signal_service.context import SignalContext


async def get_watchlist(_request: Empty, ctx: SignalContext) -> signals.GetWatchlistReply:
    """All watched symbols, by name."""
    entries = [signals.WatchlistEntry(symbol=symbol, added_at=added) for symbol, added in await ctx.watchlist.all()]
    return signals.GetWatchlistReply(symbols=entries, count=len(entries))


async def add_to_watchlist(request: signals.WatchlistRequest, ctx: SignalContext) -> signals.AddToWatchlistReply:
    """Put a symbol on the list; one that is there stays."""
    added = await ctx.watchlist.add(request.symbol, ctx.clock())
    ctx.events.committed()
    return signals.AddToWatchlistReply(symbol=request.symbol, added=added)


async def remove_from_watchlist(
    request: signals.WatchlistRequest, ctx: SignalContext
) -> signals.RemoveFromWatchlistReply:
    """Take a symbol off the list; one that isn't there is no error."""
    removed = await ctx.watchlist.remove(request.symbol)
    ctx.events.committed()
    return signals.RemoveFromWatchlistReply(symbol=request.symbol, removed=removed)


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.GET_WATCHLIST)(get_watchlist)
    router.handles(signals.ADD_TO_WATCHLIST)(add_to_watchlist)
    router.handles(signals.REMOVE_FROM_WATCHLIST)(remove_from_watchlist)
