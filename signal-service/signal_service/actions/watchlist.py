"""The symbols a user watches."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import NotFound
from chitti_shared.ipc import Router
from chitti_shared.universe import current_symbol

from signal_service.context import SignalContext


async def get_watchlist(_request: Empty, ctx: SignalContext) -> signals.GetWatchlistReply:
    """All watched symbols, by name."""
    entries = [signals.WatchlistEntry(symbol=symbol, added_at=added) for symbol, added in await ctx.watchlist.all()]
    return signals.GetWatchlistReply(symbols=entries, count=len(entries))


async def add_to_watchlist(request: signals.WatchlistRequest, ctx: SignalContext) -> signals.AddToWatchlistReply:
    """Put a company on the list under its symbol of today. Errors: not_found."""
    symbol = current_symbol(request.symbol)
    if not await ctx.sources.known(symbol):
        raise NotFound(f"no instrument has the symbol {symbol}", kind="symbol", symbol=symbol)
    added = await ctx.watchlist.add(symbol, ctx.clock())
    ctx.events.committed()
    return signals.AddToWatchlistReply(symbol=symbol, added=added)


async def remove_from_watchlist(
    request: signals.WatchlistRequest, ctx: SignalContext
) -> signals.RemoveFromWatchlistReply:
    """Take a symbol off the list; one that isn't there is no error."""
    symbol = current_symbol(request.symbol)
    removed = await ctx.watchlist.remove(symbol)
    ctx.events.committed()
    return signals.RemoveFromWatchlistReply(symbol=symbol, removed=removed)


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.GET_WATCHLIST)(get_watchlist)
    router.handles(signals.ADD_TO_WATCHLIST)(add_to_watchlist)
    router.handles(signals.REMOVE_FROM_WATCHLIST)(remove_from_watchlist)
