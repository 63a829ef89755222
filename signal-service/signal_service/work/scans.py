"""Patterns on the stored bars of symbols: mojo-compute's columns in, patterns out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from chitti_shared.contracts.columns import COMPUTE_COLUMNS, ComputeColumnsReply, ComputeColumnsRequest
from chitti_shared.errors import ChittiError, PayloadTooLarge
from chitti_shared.ipc import Client, Lanes

from signal_service.patterns import catalogue
from signal_service.patterns.bars import Bars
from signal_service.patterns.history import Integers
from signal_service.patterns.pattern import Pattern

AT_ONCE = 25  # symbols of one request: ten years of them fit into one reply
COST_US = 3_000.0  # of finding everything on one symbol
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Scan:
    """One symbol searched, under the name it has today; `days` are those of its bars, since 1970."""

    symbol: str
    days: Integers
    bars: Bars
    patterns: list[Pattern]

    def date_of(self, bar: int) -> date:
        return _EPOCH + timedelta(days=int(self.days[bar]))


class Scans:
    """Searches symbols for patterns."""

    def __init__(self, client: Client, cpu: Lanes) -> None:
        self._client = client
        self._cpu = cpu

    async def of(
        self, symbols: list[str], names: Collection[str], *, since: date | None = None, newest: int | None = None
    ) -> tuple[dict[str, Scan], dict[str, ChittiError]]:
        """The patterns of `names` on each symbol, and why others have none.

        Parameters
        ----------
        symbols : list of str
            At most `AT_ONCE`.
        since : date, optional
            Only those that a bar of this day or a later one completed.
        newest : int, optional
            Only those that one of the newest so many bars completed.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded, PayloadTooLarge
            mojo-compute can't answer; nothing is known about any symbol.
        """
        columns = catalogue.columns_of(names)
        request = ComputeColumnsRequest(symbols=symbols, columns=[column.expression for column in columns])
        try:
            reply: ComputeColumnsReply = await self._client.call(COMPUTE_COLUMNS, request, reply_as="binary")
        except PayloadTooLarge:
            if len(symbols) == 1:
                raise
            return await self._in_halves(symbols, names, since, newest)
        labels = [column.label for column in columns]
        scans: dict[str, Scan] = {}
        at = 0
        for asked, symbol, count in zip(reply.symbols, reply.current, reply.counts, strict=True):
            own = slice(at, at := at + int(count))
            scans[asked] = await self._cpu.run(
                _scan, reply, own, symbol, labels, frozenset(names), since, newest, cost_us=COST_US, lane="bulk"
            )
        refused = {
            symbol: ChittiError.from_dict({"error": one.error, "message": one.message, "details": one.details})
            for symbol, one in reply.refused.items()
        }
        return scans, refused

    async def _in_halves(
        self, symbols: list[str], names: Collection[str], since: date | None, newest: int | None
    ) -> tuple[dict[str, Scan], dict[str, ChittiError]]:
        """What one reply has no room for, in two."""
        middle = len(symbols) // 2
        scans, refused = await self.of(symbols[:middle], names, since=since, newest=newest)
        more, also_refused = await self.of(symbols[middle:], names, since=since, newest=newest)
        return scans | more, refused | also_refused


def _scan(
    reply: ComputeColumnsReply,
    own: slice,
    symbol: str,
    labels: list[str],
    names: frozenset[str],
    since: date | None,
    newest: int | None,
) -> Scan:
    """One symbol's share of a reply, searched."""
    days = np.asarray(reply.days)[own]
    prices = (reply.open, reply.high, reply.low, reply.close, reply.volume)
    bars = Bars(*(np.ascontiguousarray(values[own], dtype=np.float64) for values in prices))
    columns = {
        label: np.ascontiguousarray(row[own], dtype=np.float64)
        for label, row in zip(labels, reply.columns, strict=True)
    }
    first = 0 if since is None else int(np.searchsorted(days, (since - _EPOCH).days))
    first = max(first, len(days) - newest) if newest is not None else first
    return Scan(symbol, days, bars, catalogue.find(bars, columns, names, since=first))
