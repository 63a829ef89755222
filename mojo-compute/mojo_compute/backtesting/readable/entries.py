"""Entry orders: market orders at an open or a close, resting ones where the bar meets them."""

from __future__ import annotations

import math

from mojo_compute.backtesting.readable.decisions import Decisions
from mojo_compute.backtesting.readable.orders import LONG, Entry, Moment, Price
from mojo_compute.backtesting.readable.sizes import wanted_quantity
from mojo_compute.backtesting.readable.trading import Trading


class Entries:
    """Fills entry orders, the highest priority first, equal ones by row."""

    def __init__(self, trading: Trading, decisions: Decisions) -> None:
        self._trading, self._decisions = trading, decisions

    def fill_market(self, bar: int, moment: Moment) -> None:
        """Market orders, at the bar's opens or closes."""
        for row, order in self._waiting(market=True):
            self._decisions.entries[row] = None
            self._enter(bar, row, order, Price(self._trading.marks[row], moment, slips=True))

    def fill_resting(self, bar: int) -> None:
        """Limit and stop orders that the bar reaches; the others grow older."""
        market = self._trading.market
        for row, order in self._waiting(market=False):
            offered = order.met(market.open[row][bar], market.high[row][bar], market.low[row][bar])
            if offered is not None:
                self._decisions.entries[row] = None
                self._enter(bar, row, order, offered)
        for row, order in self._waiting(market=False):
            if order.bars_left is not None:
                order.bars_left -= 1
                if order.bars_left == 0:
                    self._decisions.entries[row] = None
                    self._trading.book.skip(bar, row, "expired")

    def _waiting(self, *, market: bool) -> list[tuple[int, Entry]]:
        found = []
        for row in self._trading.open_rows:
            order = self._decisions.entries[row]
            if order is not None and order.market == market:
                found.append((row, order))
        return sorted(found, key=lambda waiting: -waiting[1].priority)

    def _enter(self, bar: int, row: int, order: Entry, offered: Price) -> None:
        trading, book = self._trading, self._trading.book
        held = book.positions[row]
        if held is not None and held.side != order.side:
            trading.close(bar, row, offered, "reversal")
            held = None
        if trading.ruined:
            book.skip(bar, row, "ruined")
            return
        if held is not None and held.entries >= trading.execution.max_entries:
            book.skip(bar, row, "max_entries")
            return
        quantity, price = self._wanted(bar, row, order, offered)
        if quantity == 0:
            book.skip(bar, row, "size_zero")
            return
        quantity = trading.affordable(bar, row, order.side, quantity, price)
        if quantity > 0:
            cost = trading.charges.cost(trading.market.day(bar), order.side == LONG, quantity, price)
            signed = order.side * quantity
            book.increase(bar, row, signed, price, cost, offered.moment, offered.price, order.distances, "entry")

    def _wanted(self, bar: int, row: int, order: Entry, offered: Price) -> tuple[float, float]:
        """Shares asked for and their price; how far they move it is judged at the price without that."""
        trading, buys = self._trading, order.side == LONG
        price = trading.price(bar, row, offered, buys, 0.0)
        quantity = self._size(row, order, price)
        if quantity > 0 and offered.slips and trading.execution.slippage_volume > 0:
            price = trading.price(bar, row, offered, buys, quantity)
            quantity = self._size(row, order, price)
        return quantity, price

    def _size(self, row: int, order: Entry, price: float) -> float:
        trading, execution = self._trading, self._trading.execution
        volatility = math.nan
        if execution.size_type == "volatility":
            volatility = trading.market.volatility(row, order.bar, execution)
        equity = trading.book.worth(trading.marks)
        return wanted_quantity(execution, equity, price, volatility, trading.book.made)
