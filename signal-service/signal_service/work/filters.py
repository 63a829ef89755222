"""From the filter a client sends to the one that is asked."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.universe import current_symbol, industry_named

from signal_service.storage.watchlist import WatchlistTable
from signal_service.streaming.filters import EVERYTHING, Filter, SharedFilters, Verdicts


class Filters:
    """The filters in use, and the watchlist that some of them look at.

    `refresh` runs before events are published that were committed after a change of the watchlist.
    """

    def __init__(self, watchlist: WatchlistTable) -> None:
        self._table = watchlist
        self.shared = SharedFilters()

    def of(self, wanted: signals.AlertFilter | None) -> Verdicts:
        """What decides for a reader. Errors: invalid_input (no such sector)."""
        return self.shared.of(filter_of(wanted))

    async def refresh(self) -> None:
        """Read the watchlist anew. Raises ServiceUnavailable."""
        self.shared.watchlist.symbols = frozenset(symbol for symbol, _ in await self._table.all())


def filter_of(wanted: signals.AlertFilter | None) -> Filter:
    """The conditions of a contract's filter. Errors: invalid_input (no such sector)."""
    if wanted is None:
        return EVERYTHING
    return Filter(
        symbols=frozenset(map(current_symbol, wanted.symbols)) if wanted.symbols is not None else None,
        sectors=frozenset(industry_named(name, "filter.sectors") for name in wanted.sectors)
        if wanted.sectors is not None
        else None,
        watched=wanted.watchlist,
        kinds=frozenset(wanted.kinds) if wanted.kinds is not None else None,
        rules=frozenset(wanted.rules) if wanted.rules is not None else None,
        directions=frozenset(wanted.directions) if wanted.directions is not None else None,
        min_impact=wanted.min_impact,
        min_confidence=wanted.min_confidence,
    )
