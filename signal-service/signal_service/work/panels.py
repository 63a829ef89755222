"""Price action from mojo-compute: stored bars with the indicators computed on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from chitti_shared.contracts import compute, market
from chitti_shared.errors import ChittiError, ComputationError, InvalidInput, NotFound, ServiceUnavailable
from chitti_shared.ipc import Client, Lanes
from msgspec import UNSET

from signal_service.alerts.columns import Bars, Columns, Floats, columns_of

INDICATORS = [
    compute.IndicatorSpec(type="sma", params={"period": 20}, label="sma_20"),
    compute.IndicatorSpec(type="sma", params={"period": 50}, label="sma_50"),
    compute.IndicatorSpec(type="rsi", params={"period": 14}, label="rsi_14"),
]
AT_ONCE = 25  # symbols in one batch: its reply stays at a few megabytes
COST_US = 300.0  # of turning one symbol's reply into bars, and bars into columns
TRIES = 3  # an import may land between the two questions
_REFUSALS = (NotFound, InvalidInput, ComputationError)


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns by the symbol asked for, and why the other symbols have none."""

    columns: dict[str, Columns]
    refused: dict[str, ChittiError]


class Panels:
    """Asks mojo-compute for the columns of symbols."""

    def __init__(self, client: Client, cpu: Lanes) -> None:
        self._client = client
        self._cpu = cpu

    async def of(self, symbols: list[str]) -> Panel:
        """The columns of each symbol.

        Raises
        ------
        ServiceUnavailable, Timeout, Overloaded
            mojo-compute can't be asked now; nothing is known about any symbol.
        """
        panel = Panel({}, {})
        for start in range(0, len(symbols), AT_ONCE):
            await self._ask(symbols[start : start + AT_ONCE], panel)
        return panel

    async def _ask(self, symbols: list[str], panel: Panel) -> None:
        waiting = symbols
        for _ in range(TRIES):
            bars = await self._bars_of(waiting, panel)
            waiting = await self._join(bars, panel)
            if not waiting:
                return
        raise ServiceUnavailable(f"bars of {', '.join(waiting)} changed while they were read", kind="mojo-compute")

    async def _bars_of(self, symbols: list[str], panel: Panel) -> dict[str, Bars]:
        answers = await asyncio.gather(*(self._prices(symbol) for symbol in symbols))
        bars: dict[str, Bars] = {}
        for symbol, answer in zip(symbols, answers, strict=True):
            if isinstance(answer, ChittiError):
                panel.refused[symbol] = answer
            else:
                bars[symbol] = await self._cpu.run(_bars_of, answer, cost_us=COST_US, lane="bulk")
        return bars

    async def _prices(self, symbol: str) -> market.GetPricesReply | ChittiError:
        try:
            request = market.GetPricesRequest(symbol=symbol)
            reply: market.GetPricesReply = await self._client.call(market.GET_PRICES, request, reply_as="binary")
        except _REFUSALS as refusal:
            return refusal
        return reply if reply.count else NotFound(f"no bars are stored for {symbol}", kind="symbol")

    async def _join(self, bars: dict[str, Bars], panel: Panel) -> list[str]:
        """Put the columns of `bars` into the panel; answers the symbols whose bars changed meanwhile."""
        if not bars:
            return []
        items = [compute.BatchItem(symbol=symbol, indicators=INDICATORS) for symbol in bars]
        reply = await self._client.call(compute.BATCH, compute.ComputeBatchRequest(requests=items))
        changed: list[str] = []
        for symbol, result in zip(bars, reply.results, strict=True):
            own = bars[symbol]
            if result.error is not UNSET:
                panel.refused[symbol] = ChittiError.from_dict(
                    {"error": result.error.error, "message": result.error.message, "details": result.error.details}
                )
            elif result.dates is UNSET or len(result.dates) != len(own.dates) or not _same_end(result.dates, own):
                changed.append(symbol)
            else:
                series = [_values(result.indicators[spec.label], len(own.dates)) for spec in INDICATORS]
                panel.columns[symbol] = await self._cpu.run(columns_of, own, *series, cost_us=COST_US, lane="bulk")
        return changed


def _bars_of(reply: market.GetPricesReply) -> Bars:
    columns = (reply.open, reply.high, reply.low, reply.close, reply.volume)
    if reply.dates is UNSET or any(column is UNSET for column in columns):
        raise ServiceUnavailable("get_prices answered without its columns", kind="mojo-compute")
    dates = tuple(date.fromisoformat(day) for day in reply.dates)
    return Bars(reply.symbol, dates, *(np.asarray(column, dtype=np.float64) for column in columns))


def _same_end(dates: list[str], bars: Bars) -> bool:
    return dates[-1] == bars.dates[-1].isoformat()


def _values(result: Any, length: int) -> Floats:
    """An indicator's series; all missing where it needs more bars than there are."""
    if result.error is not UNSET:
        return np.full(length, np.nan)
    return np.asarray(result.values, dtype=np.float64)
