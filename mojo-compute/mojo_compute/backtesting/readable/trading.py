"""The state of a run: where it stands in time, its book, its prices, and how a fill is made."""

from __future__ import annotations

from chitti_shared.contracts.strategies import CostLine, Execution

from mojo_compute.backtesting.readable.book import Book
from mojo_compute.backtesting.readable.charges import Charges
from mojo_compute.backtesting.readable.market import Market
from mojo_compute.backtesting.readable.orders import LONG, Moment, Price
from mojo_compute.backtesting.readable.prices import slipped, whole_lots

_NOTHING = 1e-9  # of equity: a smaller trade is none


class Trading:
    """What every step of a run reads and changes.

    Parameters
    ----------
    market : Market
    execution : Execution
    lines : tuple of CostLine
    book : Book
    """

    def __init__(self, market: Market, execution: Execution, lines: tuple[CostLine, ...], book: Book) -> None:
        self.market, self.execution, self.book = market, execution, book
        self.charges = Charges(lines)
        self.last_close = [float("nan")] * market.rows
        self.open_rows: list[int] = []  # whose orders can be filled on this bar
        self.ruined = False
        self.marks = self.last_close  # prices that positions are worth now: the bar's opens, then its closes

    def begin(self, bar: int) -> None:
        """Corporate actions before the bar's trading, then positions marked at its opens."""
        for row, ratio, dividend in self.market.actions(bar):
            self.last_close[row] /= ratio
            held = self.book.positions[row]
            if held is not None:
                held.split(ratio)
                self.book.cash += held.quantity * dividend
        self.open_rows = [row for row in range(self.market.rows) if self.market.trades(row, bar)]
        self.marks = self._prices(self.market.open, bar)

    def mark_closes(self, bar: int) -> None:
        """Mark positions at the bar's closes from here on."""
        self.last_close = self.marks = self._prices(self.market.close, bar)

    def _prices(self, of: list[list[float]], bar: int) -> list[float]:
        """A price for each row: the bar's, or its last close where it has no bar."""
        rows = range(self.market.rows)
        return [of[row][bar] if self.market.has_bar(row, bar) else self.last_close[row] for row in rows]

    def price(self, bar: int, row: int, offered: Price, buys: bool, quantity: float) -> float:
        """What a fill of so many shares is made at."""
        if not offered.slips:
            return offered.price
        volume = self.market.volume(row, bar)
        return slipped(self.execution, offered.price, buys, quantity, volume, self.market.day(bar))

    def close(self, bar: int, row: int, offered: Price, reason: str) -> None:
        """Close a row's whole position."""
        held = self.book.positions[row]
        assert held is not None
        quantity = abs(held.quantity)
        price = self.price(bar, row, offered, held.side != LONG, quantity)
        self.reduce(bar, row, quantity, price, reason)

    def reduce(self, bar: int, row: int, quantity: float, price: float, reason: str) -> None:
        """Close so many shares of a row's position at a price."""
        held = self.book.positions[row]
        assert held is not None
        cost = self.charges.cost(self.market.day(bar), held.side != LONG, quantity, price)
        self.book.reduce(bar, row, quantity, price, cost, reason)

    def affordable(self, bar: int, row: int, side: int, quantity: float, price: float) -> float:
        """As much of a quantity as volume and buying power allow; 0, and why is written down: nothing."""
        limited = self._within_volume(bar, row, quantity)
        if limited == 0:
            self.book.skip(bar, row, "no_volume")
            return 0.0
        if limited < quantity:
            self.book.skip(bar, row, "volume_limit")
        leverage, day = self.execution.leverage, self.market.day(bar)
        equity = self.book.worth(self.marks)
        power = leverage * equity - self.book.gross(self.marks)
        buys = side == LONG
        if limited * price + leverage * self.charges.cost(day, buys, limited, price) <= power:
            return limited
        most = self.charges.most(day, buys, price, power, leverage)
        fits = min(limited, whole_lots(most, self.execution.lot_size))
        if fits == 0 or fits * price < _NOTHING * equity:
            self.book.skip(bar, row, "no_cash")
            return 0.0
        return fits

    def _within_volume(self, bar: int, row: int, quantity: float) -> float:
        limit = self.execution.volume_limit
        if limit == 0:
            return quantity
        return min(quantity, whole_lots(limit * self.market.volume(row, bar), self.execution.lot_size))

    def count_extremes(self, bar: int) -> None:
        """Let open positions remember the bar's range, if they were held throughout."""
        for row, held in self.book.held():
            began_within = held.first_bar == bar and held.first_moment is Moment.WITHIN
            if self.market.trades(row, bar) and not began_within:
                held.lowest = min(held.lowest, self.market.low[row][bar])
                held.highest = max(held.highest, self.market.high[row][bar])

    def raise_peaks(self, bar: int) -> None:
        """Let trailing stops follow the best price of the bar, for positions that were held throughout it."""
        for row, held in self.book.held():
            began_later = held.first_bar == bar and held.first_moment is not Moment.OPEN
            if self.market.trades(row, bar) and not began_later:
                if held.side == LONG:
                    held.best = max(held.best, self.market.high[row][bar])
                else:
                    held.best = min(held.best, self.market.low[row][bar])

    def judge_ruin(self) -> None:
        """With nothing left and nothing held, nothing is opened any more."""
        if not self.book.held() and self.book.cash <= 0:
            self.ruined = True

    def negligible(self, value: float, equity: float) -> bool:
        """Whether a trade worth so many rupees is none."""
        return value <= _NOTHING * equity
