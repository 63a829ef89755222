"""The newest values of price fields, asked of mojo-compute."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from chitti_shared.contracts import columns as contract
from chitti_shared.ipc import Client
from chitti_shared.logs import get_logger

from signal_service.screening.fields import PRICE_FIELDS
from signal_service.screening.snapshot import PriceRow

log = get_logger(__name__)

BARS = 8  # enough to count three sessions back
AT_ONCE = 50  # symbols of one request
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Priced:
    """A symbol's newest values, and the days of its newest bars."""

    row: PriceRow
    days: tuple[date, ...]


class PriceRows:
    """Asks for the fields of many symbols, some at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def of(self, symbols: list[str]) -> AsyncIterator[dict[str, Priced | None]]:
        """The values of the next symbols; None: a symbol that has none.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded
            mojo-compute can't be asked now.
        """
        expressions = [one.expression for one in PRICE_FIELDS]
        for at in range(0, len(symbols), AT_ONCE):
            some = symbols[at : at + AT_ONCE]
            request = contract.ComputeColumnsRequest(symbols=some, columns=expressions, bars=BARS)
            reply: contract.ComputeColumnsReply = await self._client.call(
                contract.COMPUTE_COLUMNS, request, reply_as="binary"
            )
            for symbol, why in reply.refused.items():
                log.info("symbol has no values to screen", symbol=symbol, reason=why.message)
            yield dict.fromkeys(some, None) | _priced(reply)


def _priced(reply: contract.ComputeColumnsReply) -> dict[str, Priced]:
    days = np.asarray(reply.days)
    found: dict[str, Priced] = {}
    end = 0
    for symbol, count in zip(reply.symbols, np.asarray(reply.counts).tolist(), strict=True):
        begin, end = end, end + count
        if count:
            dates = tuple(_EPOCH + timedelta(days=day) for day in days[begin:end].tolist())
            found[symbol] = Priced(PriceRow(dates[-1], np.array(reply.columns[:, end - 1])), dates)
    return found
