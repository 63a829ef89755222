"""The watchlist."""

from __future__ import annotations

from datetime import datetime

from chitti_shared.contracts.action import Action, Empty, Reply, Request, Route, Symbol


class WatchlistEntry(Reply, frozen=True, kw_only=True):
    symbol: Symbol
    added_at: datetime


class GetWatchlistReply(Reply, frozen=True, kw_only=True):
    symbols: list[WatchlistEntry]
    count: int


class WatchlistRequest(Request, frozen=True, kw_only=True):
    symbol: Symbol


class AddToWatchlistReply(Reply, frozen=True, kw_only=True):
    """`added` is false when the symbol was already there."""

    symbol: Symbol
    added: bool


class RemoveFromWatchlistReply(Reply, frozen=True, kw_only=True):
    """`removed` is false when the symbol was not there."""

    symbol: Symbol
    removed: bool


GET_WATCHLIST = Action(
    "get_watchlist", Empty, GetWatchlistReply, route=Route("GET", "/api/watchlist"), doc="Symbols on the watchlist."
)
ADD_TO_WATCHLIST = Action(
    "add_to_watchlist",
    WatchlistRequest,
    AddToWatchlistReply,
    route=Route("PUT", "/api/watchlist/{symbol}"),
    doc="Put a symbol on the watchlist.",
)
REMOVE_FROM_WATCHLIST = Action(
    "remove_from_watchlist",
    WatchlistRequest,
    RemoveFromWatchlistReply,
    route=Route("DELETE", "/api/watchlist/{symbol}"),
    doc="Take a symbol off the watchlist.",
)
